"""Reads advisors for matching: rows instead of records, one row per advisor and list.

Plain SQL, because this is read for every ranking: Django takes longer to write these five
questions than PostgreSQL to answer them (docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet

from advisors.matching import Candidate, Incident, Load

if TYPE_CHECKING:
    from advisors.models.advisor import Advisor

UsualHours = tuple[int, time, time]
Period = tuple[datetime, datetime]
Codes = dict[int, list[str]]  # by the id of an advisor, or of an incident

# Matching looks a week ahead; the calendar reads its own absences.
ABSENCES_AHEAD = timedelta(days=15)

ADVISORS = """
SELECT advisor.id, person.time_zone, agency_id, agency_type_id, size_band_id, state,
       languages, modes, travel_notice_days, quiet_from, quiet_until, on_call,
       away_until, away_open_ended, hours_per_week, max_active, max_critical,
       rest_until, rest_waived, avoids_children_harmed,
       agreement_signed_date, agreement_expires_date, vetted_date, is_active
FROM advisors_advisor AS advisor JOIN people_person AS person ON person.id = person_id
WHERE advisor.id = ANY(%(ids)s::bigint[])
ORDER BY advisor.id
"""

# A need comes with its level: "MEDIA 3".
CODES = """
SELECT 'need', advisor_id, array_agg(need_id || ' ' || level)
FROM advisors_expertise WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
UNION ALL
SELECT 'discipline', advisor_id, array_agg(discipline_id::text)
FROM advisors_advisor_disciplines JOIN taxonomy_discipline ON code = discipline_id
WHERE active AND advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
UNION ALL
SELECT 'setting', advisor_id, array_agg(setting_id::text)
FROM advisors_advisor_avoided_settings WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
UNION ALL
SELECT 'type', advisor_id, array_agg(incidenttype_id::text)
FROM advisors_advisor_avoided_types WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
UNION ALL
SELECT 'conflict', advisor_id, array_agg(agency_id::text)
FROM advisors_advisor_conflicts WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
UNION ALL
SELECT 'incident', incidentled_id, array_agg(incidenttype_id::text)
FROM advisors_incidentled_incident_types
JOIN advisors_incidentled AS incident ON incident.id = incidentled_id
WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY incidentled_id
"""

INCIDENTS = """
SELECT advisor_id, id, setting_id, role_then_id, agency_type_id, size_band_id,
       phase_reached_id, anniversary_on, rests_around_it, children_harmed
FROM advisors_incidentled WHERE advisor_id = ANY(%(ids)s::bigint[]) ORDER BY id
"""

WINDOWS = """
SELECT advisor_id, string_agg(weekday || ' ' || opens || ' ' || closes, ',')
FROM advisors_window WHERE advisor_id = ANY(%(ids)s::bigint[]) GROUP BY advisor_id
"""

ABSENCES = """
SELECT advisor_id, starts_at, ends_at FROM advisors_absence
WHERE advisor_id = ANY(%(ids)s::bigint[]) AND ends_at > %(start)s AND starts_at < %(end)s
ORDER BY starts_at
"""


def candidates(
    advisors: "QuerySet[Advisor]", *, loads: Mapping[int, Load], at: datetime
) -> list[Candidate]:
    """One Candidate per advisor, oldest record first."""
    ids = list(advisors.order_by().values_list("pk", flat=True))
    if not ids:
        return []
    # Written as one text: adapting 500 numbers one by one costs more than the query.
    listed = f"{{{','.join(map(str, ids))}}}"
    given: dict[str, Any] = {"ids": listed, "start": at, "end": at + ABSENCES_AHEAD}
    with connections[advisors.db].cursor() as cursor:

        def rows(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question, given)
            return cursor.fetchall()

        codes = _codes(rows(CODES))
        incidents = _incidents(rows(INCIDENTS), codes["incident"])
        windows = {pk: _week(text) for pk, text in rows(WINDOWS)}
        absences = _absences(rows(ABSENCES))
        return _candidates(rows(ADVISORS), codes, incidents, windows, absences, loads)


def _candidates(
    rows: list[tuple[Any, ...]],
    codes: dict[str, Codes],
    incidents: Mapping[int, tuple[Incident, ...]],
    windows: Mapping[int, tuple[UsualHours, ...]],
    absences: Mapping[int, tuple[Period, ...]],
    loads: Mapping[int, Load],
) -> list[Candidate]:
    no_load, no_codes, nobody = Load(), frozenset[str](), frozenset[int]()
    disciplines, avoided_settings, avoided_types = (
        {pk: frozenset(found) for pk, found in codes[kind].items()}
        for kind in ("discipline", "setting", "type")
    )
    conflicts = {pk: frozenset(map(int, found)) for pk, found in codes["conflict"].items()}
    expertise = {pk: dict(map(_need_and_level, found)) for pk, found in codes["need"].items()}
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
                expertise.get(pk, {}),
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
                avoided_settings.get(pk, no_codes),
                avoided_types.get(pk, no_codes),
                avoids_children_harmed,
                conflicts.get(pk, nobody),
                signed,
                expires,
                vetted,
                is_active,
                loads.get(pk, no_load),
            )
        )
    return found


def _codes(rows: list[tuple[Any, ...]]) -> dict[str, Codes]:
    found: dict[str, Codes] = defaultdict(dict)
    for kind, pk, codes in rows:
        found[kind][pk] = codes
    return found


@lru_cache(maxsize=256)
def _need_and_level(text: str) -> tuple[str, int]:
    need, level = text.split(" ")
    return need, int(level)


def _incidents(rows: list[tuple[Any, ...]], types: Codes) -> dict[int, tuple[Incident, ...]]:
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


@lru_cache(maxsize=2048)
def _week(text: str) -> tuple[UsualHours, ...]:
    """The windows of "0 09:00:00 17:00:00,…". Remembered: many people keep the same week."""
    return tuple(
        sorted(
            (int(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in map(str.split, text.split(","))
        )
    )


def _absences(rows: list[tuple[Any, ...]]) -> dict[int, tuple[Period, ...]]:
    found: dict[int, tuple[Period, ...]] = {}
    for pk, starts_at, ends_at in rows:
        found[pk] = (*found.get(pk, ()), (starts_at, ends_at))
    return found
