"""What holds for every need and every roster."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from advisors.matching import (
    Candidate,
    Incident,
    Load,
    Need,
    closed_gates,
    first_free,
    free_periods,
    rank,
)
from advisors.matching.gates import GATES, rules_for
from advisors.matching.similarity import AGENCY_TYPES, PHASES, ROLES, SETTINGS, SIZE_BANDS
from tests.factories import NOON

many = settings(max_examples=60, deadline=None)

ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu", "")
NEEDS = ("LEADER", "MEDIA", "WELLNESS", "VICTIMS", "UNSURE")
TYPES = ("SHOOTING", "VEHICLE", "ARSON")


def codes(*options, at_most=3):
    return some.frozensets(some.sampled_from(options), max_size=at_most)


setting_codes = some.sampled_from(["", *SETTINGS])
role_codes = some.sampled_from(["", *ROLES])
agency_types = some.sampled_from(["", *AGENCY_TYPES])
sizes = some.sampled_from(["", *SIZE_BANDS])
THE_FIRST = some.just(1)
phases = some.sampled_from(["", *PHASES])
moments = some.timedeltas(timedelta(0), timedelta(days=1000)).map(lambda later: NOON + later)
dates = some.dates(min_value=date(2024, 1, 1), max_value=date(2029, 12, 31))
clocks = some.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@some.composite
def needs(draw):
    return Need(
        at=draw(moments),
        urgency=draw(some.sampled_from(["", "critical", "urgent", "standard", "prep"])),
        setting=draw(setting_codes),
        incident_types=draw(codes(*TYPES)),
        needs=draw(codes(*NEEDS)),
        role=draw(role_codes),
        agency_type=draw(agency_types),
        size_band=draw(sizes),
        time_zone=draw(some.sampled_from(ZONES)),
        phase=draw(phases),
        agency_id=draw(some.none() | some.integers(1, 3)),
        languages_required=draw(codes("es", at_most=1)),
        languages_preferred=draw(codes("es", "fr")),
        prefers_tribal=draw(some.booleans()),
        mode=draw(some.sampled_from(["", "virtual", "in_person"])),
        children_harmed=draw(some.booleans()),
        already_asked=draw(some.frozensets(some.integers(1, 6), max_size=2)),
    )


@some.composite
def incidents(draw):
    return Incident(
        setting=draw(setting_codes),
        types=draw(codes(*TYPES)),
        role=draw(role_codes),
        agency_type=draw(agency_types),
        size_band=draw(sizes),
        phase_reached=draw(phases),
        anniversary_on=draw(some.none() | dates),
        rests_around_it=draw(some.booleans()),
    )


@some.composite
def candidates(draw, advisor_id=THE_FIRST):
    starts_at = draw(moments)
    opens, closes = sorted(draw(some.tuples(clocks, clocks)))
    quiet = draw(some.just((None, None)) | some.tuples(clocks, clocks))
    return Candidate(
        advisor_id=draw(advisor_id),
        time_zone=draw(some.sampled_from(ZONES)),
        disciplines=draw(codes(*ROLES)),
        agency_id=draw(some.none() | some.integers(1, 3)),
        agency_type=draw(agency_types),
        size_band=draw(sizes),
        languages=draw(codes("en", "es", "fr")),
        modes=draw(codes("virtual", "in_person")),
        expertise=draw(some.dictionaries(some.sampled_from(NEEDS), some.integers(1, 3))),
        incidents=tuple(draw(some.lists(incidents(), max_size=2))),
        windows=() if opens == closes else ((draw(some.integers(0, 6)), opens, closes),),
        absences=((starts_at, starts_at + draw(some.timedeltas(timedelta(1), timedelta(90)))),),
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        on_call=draw(some.booleans()),
        away_until=draw(some.none() | moments),
        away_open_ended=draw(some.booleans()),
        rest_until=draw(some.none() | moments),
        avoided_settings=draw(codes(*SETTINGS)),
        conflicts=draw(some.frozensets(some.integers(1, 3), max_size=1)),
        agreement_signed=draw(some.none() | dates),
        agreement_expires=draw(some.none() | dates),
        vetted=draw(some.none() | dates),
        is_active=draw(some.booleans()),
        load=draw(loads()),
    )


@some.composite
def loads(draw):
    return Load(
        open_engagements=draw(some.integers(0, 3)),
        open_critical=draw(some.integers(0, 1)),
        open_offers=draw(some.integers(0, 2)),
        hours_this_week=draw(some.floats(0, 12)),
        last_asked_at=draw(some.none() | moments),
    )


def welcome(need, candidate):
    """The same advisor, with every gate opened."""
    return candidate._replace(
        disciplines=candidate.disciplines or frozenset({"LE_CHIEF"}),
        agency_id=None,
        languages=candidate.languages | need.languages_required,
        modes=frozenset({"virtual", "in_person"}),
        incidents=tuple(past._replace(rests_around_it=False) for past in candidate.incidents),
        absences=(),
        quiet_from=None,
        quiet_until=None,
        away_until=None,
        away_open_ended=False,
        rest_until=None,
        avoided_settings=frozenset(),
        avoided_types=frozenset(),
        avoids_children_harmed=False,
        conflicts=frozenset(),
        agreement_signed=date(2020, 1, 1),
        agreement_expires=date(2040, 1, 1),
        vetted=date(2020, 1, 1),
        is_active=True,
        load=Load(last_asked_at=candidate.load.last_asked_at),
    )


rosters = some.lists(
    candidates(advisor_id=some.integers(1, 6)),
    max_size=5,
    unique_by=lambda candidate: candidate.advisor_id,
)


@many
@given(needs(), rosters)
def test_nobody_with_a_closed_gate_is_ever_suggested(need, roster):
    ranking = rank(need, roster)
    suggested = {match.advisor_id for match in ranking.matches}

    assert suggested == {c.advisor_id for c in roster if not closed_gates(need, c)}
    assert suggested.isdisjoint(exclusion.advisor_id for exclusion in ranking.excluded)
    assert len(ranking.matches) + len(ranking.excluded) == len(roster)


@many
@given(needs(), candidates())
def test_a_gate_that_is_not_looked_at_would_have_been_open(need, candidate):
    looked_at = {code for code, _rule in rules_for(need)}

    for code, rule in GATES.items():
        if code not in looked_at:
            assert rule(need, candidate, need.at.date()) is None


@many
@given(needs(), rosters)
def test_the_gates_of_an_exclusion_are_those_of_the_advisor(need, roster):
    closed = {c.advisor_id: closed_gates(need, c) for c in roster}

    for exclusion in rank(need, roster).excluded:
        assert exclusion.gates == closed[exclusion.advisor_id]
        assert exclusion.closed == len(exclusion.gates)


@many
@given(needs(), candidates(), some.data())
def test_a_further_exclusion_never_raises_anybody(need, candidate, data):
    need = replace(need, already_asked=frozenset())
    candidate = welcome(need, candidate)
    shut = data.draw(
        some.sampled_from(
            [
                {"is_active": False},
                {"vetted": None},
                {"away_open_ended": True},
                {"load": replace(candidate.load, open_engagements=5)},
                {"conflicts": frozenset({need.agency_id}) if need.agency_id else frozenset()},
                {"avoided_settings": frozenset({need.setting})},
            ]
        )
    )
    other = candidate._replace(advisor_id=2)
    before = {match.advisor_id: match.score for match in rank(need, [candidate, other]).matches}
    after = rank(need, [candidate._replace(**shut), other])

    for match in after.matches:
        assert match.score <= before[match.advisor_id]
    assert {match.advisor_id for match in after.matches} <= set(before)


@many
@given(needs(), rosters, some.randoms(use_true_random=False))
def test_the_order_of_asking_does_not_matter(need, roster, random):
    shuffled = random.sample(roster, len(roster))

    assert rank(need, shuffled) == rank(need, roster)


@many
@given(needs(), candidates())
def test_a_score_is_the_sum_of_its_factors_within_0_and_100(need, candidate):
    need = replace(need, already_asked=frozenset())
    [match] = rank(need, [welcome(need, candidate)]).matches

    assert 0 <= match.score <= 100
    assert abs(match.score - min(100, sum(factor.points for factor in match.factors))) <= 0.051
    assert all(0 <= factor.points <= factor.most for factor in match.factors)
    assert len(match.reasons) <= 3


@many
@given(needs(), candidates(), some.sampled_from(NEEDS), some.integers(1, 3))
def test_covering_a_need_better_never_lowers_the_score(need, candidate, topic, level):
    need = replace(need, already_asked=frozenset())
    candidate = welcome(need, candidate)
    better = candidate._replace(
        expertise={
            **candidate.expertise,
            topic: max(level, candidate.expertise.get(topic, 0)),
        },
    )

    [match], [better_match] = rank(need, [candidate]).matches, rank(need, [better]).matches

    assert better_match.score >= match.score


@many
@given(needs(), candidates())
def test_the_first_free_moment_lies_in_the_week_asked_about(need, candidate):
    moment = first_free(candidate, need.at, timedelta(days=7))
    periods = free_periods(candidate, need.at, need.at + timedelta(days=7))

    assert moment == (periods[0][0] if periods else None)
    for starts_at, ends_at in periods:
        assert need.at <= starts_at < ends_at <= need.at + timedelta(days=7)
