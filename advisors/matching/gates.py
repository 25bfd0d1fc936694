"""Who isn't asked now, and why: hard rules that no score can outweigh (domain.md 4).

Each gate looks at one advisor and one need. It answers None when it is open; when it is closed,
what says why, which is asked only for those whom a page shows. An advisor with several gates is
listed with all of them, so that staff see what would have to change.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from advisors.matching import words
from advisors.matching.availability import away_end, local_date, quiet_end, zone_named
from advisors.matching.values import Candidate, Gate, Need
from mvai.web.times import hour_words

ANNIVERSARY_MARGIN = timedelta(days=7)
REST_AFTER_CRITICAL = timedelta(days=14)
CRITICAL = "critical"


Why = Callable[[], str]
Rule = Callable[[Need, Candidate, date], Why | None]
Rules = tuple[tuple[str, Rule], ...]


def closed_gates(need: Need, candidate: Candidate) -> tuple[Gate, ...]:
    """Every reason why this advisor isn't asked now; empty when they may be."""
    return tell(closed(rules_for(need), need, candidate))


def rules_for(need: Need) -> Rules:
    """The gates that a need like this can close at all, with their codes."""
    return tuple(
        (code, rule)
        for code, rule in GATES.items()
        if code not in ONLY_WHERE or ONLY_WHERE[code](need)
    )


def closed(rules: Rules, need: Need, candidate: Candidate) -> list[tuple[str, Why]]:
    """The codes of the gates that are closed to this advisor, each with what says why."""
    today = local_date(need.at, candidate.time_zone)
    return [
        (code, why) for code, rule in rules if (why := rule(need, candidate, today)) is not None
    ]


def tell(shut: Iterable[tuple[str, Why]]) -> tuple[Gate, ...]:
    return tuple(Gate(code, why()) for code, why in shut)


@lru_cache(maxsize=4096)  # a ranking asks it for one day, and there are 366 dates
def nearest_anniversary(anniversary_on: date, today: date) -> date:
    """The yearly return of a date that lies closest to `today`; 29 February counts as the 28th."""
    returns = [_in_year(anniversary_on, today.year + offset) for offset in (-1, 0, 1)]
    return min(returns, key=lambda day: abs(day - today))


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _inactive(need: Need, candidate: Candidate, today: date) -> Why | None:
    return None if candidate.is_active else lambda: _("Not active in the program")


def _not_vetted(need: Need, candidate: Candidate, today: date) -> Why | None:
    if candidate.vetted is not None and candidate.vetted <= today:
        return None
    return lambda: _("Not vetted yet")


def _agreement(need: Need, candidate: Candidate, today: date) -> Why | None:
    signed, expires = candidate.agreement_signed, candidate.agreement_expires
    if signed is None or signed > today:
        return lambda: _("No signed agreement yet")
    if expires is not None and expires <= today:
        return lambda: _("Agreement ended %(day)s") % {"day": words.day(expires, today)}
    return None


def _discipline(need: Need, candidate: Candidate, today: date) -> Why | None:
    return None if candidate.disciplines else lambda: _("Discipline not in use yet")


def _not_now(need: Need, candidate: Candidate, today: date) -> Why | None:
    until = candidate.away_until
    if candidate.away_open_ended:
        return lambda: _("Asked not to be contacted for now")
    if until is not None and until > need.at:
        return lambda: (
            _("Asked not to be contacted until %(day)s")
            % {"day": words.day(until.astimezone(_zone(candidate)).date(), today)}
        )
    return None


def _away(need: Need, candidate: Candidate, today: date) -> Why | None:
    ends_at = away_end(candidate, need.at) if candidate.absences else None
    return None if ends_at is None else lambda: _say_away(ends_at, candidate, today)


def _say_away(ends_at: datetime, candidate: Candidate, today: date) -> str:
    local = ends_at.astimezone(_zone(candidate))
    if local.date() == today:
        return _("Away until %(time)s there") % {"time": hour_words(local)}
    return _("Away until %(day)s") % {"day": words.day(local.date(), today)}


def _quiet(need: Need, candidate: Candidate, today: date) -> Why | None:
    ends_at = None if candidate.on_call else quiet_end(candidate, need.at)
    if ends_at is None:
        return None
    return lambda: (
        _("Quiet hours until %(time)s there, and not on call")
        % {"time": hour_words(ends_at.astimezone(_zone(candidate)))}
    )


def _load(need: Need, candidate: Candidate, today: date) -> Why | None:
    # An open offer may be accepted any minute, so it holds a place until it is answered.
    held, most = candidate.load.open_engagements, candidate.max_active
    if held + candidate.load.open_offers < most:
        return None
    counts = {"held": held, "most": most}
    if held >= most:
        return lambda: _("Has %(held)s of %(most)s requests") % counts
    return lambda: _("Has %(held)s of %(most)s requests, and open offers for the rest") % counts


def _critical(need: Need, candidate: Candidate, today: date) -> Why | None:
    if need.urgency != CRITICAL or candidate.load.open_critical < candidate.max_critical:
        return None
    if candidate.load.open_critical:
        return lambda: _("Already has a critical request")
    return lambda: _("Takes no critical requests")


def _rest(need: Need, candidate: Candidate, today: date) -> Why | None:
    until = candidate.rest_until
    if until is None or candidate.rest_waived or until <= need.at:
        return None
    return lambda: (
        _("Resting until %(day)s after a critical request")
        % {"day": words.day(until.astimezone(_zone(candidate)).date(), today)}
    )


def _hours(need: Need, candidate: Candidate, today: date) -> Why | None:
    used, most = candidate.load.hours_this_week, candidate.hours_per_week
    if used < most:
        return None
    return lambda: (
        _("Weekly hours: %(used)s of %(most)s used")
        % {
            "used": words.number(used),
            "most": most,
        }
    )


def _own_agency(need: Need, candidate: Candidate, today: date) -> Why | None:
    own = need.agency_id is not None and candidate.agency_id == need.agency_id
    return (lambda: _("Own agency")) if own else None


def _conflict(need: Need, candidate: Candidate, today: date) -> Why | None:
    conflicts = need.agency_id in candidate.conflicts
    return (lambda: _("Conflict with this agency")) if conflicts else None


def _same_incident(need: Need, candidate: Candidate, today: date) -> Why | None:
    same = candidate.advisor_id in need.same_incident_advisors
    return (lambda: _("Part of the same incident")) if same else None


def _topic(need: Need, candidate: Candidate, today: date) -> Why | None:
    # A blank setting is unknown: nobody avoids it.
    setting = need.setting if need.setting in candidate.avoided_settings else ""
    avoids_types = candidate.avoided_types and need.incident_types & candidate.avoided_types
    children = need.children_harmed and candidate.avoids_children_harmed
    if not (setting or avoids_types or children):
        return None
    return lambda: _say_topic(setting, sorted(avoids_types), children)


def _say_topic(setting: str, types: list[str], children: bool) -> str:
    avoided = []
    if setting:
        avoided.append(_(words.SETTING_INCIDENTS.get(setting, "incidents of this setting")))
    for code in types:
        avoided.append(_(words.TYPE_INCIDENTS.get(code, "incidents of this kind")))
    if children:
        avoided.append(_("incidents in which children were harmed"))
    return _("Asked not to be offered %(incidents)s") % {"incidents": words.listed(avoided)}


def _anniversary(need: Need, candidate: Candidate, today: date) -> Why | None:
    for incident in candidate.incidents:
        if not incident.rests_around_it or incident.anniversary_on is None:
            continue
        day = nearest_anniversary(incident.anniversary_on, today)
        if abs(day - today) <= ANNIVERSARY_MARGIN:
            until = day + ANNIVERSARY_MARGIN + timedelta(days=1)
            return lambda: (
                _("Resting around the date of an own incident until %(day)s")
                % {"day": words.day(until, today)}
            )
    return None


def _mode(need: Need, candidate: Candidate, today: date) -> Why | None:
    if not need.mode or need.mode in candidate.modes:
        return None
    if need.mode == "in_person":
        return lambda: _("Does not travel")
    return lambda: _("Does not work by phone or video")


def _language(need: Need, candidate: Candidate, today: date) -> Why | None:
    missing = need.languages_required - candidate.languages
    if not missing:
        return None
    return lambda: (
        _("Does not speak %(languages)s")
        % {"languages": words.listed([words.language(code) for code in sorted(missing)])}
    )


def _agency_type(need: Need, candidate: Candidate, today: date) -> Why | None:
    required = need.agency_types_required
    known = {incident.agency_type for incident in candidate.incidents} | {candidate.agency_type}
    return (lambda: _say_agency_type(required)) if required and not known & required else None


def _say_agency_type(required: frozenset[str]) -> str:
    kinds = [_(words.AGENCY_TYPES.get(code, code)) for code in sorted(required)]
    return _("Not from %(agency)s") % {"agency": words.listed(kinds)}


def _already_asked(need: Need, candidate: Candidate, today: date) -> Why | None:
    asked = candidate.advisor_id in need.already_asked
    return (lambda: _("Already asked for this request")) if asked else None


def _zone(candidate: Candidate):
    return zone_named(candidate.time_zone)


GATES: dict[str, Rule] = {
    "inactive": _inactive,
    "not_vetted": _not_vetted,
    "agreement": _agreement,
    "discipline": _discipline,
    "own_agency": _own_agency,
    "conflict": _conflict,
    "same_incident": _same_incident,
    "topic": _topic,
    "not_now": _not_now,
    "away": _away,
    "anniversary": _anniversary,
    "rest": _rest,
    "load": _load,
    "critical": _critical,
    "hours": _hours,
    "mode": _mode,
    "language": _language,
    "agency_type": _agency_type,
    "quiet": _quiet,
    "already_asked": _already_asked,
}

# What most needs don't ask for closes no gate: then nobody need be looked at for it.
ONLY_WHERE: dict[str, Callable[[Need], object]] = {
    "own_agency": lambda need: need.agency_id is not None,
    "conflict": lambda need: need.agency_id is not None,
    "same_incident": lambda need: need.same_incident_advisors,
    "critical": lambda need: need.urgency == CRITICAL,
    "mode": lambda need: need.mode,
    "language": lambda need: need.languages_required,
    "agency_type": lambda need: need.agency_types_required,
    "already_asked": lambda need: need.already_asked,
}
