"""Each gate closes for its reason, says so in words, and opens again."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisors.matching import Incident, Load, closed_gates
from advisors.matching.gates import GATES, nearest_anniversary
from tests.factories import NOON
from tests.factories.advisors import CandidateFactory, NeedFactory

IN_TEN_DAYS = datetime(2026, 12, 4, 5, 0, tzinfo=UTC)  # midnight in New York

# gate, what is different about the candidate, about the need, and the words
CLOSED = [
    ("inactive", {"is_active": False}, {}, "Not active in the program"),
    ("not_vetted", {"vetted": None}, {}, "Not vetted yet"),
    ("not_vetted", {"vetted": date(2026, 12, 1)}, {}, "Not vetted yet"),
    (
        "agreement",
        {"agreement_signed": None, "agreement_expires": None},
        {},
        "No signed agreement yet",
    ),
    ("agreement", {"agreement_expires": date(2026, 11, 1)}, {}, "Agreement ended Nov 1"),
    ("agreement", {"agreement_expires": date(2026, 11, 23)}, {}, "Agreement ended Nov 23"),
    ("agreement", {"agreement_expires": date(2026, 2, 1)}, {}, "Agreement ended Feb 1, 2026"),
    ("discipline", {"disciplines": frozenset()}, {}, "Discipline not in use yet"),
    ("own_agency", {"agency_id": 7}, {"agency_id": 7}, "Own agency"),
    ("conflict", {"conflicts": frozenset({7})}, {"agency_id": 7}, "Conflict with this agency"),
    (
        "same_incident",
        {},
        {"same_incident_advisors": frozenset({1})},
        "Part of the same incident",
    ),
    (
        "topic",
        {"avoided_settings": frozenset({"K12"})},
        {},
        "Asked not to be offered school incidents",
    ),
    (
        "topic",
        {"avoided_types": frozenset({"SHOOTING", "ARSON"})},
        {"incident_types": frozenset({"SHOOTING", "EXPLOSIVE"})},
        "Asked not to be offered shootings",
    ),
    (
        "topic",
        {"avoids_children_harmed": True},
        {"children_harmed": True},
        "Asked not to be offered incidents in which children were harmed",
    ),
    (
        "not_now",
        {"away_until": IN_TEN_DAYS},
        {},
        "Asked not to be contacted until Dec 4",
    ),
    ("not_now", {"away_open_ended": True}, {}, "Asked not to be contacted for now"),
    ("away", {"absences": ((NOON, IN_TEN_DAYS),)}, {}, "Away until Dec 4"),
    (
        "away",
        {"absences": ((NOON - timedelta(hours=1), NOON + timedelta(hours=3)),)},
        {},
        "Away until 3:00 p.m. there",
    ),
    (
        "anniversary",
        {"incidents": (Incident("K12", anniversary_on=date(2018, 11, 29), rests_around_it=True),)},
        {},
        "Resting around the date of an own incident until Dec 7",
    ),
    (
        "rest",
        {"rest_until": datetime(2026, 12, 6, 17, 0, tzinfo=UTC)},
        {},
        "Resting until Dec 6 after a critical request",
    ),
    ("load", {"load": Load(open_engagements=2)}, {}, "Has 2 of 2 requests"),
    (
        "load",
        {"load": Load(open_engagements=1, open_offers=1)},
        {},
        "Has 1 of 2 requests, and open offers for the rest",
    ),
    (
        "critical",
        {"load": Load(open_engagements=1, open_critical=1)},
        {"urgency": "critical"},
        "Already has a critical request",
    ),
    ("critical", {"max_critical": 0}, {"urgency": "critical"}, "Takes no critical requests"),
    ("hours", {"load": Load(hours_this_week=6)}, {}, "Weekly hours: 6 of 6 used"),
    ("mode", {}, {"mode": "in_person"}, "Does not travel"),
    (
        "mode",
        {"modes": frozenset({"in_person"})},
        {"mode": "virtual"},
        "Does not work by phone or video",
    ),
    ("language", {}, {"languages_required": frozenset({"es", "en"})}, "Does not speak Spanish"),
    (
        "agency_type",
        {},
        {"agency_types_required": frozenset({"TRIBAL"})},
        "Not from a tribal agency",
    ),
    (
        "quiet",
        {"quiet_from": time(10), "quiet_until": time(13)},
        {},
        "Quiet hours until 1:00 p.m. there, and not on call",
    ),
    ("already_asked", {}, {"already_asked": frozenset({1})}, "Already asked for this request"),
]

# what might be thought to close a gate, and doesn't
OPEN = [
    ({"agreement_expires": date(2026, 11, 24)}, {}),
    ({"vetted": date(2026, 11, 23)}, {}),
    ({"agency_id": 7}, {}),
    ({"agency_id": None}, {"agency_id": None}),
    ({"away_until": NOON}, {}),
    ({"absences": ((NOON - timedelta(days=2), NOON),)}, {}),
    ({"absences": ((NOON + timedelta(hours=1), IN_TEN_DAYS),)}, {}),
    ({"rest_until": IN_TEN_DAYS, "rest_waived": True}, {}),
    ({"load": Load(open_engagements=1, open_critical=1)}, {"urgency": "urgent"}),
    ({"load": Load(hours_this_week=5.9)}, {}),
    ({"quiet_from": time(10), "quiet_until": time(13), "on_call": True}, {}),
    ({"quiet_from": time(22), "quiet_until": time(7)}, {}),
    ({"avoids_children_harmed": True}, {"children_harmed": False}),
    ({"avoided_settings": frozenset({"CAMPUS"})}, {"setting": ""}),
    ({"incidents": (Incident("K12", anniversary_on=date(2018, 11, 24)),)}, {}),
    ({"languages": frozenset({"en", "es"})}, {"languages_required": frozenset({"es"})}),
    (
        {"incidents": (Incident("K12", agency_type="TRIBAL"),)},
        {"agency_types_required": frozenset({"TRIBAL"})},
    ),
]


def test_nobody_is_kept_back_without_a_reason():
    assert closed_gates(NeedFactory(), CandidateFactory()) == ()


@pytest.mark.parametrize(("code", "candidate", "need", "words"), CLOSED)
def test_a_closed_gate_says_why(code, candidate, need, words):
    gates = closed_gates(NeedFactory(**need), CandidateFactory(**candidate))

    assert [(gate.code, gate.words) for gate in gates] == [(code, words)]


@pytest.mark.parametrize(("candidate", "need"), OPEN)
def test_what_is_near_a_gate_does_not_close_it(candidate, need):
    assert closed_gates(NeedFactory(**need), CandidateFactory(**candidate)) == ()


def test_every_gate_is_closed_by_some_example():
    assert {code for code, *_rest in CLOSED} == set(GATES)


def test_all_closed_gates_are_named():
    candidate = CandidateFactory(is_active=False, vetted=None, load=Load(open_engagements=5))

    codes = [gate.code for gate in closed_gates(NeedFactory(), candidate)]

    assert codes == ["inactive", "not_vetted", "load"]


def test_quiet_hours_are_those_of_the_advisors_own_clock():
    night_in_new_york = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    need = NeedFactory(at=night_in_new_york)
    quiet = CandidateFactory(quiet_from=time(23), quiet_until=time(7))

    assert [gate.words for gate in closed_gates(need, quiet)] == [
        "Quiet hours until 7:00 a.m. there, and not on call"
    ]
    assert closed_gates(need, quiet._replace(time_zone="America/Los_Angeles")) == ()


@pytest.mark.parametrize(
    ("anniversary", "today", "nearest"),
    [
        (date(2018, 12, 30), date(2027, 1, 3), date(2026, 12, 30)),
        (date(2018, 1, 2), date(2026, 12, 29), date(2027, 1, 2)),
        (date(2016, 2, 29), date(2027, 3, 1), date(2027, 2, 28)),
        (date(2016, 2, 29), date(2028, 3, 1), date(2028, 2, 29)),
    ],
)
def test_the_yearly_date_is_found_across_new_year_and_leap_days(anniversary, today, nearest):
    assert nearest_anniversary(anniversary, today) == nearest
