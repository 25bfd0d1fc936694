"""Reads advisors for matching: five queries, rows instead of records, one row per advisor."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from advisors.matching import Candidate, Incident, Load
from advisors.models.hours import Absence, Window
from advisors.models.profile import Expertise, IncidentLed

if TYPE_CHECKING:
    from advisors.models.advisor import Advisor

UsualHours = tuple[int, time, time]
Period = tuple[datetime, datetime]

# Matching looks a week ahead; the calendar reads its own absences.
ABSENCES_AHEAD = timedelta(days=15)

PLAIN = (
    "agency_id",
    "agency_type_id",
    "size_band_id",
    "state",
    "languages",
    "modes",
    "travel_notice_days",
    "quiet_from",
    "quiet_until",
    "on_call",
    "away_until",
    "away_open_ended",
    "hours_per_week",
    "max_active",
    "max_critical",
    "rest_until",
    "rest_waived",
    "avoids_children_harmed",
    "agreement_signed_date",
    "agreement_expires_date",
    "vetted_date",
    "is_active",
)


Codes = dict[int, list[str]]  # by the id of an advisor, or of an incident


def candidates(
    advisors: "QuerySet[Advisor]", *, loads: Mapping[int, Load], at: datetime
) -> list[Candidate]:
    """One Candidate per advisor, oldest record first."""
    rows = advisors.order_by("pk").values_list("pk", "person__time_zone", *PLAIN)
    # A subquery: a list of 500 ids costs Django and the planner more than the query itself.
    ids = advisors.order_by().values("pk")
    codes = _codes(advisors.model, ids)
    incidents = _incidents(ids, codes["incident"])
    windows, absences = _windows(ids), _absences(ids, at)
    no_load, no_codes = Load(), frozenset[str]()
    disciplines, settings_, types = (
        {pk: frozenset(found) for pk, found in codes[kind].items()}
        for kind in ("discipline", "setting", "type")
    )
    conflicts = {pk: frozenset(map(int, found)) for pk, found in codes["conflict"].items()}
    found = []
    for (
        pk, time_zone, agency_id, agency_type, size_band, state, languages, modes,
        travel_notice_days, quiet_from, quiet_until, on_call, away_until, away_open_ended,
        hours_per_week, max_active, max_critical, rest_until, rest_waived, avoids_children_harmed,
        signed, expires, vetted, is_active,
    ) in rows:  # fmt: skip
        # By position, in Candidate's order: this runs for every advisor of a ranking.
        found.append(
            Candidate(
                pk,
                time_zone or settings.TIME_ZONE,
                disciplines.get(pk, no_codes),
                agency_id,
                agency_type or "",
                size_band or "",
                state,
                frozenset(languages),
                frozenset(modes),
                travel_notice_days,
                {code: int(level) for code, level in map(str.split, codes["need"].get(pk, ()))},
                incidents.get(pk, ()),
                windows.get(pk, ()),
                absences.get(pk, ()),
                quiet_from,
                quiet_until,
                on_call,
                away_until,
                away_open_ended,
                hours_per_week,
                max_active,
                max_critical,
                rest_until,
                rest_waived,
                settings_.get(pk, no_codes),
                types.get(pk, no_codes),
                avoids_children_harmed,
                conflicts.get(pk, frozenset()),
                signed,
                expires,
                vetted,
                is_active,
                loads.get(pk, no_load),
            )
        )
    return found


def _codes(model: "type[Advisor]", ids: QuerySet) -> dict[str, Codes]:
    """Every list of codes by its kind, in one query. A need comes with its level: "MEDIA 3"."""
    of_these = Q(advisor__in=ids)
    level = Concat("need_id", Value(" "), "level", output_field=CharField())
    parts = [
        _listed(model.disciplines.through, "discipline", of_these & Q(discipline__active=True)),
        _listed(model.avoided_settings.through, "setting", of_these),
        _listed(model.avoided_types.through, "type", of_these, "incidenttype_id"),
        _listed(model.conflicts.through, "conflict", of_these, "agency_id"),
        _listed(Expertise, "need", of_these, level),
        _listed(
            IncidentLed.incident_types.through,
            "incident",
            Q(incidentled__advisor__in=ids),
            "incidenttype_id",
            owner="incidentled_id",
        ),
    ]
    found: dict[str, Codes] = defaultdict(dict)
    for pk, kind, codes in parts[0].union(*parts[1:], all=True):
        found[kind][pk] = codes
    return found


def _listed(rows: Any, kind: str, only: Q, code: Any = "", owner: str = "advisor_id") -> QuerySet:
    return (
        rows.objects.filter(only)
        .order_by()
        .values_list(owner, Value(kind, CharField()))
        .annotate(codes=ArrayAgg(Cast(code or f"{kind}_id", CharField())))
    )


def _incidents(ids: QuerySet, types: Codes) -> dict[int, tuple[Incident, ...]]:
    rows = IncidentLed.objects.filter(advisor__in=ids).order_by("pk").values_list(
        "advisor_id",
        "pk",
        "setting_id",
        "role_then_id",
        "agency_type_id",
        "size_band_id",
        "phase_reached_id",
        "anniversary_on",
        "rests_around_it",
        "children_harmed",
    )  # fmt: skip
    found: dict[int, list[Incident]] = defaultdict(list)
    for advisor_id, pk, setting, role, agency_type, size, phase, day, rests, children in rows:
        found[advisor_id].append(
            Incident(
                setting,
                frozenset(types.get(pk, ())),
                role or "",
                agency_type or "",
                size or "",
                phase or "",
                day,
                rests,
                children,
            )
        )
    return {pk: tuple(incidents) for pk, incidents in found.items()}


def _windows(ids: QuerySet) -> dict[int, tuple[UsualHours, ...]]:
    hours = Concat("weekday", Value(" "), "opens", Value(" "), "closes", output_field=CharField())
    rows = (
        Window.objects.filter(advisor__in=ids)
        .order_by()
        .values_list("advisor_id")
        .annotate(week=StringAgg(hours, ",", order_by=("weekday", "opens")))
    )
    return {pk: _week(text) for pk, text in rows}


@lru_cache(maxsize=2048)
def _week(text: str) -> tuple[UsualHours, ...]:
    """The windows of "0 09:00:00 17:00:00,…". Remembered: many people keep the same week."""
    return tuple(
        (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
        for weekday, opens, closes in map(str.split, text.split(","))
    )


def _absences(ids: QuerySet, at: datetime) -> dict[int, tuple[Period, ...]]:
    found: dict[int, tuple[Period, ...]] = {}
    rows = Absence.objects.filter(advisor__in=ids).touching(at, at + ABSENCES_AHEAD)
    for pk, starts_at, ends_at in rows.order_by("starts_at").values_list(
        "advisor_id", "starts_at", "ends_at"
    ):
        found[pk] = (*found.get(pk, ()), (starts_at, ends_at))
    return found
