"""Reads advisors for matching: one question, and one text per advisor with all that is known.

Plain SQL, because this is read for every ranking. PostgreSQL writes an advisor as lines, one a
fact; a text that was seen before is not taken apart again. The text is read anew each time, so
what is remembered is never older than the database (docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from advisors.matching import Candidate, Incident, Load

if TYPE_CHECKING:
    from advisors.models.advisor import Advisor

Cells = list[str]

# Matching looks a week ahead; the calendar reads its own absences.
ABSENCES_AHEAD = timedelta(days=15)

CELL, LINE = "\x1f", "\x1e"  # ASCII's own separators: no code, zone or time holds one


def _line(kind: str, *columns: str) -> str:
    """SQL for one fact: its kind and its cells. What is null becomes an empty cell."""
    cells = (f"coalesce({column}::text, '')" for column in columns)
    return f" || '{CELL}' || ".join((f"'{kind}'", *cells))


ADVISOR = _line(
    "advisor",
    "person.time_zone",
    "agency_id",
    "agency_type_id",
    "size_band_id",
    "state",
    "array_to_string(languages, ' ')",
    "array_to_string(modes, ' ')",
    "travel_notice_days",
    "person.quiet_from",
    "person.quiet_until",
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
# An incident of several types is told once for each.
INCIDENT = _line(
    "incident",
    "incident.id",
    "setting_id",
    "role_then_id",
    "agency_type_id",
    "size_band_id",
    "phase_reached_id",
    "anniversary_on",
    "rests_around_it",
    "children_harmed",
    "incidenttype_id",
)
FACTS = f"""
WITH chosen (id) AS MATERIALIZED ({{chosen}})
SELECT advisor_id, string_agg(fact, '{LINE}') FROM (
    SELECT advisor.id AS advisor_id, {ADVISOR} AS fact
    FROM advisors_advisor AS advisor JOIN people_person AS person ON person.id = person_id
    UNION ALL
    SELECT advisor_id, {_line("need", "need_id", "level")} FROM advisors_expertise
    UNION ALL
    SELECT advisor_id, {_line("discipline", "discipline_id")}
    FROM advisors_advisor_disciplines JOIN taxonomy_discipline ON code = discipline_id
    WHERE active
    UNION ALL
    SELECT advisor_id, {_line("setting", "setting_id")} FROM advisors_advisor_avoided_settings
    UNION ALL
    SELECT advisor_id, {_line("type", "incidenttype_id")} FROM advisors_advisor_avoided_types
    UNION ALL
    SELECT advisor_id, {_line("conflict", "agency_id")} FROM advisors_advisor_conflicts
    UNION ALL
    SELECT advisor_id, {INCIDENT}
    FROM advisors_incidentled AS incident
    LEFT JOIN advisors_incidentled_incident_types ON incidentled_id = incident.id
    UNION ALL
    SELECT advisor_id, {_line("window", "weekday", "opens", "closes")} FROM advisors_window
    UNION ALL
    SELECT advisor_id, {_line("absence", "starts_at", "ends_at")} FROM advisors_absence
    WHERE ends_at > %s AND starts_at < %s
) AS facts
WHERE advisor_id IN (SELECT id FROM chosen) GROUP BY advisor_id ORDER BY advisor_id
"""  # noqa: S608 - put together from the names above only


def candidates(
    advisors: "QuerySet[Advisor]", *, loads: Mapping[int, Load], at: datetime
) -> list[Candidate]:
    """One Candidate per advisor, oldest record first."""
    try:
        chosen, given = advisors.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connections[advisors.db].cursor() as cursor:
        cursor.execute(FACTS.format(chosen=chosen), (*given, at, at + ABSENCES_AHEAD))
        profiles = [_profile(pk, facts) for pk, facts in cursor.fetchall()]
    return [_with_load(profile, loads.get(profile.advisor_id)) for profile in profiles]


def _with_load(profile: Candidate, load: Load | None) -> Candidate:
    # By position: _replace costs more than everything else that happens here.
    return profile if load is None else Candidate(*profile[:-1], load)


@lru_cache(maxsize=2048)
def _profile(pk: int, facts: str) -> Candidate:
    """The advisor of the lines that FACTS gives, in whatever order; without a load."""
    told: defaultdict[str, list[Cells]] = defaultdict(list)
    for line in facts.split(LINE):
        kind, *cells = line.split(CELL)
        told[kind].append(cells)
    (
        time_zone, agency_id, agency_type, size_band, state, languages, modes,
        travel_notice_days, quiet_from, quiet_until, on_call, away_until, away_open_ended,
        hours_per_week, max_active, max_critical, rest_until, rest_waived, avoids_children_harmed,
        signed, expires, vetted, is_active,
    ) = told["advisor"][0]  # fmt: skip
    return Candidate(
        advisor_id=pk,
        time_zone=time_zone or settings.TIME_ZONE,
        disciplines=_codes(told["discipline"]),
        agency_id=int(agency_id) if agency_id else None,
        agency_type=agency_type,
        size_band=size_band,
        state=state,
        languages=frozenset(languages.split()),
        modes=frozenset(modes.split()),
        travel_notice_days=int(travel_notice_days),
        expertise=MappingProxyType({need: int(level) for need, level in told["need"]}),
        incidents=_incidents(told["incident"]),
        windows=_week(told["window"]),
        absences=tuple(
            sorted(
                (datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))
                for starts_at, ends_at in told["absence"]
            )
        ),
        quiet_from=_clock(quiet_from),
        quiet_until=_clock(quiet_until),
        on_call=_is(on_call),
        away_until=_moment(away_until),
        away_open_ended=_is(away_open_ended),
        hours_per_week=int(hours_per_week),
        max_active=int(max_active),
        max_critical=int(max_critical),
        rest_until=_moment(rest_until),
        rest_waived=_is(rest_waived),
        avoided_settings=_codes(told["setting"]),
        avoided_types=_codes(told["type"]),
        avoids_children_harmed=_is(avoids_children_harmed),
        conflicts=frozenset(int(agency_id) for [agency_id] in told["conflict"]),
        agreement_signed=_date(signed),
        agreement_expires=_date(expires),
        vetted=_date(vetted),
        is_active=_is(is_active),
    )


def _incidents(told: list[Cells]) -> tuple[Incident, ...]:
    found: dict[int, Incident] = {}
    for pk, setting, role, agency_type, size, phase, day, rests, children, kind in told:
        before = found.get(int(pk))
        types = (before.types if before else frozenset()) | frozenset([kind] if kind else ())
        found[int(pk)] = Incident(
            setting, types, role, agency_type, size, phase, _date(day), _is(rests), _is(children)
        )
    return tuple(incident for _pk, incident in sorted(found.items()))


def _week(told: list[Cells]) -> tuple[tuple[int, time, time], ...]:
    return tuple(
        sorted(
            (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in told
        )
    )


def _codes(told: list[Cells]) -> frozenset[str]:
    return frozenset(code for [code] in told)


def _is(cell: str) -> bool:
    return cell == "true"


def _clock(cell: str) -> time | None:
    return time.fromisoformat(cell) if cell else None


def _date(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _moment(cell: str) -> datetime | None:
    return datetime.fromisoformat(cell) if cell else None
