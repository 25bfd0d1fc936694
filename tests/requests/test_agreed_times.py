"""A time for leader and advisor to talk, by both clocks: agreed, moved, called off, reminded of."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.outbox import purposes
from mvai.outbox.models import Message, Wish
from mvai.outbox.writing import write
from requests.actions import agreed, closing, engagements
from requests.actions.messages import status_url
from requests.actions.moves import MoveRefused
from requests.models import AgreedTime, AssistanceRequest
from requests.states import AgreedState
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AgreedTimeFactory
from tests.requests.pages import said
from tests.requests.talks import HOUR, MINUTE, THURSDAY, agree, in_two_zones, opened, owner_of, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def engagement():
    return in_two_zones()


@pytest.fixture
def advisor(engagement):
    return engagement.advisor.person.user


class TestAgreeing:
    def test_what_the_advisor_sets_the_leader_hears_and_reads_by_both_clocks(
        self, client, engagement, advisor
    ):
        agree(engagement, advisor)

        assert told("talk_set") == ["talk_set_leader"]
        page = said(client.get(opened(client, engagement.assistance_request)))
        assert "Thu Nov 26, 2:00 p.m. CT, your time" in page
        assert "12:00 noon PT, Chief Rosa Reyes’s time" in page

    def test_what_the_desk_sets_both_hear(self, engagement):
        agree(engagement, owner_of(engagement))

        assert told("talk_set") == ["talk_set_advisor", "talk_set_leader"]

    def test_each_message_gives_the_time_by_its_readers_clock_and_nothing_else(self, engagement):
        agree(engagement, owner_of(engagement), video_url="https://video.example/room")

        texts = {
            message.purpose: write(message).text
            for message in Message.objects.filter(purpose__startswith="talk_set", channel="sms")
        }
        assert "Nov 26, 2:00 p.m. CT" in texts["talk_set_leader"]
        assert "Nov 26, noon PT" in texts["talk_set_advisor"]
        for text in texts.values():
            assert "video" not in text
            assert "Reyes" not in text
            assert "Moreno" not in text

    def test_pressed_twice_it_is_one(self, engagement, advisor):
        agree(engagement, advisor)
        again = agree(engagement, advisor)

        assert AgreedTime.objects.get() == again
        assert again.sequence == 0

    def test_moved_it_is_the_same_event_with_a_new_number(self, engagement, advisor):
        first = agree(engagement, advisor)
        moved = agree(engagement, advisor, starts_at=THURSDAY + HOUR, at=NOON + HOUR)

        assert (moved.pk, moved.uid, moved.sequence) == (first.pk, first.uid, 1)
        messages = Message.objects.filter(purpose="talk_set_leader", channel="sms").order_by("pk")
        relevant = purposes.get("talk_set_leader").is_relevant
        assert [relevant(message, NOON + HOUR) for message in messages] == ["replaced", ""]

    @pytest.mark.parametrize(
        "starts_at", [NOON - MINUTE, NOON, NOON + timedelta(days=367)], ids=["past", "now", "far"]
    )
    def test_a_time_behind_us_or_beyond_a_year_is_refused(self, engagement, advisor, starts_at):
        with pytest.raises(MoveRefused):
            agree(engagement, advisor, starts_at=starts_at)

    def test_the_owner_sees_to_the_first_talk_when_it_was_to_be_over(self, engagement, advisor):
        row = agree(engagement, advisor)
        request = AssistanceRequest.objects.get()
        assert request.next_action_due_at == THURSDAY + 30 * MINUTE

        agreed.call_off(agreed=row, by=advisor, at=NOON + HOUR)
        request.refresh_from_db()
        assert NOON + HOUR < request.next_action_due_at < THURSDAY

    def test_another_advisor_sets_nothing(self, engagement):
        with pytest.raises(PermissionDenied):
            agree(engagement, UserFactory(advisor=True))

    def test_after_the_engagement_nothing_is_agreed(self, engagement, advisor):
        engagements.step_back(engagement=engagement, by=advisor, at=NOON)

        with pytest.raises(MoveRefused):
            agree(engagement, owner_of(engagement))

    def test_a_time_that_passed_without_a_word_gives_way(self, engagement, advisor):
        first = agree(engagement, advisor)
        agree(engagement, advisor, starts_at=THURSDAY + 48 * HOUR, at=THURSDAY + HOUR)

        first.refresh_from_db()
        assert first.state == AgreedState.PASSED

    def test_a_logged_contact_settles_it(self, engagement, advisor):
        row = agree(engagement, advisor)
        engagements.log_contact(
            engagement=engagement, mode="PHONE", started_at=THURSDAY, minutes=30,
            by=advisor, at=THURSDAY + HOUR,
        )  # fmt: skip

        row.refresh_from_db()
        assert row.state == AgreedState.HELD


class TestChoosing:
    def test_the_leader_takes_one_of_three_and_the_advisor_hears(self, client, engagement, advisor):
        made = agreed.propose(
            engagement=engagement,
            times=[THURSDAY + HOUR, THURSDAY, THURSDAY + 2 * HOUR],
            by=advisor,
            at=NOON,
        )
        assert told("talk_proposed") == ["talk_proposed"]
        address = opened(client, engagement.assistance_request)
        assert "Which of these times suits you?" in said(client.get(address))

        client.post(f"{address}choose-time/", {"time": made[1].pk})

        row = AgreedTime.objects.get(state=AgreedState.AGREED)
        assert (row.starts_at, row.set_by) == (THURSDAY + HOUR, None)
        assert told("talk_set") == ["talk_set_advisor"]
        assert not AgreedTime.objects.filter(state=AgreedState.PROPOSED).exists()

    def test_before_the_code_nothing_is_chosen_nor_shown(self, client, engagement, advisor):
        [made] = agreed.propose(engagement=engagement, times=[THURSDAY], by=advisor, at=NOON)
        address = status_url(engagement.assistance_request).removeprefix("http://localhost:8000")

        client.post(f"{address}choose-time/", {"time": made.pk})

        assert not AgreedTime.objects.agreed().exists()
        assert "Which of these times" not in said(client.get(address))
        assert client.get(f"{address}call.ics").status_code == 404

    def test_another_requests_time_can_not_be_chosen(self, client, engagement):
        other = AgreedTimeFactory(proposed=True)
        address = opened(client, engagement.assistance_request)

        client.post(f"{address}choose-time/", {"time": other.pk})

        other.refresh_from_db()
        assert other.state == AgreedState.PROPOSED

    def test_a_proposal_that_has_passed_is_refused_in_words(
        self, client, engagement, advisor, noon
    ):
        [made] = agreed.propose(engagement=engagement, times=[NOON + HOUR], by=advisor, at=NOON)
        address = opened(client, engagement.assistance_request)
        noon.shift(2 * HOUR)

        page = said(client.post(f"{address}choose-time/", {"time": made.pk}))

        assert "This time can’t be chosen any more" in page

    @pytest.mark.parametrize("count", [0, 4])
    def test_one_to_three_are_proposed(self, engagement, advisor, count):
        times = [THURSDAY + number * HOUR for number in range(count)]
        with pytest.raises(MoveRefused, match="one to three"):
            agreed.propose(engagement=engagement, times=times, by=advisor, at=NOON)

    def test_new_proposals_make_room(self, engagement, advisor):
        for _ in range(2):
            agreed.propose(engagement=engagement, times=[THURSDAY], by=advisor, at=NOON)

        assert AgreedTime.objects.filter(state=AgreedState.PROPOSED).count() == 1


class TestCallingOff:
    def test_the_other_side_hears_of_it(self, client, engagement, advisor):
        row = agree(engagement, advisor)
        agreed.call_off(agreed=row, by=advisor, at=NOON + HOUR)

        assert told("talk_off") == ["talk_off_leader"]
        row.refresh_from_db()
        assert (row.state, row.sequence) == (AgreedState.CALLED_OFF, 1)

    def test_the_leader_calls_off_behind_the_code(self, client, engagement, advisor):
        row = agree(engagement, advisor)
        address = opened(client, engagement.assistance_request)

        client.post(f"{address}call-off/", {"time": row.pk})

        row.refresh_from_db()
        assert row.state == AgreedState.CALLED_OFF
        assert told("talk_off") == ["talk_off_advisor"]

    def test_it_ends_with_the_advisors_part(self, engagement, advisor):
        row = agree(engagement, advisor)
        engagements.step_back(engagement=engagement, by=advisor, at=NOON + HOUR)

        row.refresh_from_db()
        assert row.state == AgreedState.CALLED_OFF
        assert "talk_off_leader" in told("talk_off")

    def test_it_ends_with_the_request_and_the_leader_who_withdrew_is_left_alone(
        self, engagement, advisor
    ):
        agree(engagement, advisor)
        closing.withdraw(assistance_request=engagement.assistance_request, by=None, at=NOON)

        off = Message.objects.get(purpose="talk_off_leader", channel="sms")
        assert purposes.get("talk_off_leader").is_relevant(off, NOON) == "request_not_open"
        assert "talk_off_advisor" in told("talk_off")


class TestReminding:
    def test_both_are_reminded_a_day_and_a_quarter_of_an_hour_ahead(self, engagement, advisor):
        agree(engagement, advisor)

        assert agreed.remind(THURSDAY - 24 * HOUR - MINUTE) == 0
        assert agreed.remind(THURSDAY - 24 * HOUR) == 1
        assert agreed.remind(THURSDAY - 20 * HOUR) == 0
        assert agreed.remind(THURSDAY - 15 * MINUTE) == 1
        assert agreed.remind(THURSDAY) == 0

        kinds = Message.objects.filter(purpose__startswith="talk_soon", channel="sms")
        assert sorted(kinds.values_list("purpose", "occurrence")) == [
            ("talk_soon_advisor", "0-day"), ("talk_soon_advisor", "0-soon"),
            ("talk_soon_leader", "0-day"), ("talk_soon_leader", "0-soon"),
        ]  # fmt: skip

    def test_set_at_short_notice_the_day_ahead_is_left_out(self, engagement, advisor):
        row = agree(engagement, advisor, starts_at=NOON + 2 * HOUR)

        assert row.remind_at == NOON + 105 * MINUTE
        assert agree(engagement, advisor, starts_at=NOON + 5 * MINUTE).remind_at is None

    def test_after_an_outage_it_is_not_said_of_a_talk_that_began(self, engagement, advisor):
        agree(engagement, advisor)

        agreed.remind(THURSDAY + MINUTE)

        assert not Message.objects.filter(purpose__startswith="talk_soon").exists()

    def test_what_was_called_off_is_not_reminded_of(self, engagement, advisor):
        row = agree(engagement, advisor)
        agreed.call_off(agreed=row, by=advisor, at=NOON)

        assert agreed.remind(THURSDAY - HOUR) == 0

    def test_a_reminder_of_the_old_time_is_replaced(self, engagement, advisor):
        agree(engagement, advisor)
        agreed.remind(THURSDAY - 24 * HOUR)
        agree(engagement, advisor, starts_at=THURSDAY + 48 * HOUR, at=THURSDAY - 23 * HOUR)

        message = Message.objects.filter(purpose="talk_soon_leader").first()
        relevant = purposes.get("talk_soon_leader").is_relevant
        assert relevant(message, THURSDAY - 23 * HOUR) == "replaced"

    def test_an_advisor_is_reminded_as_they_wish(self, engagement, advisor):
        ContactPointFactory(person=advisor.person, channel="email", value="rosa@advisor.example")
        Wish.objects.create(person=advisor.person, topic="offers", channel="sms", is_on=False)
        agree(engagement, owner_of(engagement))

        agreed.remind(THURSDAY - 24 * HOUR)

        reminders = Message.objects.filter(purpose="talk_soon_advisor")
        assert list(reminders.values_list("channel", flat=True)) == ["email"]
