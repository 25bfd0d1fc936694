"""Who isn't asked now, and why: hard rules that no score can outweigh (domain.md 4).

Each gate looks at one advisor and one need and answers its words, or nothing. An advisor with
several gates is listed with all of them, so that staff see what would have to change.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from advisors.matching import words
from advisors.matching.availability import away_end, local_time, quiet_end, zone_named
from advisors.matching.values import Candidate, Gate, Need
from mvai.web.times import hour_words

ANNIVERSARY_MARGIN = timedelta(days=7)
REST_AFTER_CRITICAL = timedelta(days=14)
CRITICAL = "critical"


def closed_gates(need: Need, candidate: Candidate) -> tuple[Gate, ...]:
    """Every reason why this advisor isn't asked now; empty when they may be."""
    today = local_time(need.at, candidate.time_zone).date()
    closed: list[Gate] = []
    for code, gate in GATES.items():
        if said := gate(need, candidate, today):
            closed.append(Gate(code, said))
    return tuple(closed)


def nearest_anniversary(anniversary_on: date, today: date) -> date:
    """The yearly return of a date that lies closest to `today`; 29 February counts as the 28th."""
    returns = [_in_year(anniversary_on, today.year + offset) for offset in (-1, 0, 1)]
    return min(returns, key=lambda day: abs(day - today))


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _inactive(need: Need, candidate: Candidate, today: date) -> str:
    return "" if candidate.is_active else _("Not active in the program")


def _not_vetted(need: Need, candidate: Candidate, today: date) -> str:
    if candidate.vetted is not None and candidate.vetted <= today:
        return ""
    return _("Not vetted yet")


def _agreement(need: Need, candidate: Candidate, today: date) -> str:
    signed, expires = candidate.agreement_signed, candidate.agreement_expires
    if signed is None or signed > today:
        return _("No signed agreement yet")
    if expires is not None and expires <= today:
        return _("Agreement ended %(day)s") % {"day": words.day(expires, today)}
    return ""


def _discipline(need: Need, candidate: Candidate, today: date) -> str:
    return "" if candidate.disciplines else _("Discipline not in use yet")


def _not_now(need: Need, candidate: Candidate, today: date) -> str:
    if candidate.away_open_ended:
        return _("Asked not to be contacted for now")
    if candidate.away_until is not None and candidate.away_until > need.at:
        return _("Asked not to be contacted until %(day)s") % {
            "day": words.day(candidate.away_until.astimezone(_zone(candidate)).date(), today)
        }
    return ""


def _away(need: Need, candidate: Candidate, today: date) -> str:
    if not candidate.absences:
        return ""
    ends_at = away_end(candidate, need.at)
    if ends_at is None:
        return ""
    local = ends_at.astimezone(_zone(candidate))
    if local.date() == today:
        return _("Away until %(time)s there") % {"time": hour_words(local)}
    return _("Away until %(day)s") % {"day": words.day(local.date(), today)}


def _quiet(need: Need, candidate: Candidate, today: date) -> str:
    ends_at = None if candidate.on_call else quiet_end(candidate, need.at)
    if ends_at is None:
        return ""
    return _("Quiet hours until %(time)s there, and not on call") % {
        "time": hour_words(ends_at.astimezone(_zone(candidate)))
    }


def _load(need: Need, candidate: Candidate, today: date) -> str:
    # An open offer may be accepted any minute, so it holds a place until it is answered.
    load = candidate.load
    counts = {"held": load.open_engagements, "most": candidate.max_active}
    if load.open_engagements >= candidate.max_active:
        return _("Has %(held)s of %(most)s requests") % counts
    if load.open_engagements + load.open_offers >= candidate.max_active:
        return _("Has %(held)s of %(most)s requests, and open offers for the rest") % counts
    return ""


def _critical(need: Need, candidate: Candidate, today: date) -> str:
    if need.urgency != CRITICAL or candidate.load.open_critical < candidate.max_critical:
        return ""
    if candidate.load.open_critical:
        return _("Already has a critical request")
    return _("Takes no critical requests")


def _rest(need: Need, candidate: Candidate, today: date) -> str:
    if candidate.rest_waived or candidate.rest_until is None or candidate.rest_until <= need.at:
        return ""
    return _("Resting until %(day)s after a critical request") % {
        "day": words.day(candidate.rest_until.astimezone(_zone(candidate)).date(), today)
    }


def _hours(need: Need, candidate: Candidate, today: date) -> str:
    if candidate.load.hours_this_week < candidate.hours_per_week:
        return ""
    return _("Weekly hours: %(used)s of %(most)s used") % {
        "used": words.number(candidate.load.hours_this_week),
        "most": candidate.hours_per_week,
    }


def _own_agency(need: Need, candidate: Candidate, today: date) -> str:
    own = need.agency_id is not None and candidate.agency_id == need.agency_id
    return _("Own agency") if own else ""


def _conflict(need: Need, candidate: Candidate, today: date) -> str:
    return _("Conflict with this agency") if need.agency_id in candidate.conflicts else ""


def _same_incident(need: Need, candidate: Candidate, today: date) -> str:
    same = candidate.advisor_id in need.same_incident_advisors
    return _("Part of the same incident") if same else ""


def _topic(need: Need, candidate: Candidate, today: date) -> str:
    avoids_types = not need.incident_types.isdisjoint(candidate.avoided_types)
    if not (avoids_types or candidate.avoided_settings or candidate.avoids_children_harmed):
        return ""
    avoided = []
    if need.setting and need.setting in candidate.avoided_settings:
        avoided.append(_(words.SETTING_INCIDENTS.get(need.setting, "incidents of this setting")))
    for code in sorted(need.incident_types & candidate.avoided_types):
        avoided.append(_(words.TYPE_INCIDENTS.get(code, "incidents of this kind")))
    if need.children_harmed and candidate.avoids_children_harmed:
        avoided.append(_("incidents in which children were harmed"))
    if not avoided:
        return ""
    return _("Asked not to be offered %(incidents)s") % {"incidents": words.listed(avoided)}


def _anniversary(need: Need, candidate: Candidate, today: date) -> str:
    for incident in candidate.incidents:
        if incident.anniversary_on is None or not incident.rests_around_it:
            continue
        day = nearest_anniversary(incident.anniversary_on, today)
        if abs(day - today) <= ANNIVERSARY_MARGIN:
            until = day + ANNIVERSARY_MARGIN + timedelta(days=1)
            return _("Resting around the date of an own incident until %(day)s") % {
                "day": words.day(until, today)
            }
    return ""


def _mode(need: Need, candidate: Candidate, today: date) -> str:
    if not need.mode or need.mode in candidate.modes:
        return ""
    if need.mode == "in_person":
        return _("Does not travel")
    return _("Does not work by phone or video")


def _language(need: Need, candidate: Candidate, today: date) -> str:
    if need.languages_required <= candidate.languages:
        return ""
    missing = sorted(need.languages_required - candidate.languages)
    return _("Does not speak %(languages)s") % {
        "languages": words.listed([words.language(code) for code in missing])
    }


def _agency_type(need: Need, candidate: Candidate, today: date) -> str:
    if not need.agency_types_required:
        return ""
    known = {incident.agency_type for incident in candidate.incidents} | {candidate.agency_type}
    if known & need.agency_types_required:
        return ""
    kinds = [_(words.AGENCY_TYPES.get(code, code)) for code in sorted(need.agency_types_required)]
    return _("Not from %(agency)s") % {"agency": words.listed(kinds)}


def _already_asked(need: Need, candidate: Candidate, today: date) -> str:
    asked = candidate.advisor_id in need.already_asked
    return _("Already asked for this request") if asked else ""


def _zone(candidate: Candidate):
    return zone_named(candidate.time_zone)


GATES: dict[str, Callable[[Need, Candidate, date], str]] = {
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
