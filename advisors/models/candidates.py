"""Reads advisors for matching: five queries, rows instead of records, one row per advisor."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from advisors.matching import Candidate, Incident, Load
from advisors.models.hours import Absence, Window
from advisors.models.profile import Expertise, IncidentLed

if TYPE_CHECKING:
    from advisors.models.advisor import Advisor

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


def candidates(
    advisors: "QuerySet[Advisor]", *, loads: Mapping[int, Load], at: datetime
) -> list[Candidate]:
    """One Candidate per advisor, oldest record first."""
    rows = list(advisors.order_by("pk").values_list("pk", "person__time_zone", *PLAIN))
    # A subquery: a list of 500 ids costs Django and the planner more than the query itself.
    ids = advisors.order_by().values("pk")
    codes = _codes(advisors.model, ids)
    expertise = _expertise(ids)
    incidents = _incidents(ids)
    windows, absences = _windows(ids), _absences(ids, at)
    nothing: dict[str, frozenset] = {}
    no_load = Load()
    found = []
    for pk, time_zone, *plain in rows:
        (
            agency_id, agency_type, size_band, state, languages, modes, travel_notice_days,
            quiet_from, quiet_until, on_call, away_until, away_open_ended, hours_per_week,
            max_active, max_critical, rest_until, rest_waived, avoids_children_harmed,
            signed, expires, vetted, is_active,
        ) = plain  # fmt: skip
        own = codes.get(pk, nothing)
        found.append(
            Candidate(
                advisor_id=pk,
                time_zone=time_zone or settings.TIME_ZONE,
                disciplines=own.get("discipline", frozenset()),
                agency_id=agency_id,
                agency_type=agency_type or "",
                size_band=size_band or "",
                state=state,
                languages=frozenset(languages),
                modes=frozenset(modes),
                travel_notice_days=travel_notice_days,
                expertise=expertise.get(pk, {}),
                incidents=incidents.get(pk, ()),
                windows=windows.get(pk, ()),
                absences=absences.get(pk, ()),
                quiet_from=quiet_from,
                quiet_until=quiet_until,
                on_call=on_call,
                away_until=away_until,
                away_open_ended=away_open_ended,
                hours_per_week=hours_per_week,
                max_active=max_active,
                max_critical=max_critical,
                rest_until=rest_until,
                rest_waived=rest_waived,
                avoided_settings=own.get("setting", frozenset()),
                avoided_types=own.get("type", frozenset()),
                avoids_children_harmed=avoids_children_harmed,
                conflicts=frozenset(map(int, own.get("conflict", ()))),
                agreement_signed=signed,
                agreement_expires=expires,
                vetted=vetted,
                is_active=is_active,
                load=loads.get(pk, no_load),
            )
        )
    return found


def _codes(model: "type[Advisor]", ids: QuerySet) -> dict[int, dict[str, frozenset[str]]]:
    """Disciplines in use, topics to avoid and conflicts, in one query."""
    parts = [
        _linked(model.disciplines.through, "discipline", ids, Q(discipline__active=True)),
        _linked(model.avoided_settings.through, "setting", ids),
        _linked(model.avoided_types.through, "type", ids, column="incidenttype_id"),
        _linked(model.conflicts.through, "conflict", ids, column="agency_id"),
    ]
    found: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for pk, kind, codes in parts[0].union(*parts[1:], all=True):
        found[pk][kind] = frozenset(codes)
    return found


def _linked(through, kind: str, ids: QuerySet, only: Q | None = None, column: str = ""):
    rows = through.objects.filter(only or Q(), advisor__in=ids)
    code = Cast(column or f"{kind}_id", CharField())
    return rows.values_list("advisor_id", Value(kind, CharField())).annotate(codes=ArrayAgg(code))


def _expertise(ids: QuerySet) -> dict[int, dict[str, int]]:
    rows = (
        Expertise.objects.filter(advisor__in=ids)
        .order_by()
        .values_list("advisor_id")
        .annotate(needs=ArrayAgg("need_id"), levels=ArrayAgg("level"))
    )
    return {pk: dict(zip(needs, levels, strict=True)) for pk, needs, levels in rows}


def _incidents(ids: QuerySet) -> dict[int, tuple[Incident, ...]]:
    rows = (
        IncidentLed.objects.filter(advisor__in=ids)
        .order_by("pk")
        .values_list(
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
        )
        .annotate(
            types=ArrayAgg(
                "incident_types", filter=Q(incident_types__isnull=False), default=Value([])
            )
        )
    )
    found: dict[int, tuple[Incident, ...]] = {}
    for (
        advisor_id,
        _pk,
        setting,
        role,
        agency_type,
        size,
        phase,
        day,
        rests,
        children,
        types,
    ) in rows:
        incident = Incident(
            setting=setting,
            types=frozenset(types),
            role=role or "",
            agency_type=agency_type or "",
            size_band=size or "",
            phase_reached=phase or "",
            anniversary_on=day,
            rests_around_it=rests,
            children_harmed=children,
        )
        found[advisor_id] = (*found.get(advisor_id, ()), incident)
    return found


def _windows(ids: QuerySet) -> dict[int, tuple]:
    rows = (
        Window.objects.filter(advisor__in=ids)
        .order_by()
        .values_list("advisor_id")
        .annotate(weekdays=ArrayAgg("weekday"), opened=ArrayAgg("opens"), closed=ArrayAgg("closes"))
    )
    return {
        pk: tuple(zip(weekdays, opens, closes, strict=True)) for pk, weekdays, opens, closes in rows
    }


def _absences(ids: QuerySet, at: datetime) -> dict[int, tuple]:
    found: dict[int, tuple] = {}
    rows = Absence.objects.filter(advisor__in=ids).touching(at, at + ABSENCES_AHEAD)
    for pk, starts_at, ends_at in rows.order_by("starts_at").values_list(
        "advisor_id", "starts_at", "ends_at"
    ):
        found[pk] = (*found.get(pk, ()), (starts_at, ends_at))
    return found
