"""How well an advisor fits: the weights of product.md, factor by factor, with their words."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from advisors.matching import similarity, words
from advisors.matching.availability import first_free, local_time
from advisors.matching.values import Candidate, Factor, Incident, Need

WEIGHTS = {
    "setting": 25.0,
    "needs": 25.0,
    "role": 15.0,
    "agency": 15.0,
    "availability": 10.0,
    "phase": 5.0,
    "fairness": 5.0,
}
PREFERENCE_MOST = 5.0
PREFERENCE_EACH = 2.5
MOST = {**WEIGHTS, "preference": PREFERENCE_MOST}
SAME_TYPE = 0.1  # the same kind of attack, on top of the setting
FAIR_AFTER_DAYS = 90
LOOK_AHEAD = timedelta(days=7)

# Free within …: credit. Without usual hours nothing is known, which is half.
FREE_CREDITS = (
    (timedelta(hours=1), 1.0),
    (timedelta(hours=4), 0.8),
    (timedelta(hours=24), 0.6),
    (timedelta(hours=72), 0.3),
    (LOOK_AHEAD, 0.1),
)
HOURS_APART_CREDITS = (1.0, 0.8, 0.5, 0.3)  # by whole hours; more is 0
NOT_A_TOPIC = frozenset({"UNSURE"})  # "just call me" is no topic to be good at
REASON_FROM = 0.5  # a factor below half its weight is no reason
REASONS = 3


class Fit(NamedTuple):
    """One advisor beside one need, with what several factors look at."""

    need: Need
    candidate: Candidate
    closest: Incident | None
    free_at: datetime | None
    hours_apart: float | None  # the advisor's clock less the agency's
    points: tuple[float, ...]  # in the order of MOST; the last only where a preference was stated

    @classmethod
    def of(cls, need: Need, topics: frozenset[str], candidate: Candidate) -> "Fit":
        """`topics` are those of the need, found once for a whole ranking."""
        incidents = candidate.incidents
        closest, closeness = _closest(need, incidents)
        free_at = first_free(candidate, need.at, LOOK_AHEAD)
        apart = _hours_apart(need.at, candidate.time_zone, need.time_zone)
        free = _free_credit(candidate, free_at, need.at)
        # Written out, without a loop: this runs for every advisor of a ranking.
        points: tuple[float, ...] = (
            closeness * WEIGHTS["setting"],
            _needs_credit(topics, candidate.expertise) * WEIGHTS["needs"],
            _role_credit(need.role, candidate.disciplines) * WEIGHTS["role"],
            _agency_credit(need, candidate) * WEIGHTS["agency"],
            (0.7 * free + 0.3 * _nearness(apart)) * WEIGHTS["availability"],
            _phase_credit(need.phase, incidents) * WEIGHTS["phase"],
            _fairness_credit(need.at, candidate.load.last_asked_at) * WEIGHTS["fairness"],
        )
        if need.languages_preferred or need.prefers_tribal or need.prefers_campus:
            met = len(_preferences_met(need, candidate))
            points += (min(PREFERENCE_MOST, met * PREFERENCE_EACH),)
        return cls(need, candidate, closest, free_at, apart, points)

    def score(self) -> float:
        """All points together, at most 100."""
        return min(100.0, round(sum(self.points), 1))

    def factors(self) -> tuple[Factor, ...]:
        """Every factor with its points, in the order of the weights."""
        return tuple(
            Factor(code, round(points, 2), most)
            for (code, most), points in zip(MOST.items(), self.points, strict=False)
        )

    def reasons(self, factors: tuple[Factor, ...]) -> tuple[str, ...]:
        """The words of the three factors with the most points, among those that speak for it."""
        reasons: list[str] = []
        for factor in sorted(factors, key=lambda factor: -factor.points):
            if factor.points >= REASON_FROM * factor.most and (said := SAYS[factor.code](self)):
                reasons.append(said)
                if len(reasons) == REASONS:
                    break
        return tuple(reasons)


def _closest(need: Need, incidents: tuple[Incident, ...]) -> tuple[Incident | None, float]:
    """The incident most like this one, and how like it is."""
    closest, closeness = None, 0.0
    for incident in incidents:
        credit = similarity.of_settings(need.setting, incident.setting)
        if not need.incident_types.isdisjoint(incident.types):
            credit = min(1.0, credit + SAME_TYPE)
        # Equally like: any order of the incidents has to name the same one.
        if closest is None or (credit, incident.setting, incident.phase_reached) > (
            closeness,
            closest.setting,
            closest.phase_reached,
        ):
            closest, closeness = incident, credit
    return closest, closeness


@lru_cache(maxsize=1024)
def _hours_apart(at: datetime, here: str, there: str) -> float | None:
    if not here or not there:
        return None
    offset, other = (local_time(at, zone).utcoffset() for zone in (here, there))
    return None if offset is None or other is None else (offset - other).total_seconds() / 3600


def topics_of(need: Need) -> frozenset[str]:
    return (need.needs - NOT_A_TOPIC) or frozenset({"LEADER"})


def _needs_credit(topics: frozenset[str], levels: Mapping[str, int]) -> float:
    tenths = 0
    for topic in topics:
        tenths += similarity.LEVEL_TENTHS[levels.get(topic, 0)]
    return tenths / (10 * len(topics))


def _role_credit(role: str, disciplines: frozenset[str]) -> float:
    if not role:
        return similarity.UNKNOWN
    return max([similarity.of_roles(role, own) for own in disciplines], default=0.0)


def _agencies(candidate: Candidate) -> list[tuple[str, str]]:
    """Type and size of each agency served in."""
    return [
        (candidate.agency_type, candidate.size_band),
        *[(incident.agency_type, incident.size_band) for incident in candidate.incidents],
    ]


def _closest_agency(fit: Fit) -> tuple[str, str]:
    return max(
        _agencies(fit.candidate),
        key=lambda agency: (
            similarity.of_agencies(fit.need.agency_type, fit.need.size_band, *agency),
            agency,
        ),
    )


def _agency_credit(need: Need, candidate: Candidate) -> float:
    wanted_type, wanted_size = need.agency_type, need.size_band
    return max(
        [
            similarity.of_agencies(wanted_type, wanted_size, agency_type, size_band)
            for agency_type, size_band in _agencies(candidate)
        ]
    )


def _nearness(hours_apart: float | None) -> float:
    if hours_apart is None:
        return similarity.UNKNOWN
    whole = int(abs(hours_apart) + 0.5)
    return HOURS_APART_CREDITS[whole] if whole < len(HOURS_APART_CREDITS) else 0.0


def _free_credit(candidate: Candidate, free_at: datetime | None, at: datetime) -> float:
    if not candidate.windows:
        return similarity.UNKNOWN
    if free_at is None:
        return 0.0
    wait = free_at - at
    for limit, credit in FREE_CREDITS:
        if wait < limit:
            return credit
    return 0.0


def _phase_credit(phase: str, incidents: tuple[Incident, ...]) -> float:
    return max([similarity.of_phase(past.phase_reached, phase) for past in incidents], default=0.0)


def _days_since(asked_at: datetime | None, at: datetime) -> int | None:
    return None if asked_at is None else max(0, (at - asked_at).days)


def _fairness_credit(at: datetime, asked_at: datetime | None) -> float:
    days = _days_since(asked_at, at)
    return 1.0 if days is None else min(days, FAIR_AFTER_DAYS) / FAIR_AFTER_DAYS


def _preferences_met(need: Need, candidate: Candidate) -> list[str]:
    met = []
    spoken = sorted(need.languages_preferred & candidate.languages)
    if spoken:
        languages = words.listed([words.language(code) for code in spoken])
        met.append(_("speaks %(languages)s, as preferred") % {"languages": languages})
    if need.prefers_tribal and (
        "LE_TRIBAL" in candidate.disciplines or candidate.agency_type == "TRIBAL"
    ):
        met.append(_("from a tribal agency, as preferred"))
    if need.prefers_campus and "LE_CAMPUS" in candidate.disciplines:
        met.append(_("from a campus agency, as preferred"))
    return met


def _say_setting(fit: Fit) -> str:
    if fit.closest is None:
        return ""
    attack = _(words.ATTACKS.get(fit.closest.setting, "a mass attack"))
    match fit.closest.role:
        case "LE_PIO":
            return _("spoke for the agency after %(attack)s") % {"attack": attack}
        case "LE_INVEST":
            return _("led the investigation of %(attack)s") % {"attack": attack}
        case "LE_WELLNESS" | "PSYCH" | "FAITH":
            return _("looked after staff after %(attack)s") % {"attack": attack}
        case "VICTIM_SVC" | "SURVIVOR_LIAISON":
            return _("worked with families after %(attack)s") % {"attack": attack}
        case _role:
            return _("led through %(attack)s") % {"attack": attack}


def _say_needs(fit: Fit) -> str:
    levels = fit.candidate.expertise
    covered = [topic for topic in topics_of(fit.need) if levels.get(topic)]
    if not covered:
        return ""
    highest = max(levels[topic] for topic in covered)
    best = sorted(topic for topic in covered if levels[topic] == highest)
    names = [_(words.NEEDS.get(topic, "what is asked for")) for topic in best[:3]]
    return _("covers %(needs)s, level %(level)s") % {
        "needs": words.listed(names),
        "level": highest,
    }


def _say_role(fit: Fit) -> str:
    if not fit.need.role:
        return ""
    closest = max(
        sorted(fit.candidate.disciplines),
        key=lambda role: similarity.of_roles(fit.need.role, role),
        default="",
    )
    role = _(words.ROLES.get(closest, "peer"))
    if closest == fit.need.role:
        return _("a peer in the same role: %(role)s") % {"role": role}
    return _("a peer in a close role: %(role)s") % {"role": role}


def _say_agency(fit: Fit) -> str:
    agency_type, size_band = _closest_agency(fit)
    if not fit.need.agency_type and not fit.need.size_band:
        return ""
    led = bool(fit.candidate.disciplines & frozenset(similarity.HEADS))
    agency = _(words.AGENCY_TYPES.get(agency_type, "an agency"))
    if size_band in words.SIZES:
        agency = _("%(agency)s of %(size)s") % {"agency": agency, "size": _(words.SIZES[size_band])}
    if led:
        return _("led %(agency)s then") % {"agency": agency}
    return _("served in %(agency)s then") % {"agency": agency}


def _say_availability(fit: Fit) -> str:
    if fit.free_at is None:
        return ""
    wait = fit.free_at - fit.need.at
    if wait <= timedelta(0):
        return _("free now")
    if wait < timedelta(hours=24):
        hours = max(1, round(wait.total_seconds() / 3600))
        return _("free in %(hours)s") % {"hours": words.hours(hours)}
    zone = fit.candidate.time_zone
    day, today = (local_time(moment, zone).date() for moment in (fit.free_at, fit.need.at))
    return _("free on %(day)s") % {"day": words.day(day, today)}


def _say_phase(fit: Fit) -> str:
    reached = max(
        (
            similarity.PHASES.index(past.phase_reached)
            for past in fit.candidate.incidents
            if past.phase_reached in similarity.PHASES
        ),
        default=0,
    )
    if similarity.PHASES[reached] == "LONG":
        return _("has been through the years after")
    if similarity.PHASES[reached] == "YEAR1":
        return _("has been through the first year")
    if similarity.PHASES[reached] == "MONTHS":
        return _("has been through the months after")
    return ""


def _say_fairness(fit: Fit) -> str:
    days = _days_since(fit.candidate.load.last_asked_at, fit.need.at)
    if days is None:
        return _("not asked yet")
    return _("last asked %(days)s ago") % {"days": words.days(days)}


SAYS: dict[str, Callable[[Fit], str]] = {
    "setting": _say_setting,
    "needs": _say_needs,
    "role": _say_role,
    "agency": _say_agency,
    "availability": _say_availability,
    "phase": _say_phase,
    "fairness": _say_fairness,
    "preference": lambda fit: words.listed(_preferences_met(fit.need, fit.candidate)),
}
