"""The weights, the reasons and the cautions."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisors.matching import WEIGHTS, Incident, Load, Ranking, rank
from advisors.matching.similarity import AGENCY_TYPES, ROLES, SETTINGS
from tests.factories import NOON
from tests.factories.advisors import CandidateFactory, NeedFactory


def the_match(need=None, **candidate):
    [match] = rank(need or NeedFactory(), [CandidateFactory(**candidate)]).matches
    return match


def points(match):
    return {factor.code: factor.points for factor in match.factors}


def test_the_weights_add_up_to_a_hundred():
    assert sum(WEIGHTS.values()) == 100


def test_the_closest_peer_scores_a_hundred():
    match = the_match()

    assert match.score == 100
    assert points(match) == WEIGHTS


def test_the_reasons_are_the_three_that_weigh_most():
    assert the_match().reasons == (
        "led through a school attack",
        "covers leader-to-leader talks, level 3",
        "a peer in the same role: police chief",
    )


def test_a_close_peer_is_free_now_and_led_an_agency_of_that_size():
    match = the_match(incidents=(), expertise={})

    assert match.reasons == (
        "a peer in the same role: police chief",
        "led a police department of 25 to 49 officers then",
        "free now",
    )


def test_a_similar_setting_counts_in_part():
    match = the_match(incidents=(Incident("CAMPUS", phase_reached="YEAR1"),))

    assert points(match)["setting"] == 17.5
    assert match.reasons[1] == "led through an attack on a campus"


def test_the_same_kind_of_attack_adds_to_a_similar_setting():
    need = NeedFactory(incident_types=frozenset({"SHOOTING"}))

    match = the_match(need, incidents=(Incident("CAMPUS", types=frozenset({"SHOOTING"})),))

    assert points(match)["setting"] == 20


def test_the_closest_of_several_incidents_counts():
    match = the_match(incidents=(Incident("WORSHIP"), Incident("K12"), Incident("TRANSIT")))

    assert points(match)["setting"] == 25


def test_needs_count_by_level_and_by_how_many_are_covered():
    need = NeedFactory(needs=frozenset({"MEDIA", "WELLNESS", "UNSURE"}))

    match = the_match(need, expertise={"MEDIA": 2})

    assert points(match)["needs"] == 10  # (0.8 + 0) / 2 of 25: "just call me" is no topic
    assert "does not cover officer wellness" in match.cautions


def test_who_knows_no_need_yet_is_offered_a_peer_to_talk_to():
    need = NeedFactory(needs=frozenset({"UNSURE"}))

    assert points(the_match(need))["needs"] == 25


def test_a_sheriff_is_a_close_peer_of_a_chief():
    match = the_match(disciplines=frozenset({"LE_SHERIFF"}), size_band="S500")

    assert points(match)["role"] == 10.5
    assert "a peer in a close role: sheriff" in match.reasons


def test_a_pio_says_what_they_did():
    need = NeedFactory(role="LE_PIO", needs=frozenset({"MEDIA"}))

    match = the_match(
        need,
        disciplines=frozenset({"LE_PIO"}),
        expertise={"MEDIA": 3},
        incidents=(Incident("K12", role="LE_PIO"),),
    )

    assert match.reasons == (
        "spoke for the agency after a school attack",
        "covers media, level 3",
        "a peer in the same role: public information officer",
    )


def test_size_counts_by_bands_apart():
    match = the_match(size_band="S500")

    assert points(match)["agency"] == 10.2  # the type is right, three bands off: 0.2 of 6


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), 10),  # within hours
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), 8.6),  # opens in two hours
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), 7.2),  # tomorrow morning
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), 5.1),  # after the weekend
    ],
)
def test_who_is_free_sooner_scores_higher(at, expected):
    assert points(the_match(NeedFactory(at=at)))["availability"] == pytest.approx(expected)


def test_far_clocks_cost_points_and_are_named():
    match = the_match(time_zone="America/Los_Angeles", windows=((0, time(0), time(23, 59)),))

    assert points(match)["availability"] == pytest.approx(7.9)
    assert "other time zone: 3 hours earlier" in match.cautions


def test_who_was_asked_lately_gives_way_a_little():
    asked = Load(last_asked_at=NOON - timedelta(days=45))

    assert points(the_match(load=asked))["fairness"] == 2.5
    assert (
        points(the_match(load=replace(asked, last_asked_at=NOON - timedelta(days=400))))["fairness"]
        == 5
    )


def test_a_preference_that_is_met_adds_a_little_and_is_said():
    need = NeedFactory(languages_preferred=frozenset({"es"}), role="LE_SHERIFF")

    without = the_match(need)
    match = the_match(need, languages=frozenset({"en", "es"}))

    assert match.score == without.score + 2.5
    assert points(match)["preference"] == 2.5


def test_no_preference_stated_means_no_boost():
    assert "preference" not in points(the_match(languages=frozenset({"en", "es"})))


def test_a_score_never_passes_a_hundred():
    need = NeedFactory(prefers_tribal=True, languages_preferred=frozenset({"es"}))
    match = the_match(
        need, languages=frozenset({"es"}), disciplines=frozenset({"LE_CHIEF", "LE_TRIBAL"})
    )

    assert match.score == 100


def test_what_is_unknown_counts_half():
    need = NeedFactory(role="", agency_type="", size_band="", time_zone="", phase="")
    match = the_match(need)

    assert points(match)["role"] == 7.5
    assert points(match)["agency"] == 7.5
    assert points(match)["phase"] == 2.5


@pytest.mark.parametrize(
    ("candidate", "need", "words"),
    [
        ({"load": Load(open_engagements=1)}, {}, "has one open request"),
        (
            {"load": Load(open_offers=1)},
            {},
            "has an open offer for another request",
        ),
        ({"load": Load(hours_this_week=4)}, {}, "weekly hours: 4 of 6 used"),
        ({"load": Load(hours_this_week=4.5)}, {}, "weekly hours: 4.5 of 6 used"),
        ({"agreement_expires": date(2026, 12, 13)}, {}, "agreement ends in 20 days"),
        (
            {"incidents": (Incident("K12", anniversary_on=date(2018, 11, 24)),)},
            {},
            "anniversary of own incident within 7 days",
        ),
        ({"windows": ()}, {}, "no usual hours given"),
        (
            {"quiet_from": time(11), "quiet_until": time(13), "on_call": True},
            {},
            "on call in quiet hours: it is noon there",
        ),
        (
            {"modes": frozenset({"virtual", "in_person"}), "travel_notice_days": 3},
            {"mode": "in_person"},
            "needs 3 days of notice to travel",
        ),
        (
            {"rest_until": NOON + timedelta(days=3), "rest_waived": True},
            {},
            "would rest after a critical request, and has said it isn’t needed",
        ),
    ],
)
def test_a_caution_says_what_to_know(candidate, need, words):
    assert the_match(NeedFactory(**need), **candidate).cautions == (words,)


def test_who_is_unburdened_has_no_caution():
    assert the_match().cautions == ()


def test_equals_go_to_the_one_asked_longest_ago_and_then_to_the_oldest_record():
    never = CandidateFactory(advisor_id=3)
    lately = CandidateFactory(advisor_id=1, load=Load(last_asked_at=NOON - timedelta(days=100)))
    long_ago = CandidateFactory(advisor_id=2, load=Load(last_asked_at=NOON - timedelta(days=300)))
    also_never = CandidateFactory(advisor_id=4)

    ranking = rank(NeedFactory(), [lately, also_never, never, long_ago])

    assert [match.advisor_id for match in ranking.matches] == [3, 4, 2, 1]


def test_those_with_the_fewest_gates_are_nearest():
    two = CandidateFactory(advisor_id=1, vetted=None, is_active=False)
    one = CandidateFactory(advisor_id=2, vetted=None)

    ranking = rank(NeedFactory(), [two, one])

    assert ranking.matches == ()
    assert [exclusion.advisor_id for exclusion in ranking.excluded] == [2, 1]


def test_a_frozen_ranking_thaws_as_it_was():
    ranking = rank(NeedFactory(), [CandidateFactory(), CandidateFactory(advisor_id=2, vetted=None)])

    assert Ranking.thawed(json.loads(json.dumps(ranking.frozen()))) == ranking


@pytest.mark.parametrize("table", [SETTINGS, ROLES, AGENCY_TYPES])
def test_likeness_reads_the_same_both_ways(table):
    for one, others in table.items():
        for other, credit in others.items():
            assert table[other][one] == credit
            assert 0 < credit < 1
