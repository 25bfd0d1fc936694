"""What the program promises itself about each request: met, missed and told once, or dropped."""

from datetime import UTC, datetime, timedelta

import pytest

from mvai.outbox import purposes
from mvai.outbox.models import Message
from requests.actions import closing, desk, engagements, goals, triage
from requests.models import AssistanceRequest, Goal, ResponseGoal
from requests.rules.goals import goals_after_triage, goals_at_filing
from requests.states import CallOutcome, CloseReason
from tests.factories import NOON
from tests.factories.people import ContactPointFactory
from tests.requests import stories

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
CHICAGO = "America/Chicago"


def goal(request, which) -> ResponseGoal:
    return ResponseGoal.objects.get(assistance_request=request, goal=which)


class TestTheirTimes:
    def test_somebody_has_it_within_five_minutes_and_calls_within_fifteen(self):
        assert goals_at_filing(at=NOON, call_by=None) == {
            Goal.ACKNOWLEDGED: NOON + 5 * MINUTE,
            Goal.CALLED: NOON + 15 * MINUTE,
        }

    def test_while_the_desk_is_closed_the_promised_hour_counts(self):
        promised = NOON + 9 * HOUR

        assert goals_at_filing(at=NOON, call_by=promised) == {
            Goal.ACKNOWLEDGED: promised - 10 * MINUTE,
            Goal.CALLED: promised,
        }

    @pytest.mark.parametrize(
        ("urgency", "matched", "contacted"),
        [("critical", HOUR, 2 * HOUR), ("urgent", 4 * HOUR, 24 * HOUR)],
    )
    def test_what_is_urgent_counts_in_hours(self, urgency, matched, contacted):
        assert goals_after_triage(urgency=urgency, filed_at=NOON, zone=CHICAGO) == {
            Goal.MATCHED: NOON + matched,
            Goal.CONTACTED: NOON + contacted,
        }

    def test_what_can_wait_counts_in_the_agencys_business_days(self):
        friday = datetime(2026, 11, 20, 18, tzinfo=UTC)

        found = goals_after_triage(urgency="standard", filed_at=friday, zone=CHICAGO)

        # Monday; and, over Thanksgiving, the Monday after.
        assert found[Goal.MATCHED] == datetime(2026, 11, 23, 23, tzinfo=UTC)
        assert found[Goal.CONTACTED] == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.django_db
class TestTheirLife:
    def test_taking_a_request_meets_the_first(self):
        request = stories.taken()

        assert goal(request, Goal.ACKNOWLEDGED).met_at == NOON
        assert goal(request, Goal.CALLED).met_at is None

    def test_the_first_time_counts(self):
        dana = stories.officer()
        request = stories.taken(dana)
        desk.give_back(assistance_request=request, by=dana, at=NOON + MINUTE, note="Off shift")
        desk.take(assistance_request=request, by=stories.officer(), at=NOON + 2 * MINUTE)

        assert goal(request, Goal.ACKNOWLEDGED).met_at == NOON

    def test_a_call_meets_the_second_even_when_nobody_answers(self):
        dana = stories.officer()
        request = stories.taken(dana)
        desk.log_call(
            assistance_request=request, outcome=CallOutcome.NO_ANSWER, by=dana, at=NOON + MINUTE
        )

        assert goal(request, Goal.CALLED).met_at == NOON + MINUTE

    def test_a_wrong_number_is_no_call(self):
        dana = stories.officer()
        request = stories.taken(dana)
        desk.log_call(
            assistance_request=request, outcome=CallOutcome.WRONG_NUMBER, by=dana, at=NOON
        )

        assert goal(request, Goal.CALLED).met_at is None

    def test_a_lead_who_says_yes_and_a_first_talk_meet_the_others(self):
        request = stories.engaged()
        lead = request.engagements.get()
        engagements.log_contact(
            engagement=lead, mode="PHONE", started_at=NOON, minutes=30,
            by=lead.advisor.person.user, at=NOON + HOUR,
        )  # fmt: skip

        assert goal(request, Goal.MATCHED).met_at == NOON
        assert goal(request, Goal.CONTACTED).met_at == NOON

    def test_another_urgency_moves_what_is_open(self):
        dana = stories.officer()
        request = stories.triaged(dana)
        triage.triage(
            assistance_request=request, fields={"happened_at": NOON - HOUR}, by=dana, at=NOON
        )

        assert goal(request, Goal.MATCHED).due_at == NOON + HOUR

    def test_closing_drops_what_is_open(self):
        dana = stories.officer()
        request = stories.taken(dana)
        closing.close(
            assistance_request=request, close_reason=CloseReason.UNREACHABLE, note="No answer",
            by=dana, at=NOON + MINUTE,
        )  # fmt: skip

        assert goal(request, Goal.CALLED).dropped_at == NOON + MINUTE
        assert goals.tell_missed(NOON + HOUR) == 0


@pytest.mark.django_db
class TestWhatIsMissed:
    def test_its_owner_is_told_once(self):
        dana = stories.officer()
        ContactPointFactory(person=dana.person, channel="email", value="dana@mvai.example")
        request = stories.taken(dana)

        assert goals.tell_missed(NOON + 14 * MINUTE) == 0
        assert goals.tell_missed(NOON + 15 * MINUTE) == 1
        assert goals.tell_missed(NOON + HOUR) == 0

        assert goal(request, Goal.CALLED).missed_at == NOON + 15 * MINUTE
        assert stories.messaged("goal_missed") == {dana.person.full_name}

    def test_what_nobody_has_taken_is_missed_without_a_message(self):
        """The alarm rings for everyone in any case."""
        request = stories.filed()

        assert goals.tell_missed(NOON + 5 * MINUTE) == 1

        assert goal(request, Goal.ACKNOWLEDGED).missed_at
        assert not Message.objects.filter(purpose="goal_missed").exists()

    def test_it_can_still_be_met_late(self):
        request = stories.filed()
        goals.tell_missed(NOON + 6 * MINUTE)
        desk.take(assistance_request=request, by=stories.officer(), at=NOON + 8 * MINUTE)

        late = goal(request, Goal.ACKNOWLEDGED)
        assert late.met_at > late.due_at

    def test_who_has_handed_it_over_meanwhile_is_not_told(self):
        request = stories.taken()
        goals.tell_missed(NOON + 16 * MINUTE)
        [message] = Message.objects.filter(purpose="goal_missed")
        relevant = purposes.get("goal_missed").is_relevant
        assert relevant(message, NOON) == ""

        AssistanceRequest.objects.filter(pk=request.pk).update(owner=stories.officer())

        assert relevant(message, NOON) == "no_longer_needed"

    def test_after_an_outage_what_fell_due_in_it_is_told_late_and_once(self):
        dana = stories.officer()
        stories.taken(dana)

        assert goals.tell_missed(NOON + 26 * HOUR) == 1
        assert goals.tell_missed(NOON + 26 * HOUR) == 0
