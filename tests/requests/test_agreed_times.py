"""A time for leader and advisor to talk, by both clocks: agreed, moved, called off, reminded of."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from icalendar import Calendar

from mvai.outbox import purposes
from mvai.outbox.models import Message, Wish
from mvai.outbox.writing import write
from requests.actions import agreed, closing, codes, engagements
from requests.actions.messages import status_url
from requests.actions.moves import MoveRefused
from requests.forms.agreed import AgreedTimeForm, in_zone
from requests.models import AgreedTime, AssistanceRequest, Engagement
from requests.states import AgreedState
from requests.views.talks import both_clocks
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AgreedTimeFactory
from tests.requests import stories
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
THURSDAY = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)  # 2:00 p.m. in Chicago


@pytest.fixture
def engagement():
    request = stories.engaged()
    lead = request.engagements.get(role="lead")
    person = lead.advisor.person
    person.title, person.full_name, person.time_zone = "Chief", "Rosa Reyes", "America/Los_Angeles"
    person.save()
    request.time_zone = "America/Chicago"
    request.save()
    Message.objects.all().delete()
    return Engagement.objects.get(pk=lead.pk)


@pytest.fixture
def advisor(engagement):
    return engagement.advisor.person.user


def owner_of(engagement):
    return engagement.assistance_request.owner


def agree(engagement, by, starts_at=THURSDAY, at=NOON, **given):
    return agreed.agree(engagement=engagement, starts_at=starts_at, by=by, at=at, **given)


def told(part):
    found = Message.objects.filter(purpose__startswith=part, state="promised")
    return sorted(set(found.values_list("purpose", flat=True)))


def opened(client, request):
    """The leader's page with the code entered."""
    address = status_url(request).removeprefix("http://localhost:8000")
    code = codes.send_code(assistance_request=request, at=NOON)
    client.post(f"{address}open/", {"code": code.digits()})
    return address


class TestTwoClocks:
    def test_each_reads_their_own_first_and_whose_the_other_is(self):
        lines = both_clocks(
            THURSDAY,
            own=("America/Chicago", "your time"),
            other=("America/Los_Angeles", "Chief Reyes’s time"),
            now=NOON,
        )

        assert lines == (
            "Thu Nov 26, 2:00 p.m. CT, your time",
            "12:00 noon PT, Chief Reyes’s time",
        )

    def test_another_day_is_named(self):
        lines = both_clocks(
            datetime(2026, 11, 27, 5, 30, tzinfo=UTC),
            own=("America/Chicago", "your time"),
            other=("America/Puerto_Rico", "Chief Reyes’s time"),
            now=NOON,
        )

        assert lines[1] == "Fri Nov 27, 1:30 a.m. AT, Chief Reyes’s time"

    def test_one_clock_is_said_once(self):
        lines = both_clocks(
            THURSDAY,
            own=("America/Chicago", "your time"),
            other=("America/Menominee", "Chief Reyes’s time"),
            now=NOON,
        )

        assert lines == ("Thu Nov 26, 2:00 p.m. CT, for both of you",)

    def test_arizona_and_the_mountains_part_in_summer(self):
        lines = both_clocks(
            datetime(2026, 7, 1, 18, 0, tzinfo=UTC),
            own=("America/Denver", "your time"),
            other=("America/Phoenix", "Chief Reyes’s time"),
            now=NOON,
        )

        assert lines[0] == "Wed Jul 1, 12:00 noon MT, your time"
        assert lines[1] == "11:00 a.m. MT, Chief Reyes’s time"

    @pytest.mark.parametrize(
        ("day", "clock", "zone", "words"),
        [
            (date(2027, 3, 14), time(2, 30), "America/Chicago", "left out"),
            (date(2026, 11, 1), time(1, 30), "America/Chicago", "comes twice"),
        ],
    )
    def test_a_time_that_is_not_or_is_twice_is_asked_again_in_words(self, day, clock, zone, words):
        with pytest.raises(ValidationError, match=words):
            in_zone(datetime.combine(day, clock), zone)

    @pytest.mark.parametrize("zone", ["America/Phoenix", "Pacific/Honolulu", "Asia/Kolkata"])
    def test_where_the_clock_never_changes_every_time_is_one(self, zone):
        local = datetime(2027, 3, 14, 2, 30)  # noqa: DTZ001

        assert in_zone(local, zone) == local.replace(tzinfo=ZoneInfo(zone))

    @pytest.mark.parametrize("hour", [0, 3])
    def test_the_hours_beside_a_change_are_taken(self, hour):
        local = datetime(2026, 11, 1, hour, 30)  # noqa: DTZ001

        behind = 6 if hour else 5
        assert in_zone(local, "America/Chicago").astimezone(UTC).hour == hour + behind


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


def calendar_of(answer):
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    [event] = calendar.walk("VEVENT")
    return calendar, event


class TestTheCalendarFile:
    def test_it_holds_the_time_and_says_nothing(self, client, engagement, advisor):
        row = agree(engagement, advisor, video_url="https://video.example/room")
        address = opened(client, engagement.assistance_request)

        answer = client.get(f"{address}call.ics")

        calendar, event = calendar_of(answer)
        assert calendar["METHOD"] == "PUBLISH"
        assert event["SUMMARY"] == "MVAI call"
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (
            THURSDAY,
            THURSDAY + 30 * MINUTE,
        )
        assert event["UID"] == f"{row.uid}@mvai"
        assert b"DTSTART:20261126T200000Z" in answer.content
        telling = re.compile(rb"Reyes|Moreno|video|LOCATION|DESCRIPTION|MV-|ATTENDEE|Chicago")
        assert not telling.search(answer.content)

    def test_moved_it_is_the_same_event_with_a_higher_number(self, engagement, advisor):
        agree(engagement, advisor)
        page = f"/engagements/{engagement.pk}/call.ics"
        rosa = browser(advisor)
        _calendar, before = calendar_of(rosa.get(page))
        agree(engagement, advisor, starts_at=THURSDAY + HOUR)

        _calendar, after = calendar_of(rosa.get(page))

        assert before["UID"] == after["UID"]
        assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)

    def test_without_an_agreed_time_there_is_none(self, engagement, advisor):
        assert browser(advisor).get(f"/engagements/{engagement.pk}/call.ics").status_code == 404


TYPED = {"starts_at_0": "2026-11-26", "starts_at_1": "12:00", "whose": "advisor", "minutes": "30"}


def form(**changed):
    zones = {"leader": "America/Chicago", "advisor": "America/Los_Angeles"}
    return AgreedTimeForm(TYPED | changed, zones=zones, labels={"leader": "L", "advisor": "A"})


class TestTheForm:
    def test_the_time_is_read_by_the_clock_named(self):
        theirs, ours = form(), form(whose="leader")

        assert theirs.is_valid()
        assert ours.is_valid()
        assert theirs.cleaned_data["starts_at"] == THURSDAY
        assert ours.cleaned_data["starts_at"] == THURSDAY - 2 * HOUR

    def test_with_one_clock_nobody_is_asked_whose(self):
        zones = {"leader": "America/Chicago", "advisor": "America/Chicago"}
        typed = {key: value for key, value in TYPED.items() if key != "whose"}
        same = AgreedTimeForm(typed, zones=zones, labels={"leader": "L", "advisor": "A"})

        assert same.is_valid()
        assert same.cleaned_data["starts_at"] == THURSDAY - 2 * HOUR

    def test_a_time_the_clock_jumps_over_is_refused_beside_the_field(self):
        refused = form(starts_at_0="2027-03-14", starts_at_1="02:30")

        assert "2:30 a.m. is left out" in refused.errors["starts_at"][0]

    @pytest.mark.parametrize(
        "url",
        [
            "http://video.example/room",
            "javascript:alert(1)",
            "https://",
            "https://user:word@video.example/",
            "//video.example/room",
            "https://video.example/a b",
            "https://video.example/\r\nX: y",
            "data:text/html,x",
            "https://" + "a" * 600 + ".example",
        ],
    )
    def test_only_a_whole_https_link_is_taken(self, url):
        assert "video_url" in form(video_url=url).errors

    def test_a_look_alike_host_is_kept_as_the_browser_resolves_it(self):
        odd = form(video_url="https://zооm.example/room")  # two Cyrillic letters

        assert odd.is_valid()
        assert odd.cleaned_data["video_url"].startswith("https://xn--")


class TestThePages:
    def test_the_advisor_sets_it_on_the_engagement(self, engagement, advisor):
        rosa = browser(advisor)
        page = rosa.post(f"/engagements/{engagement.pk}/time/", TYPED, follow=True)

        assert "Thu Nov 26, 12:00 noon PT, your time" in said(page)
        assert "2:00 p.m. CT, Chief Alex Moreno’s time" in said(page)

    def test_what_is_moved_keeps_its_length_and_its_link(self, engagement, advisor):
        agree(engagement, advisor, minutes=45, video_url="https://video.example/room")

        page = browser(advisor).get(f"/engagements/{engagement.pk}/")

        initial = page.context["time_form"].initial
        assert (initial["minutes"], initial["video_url"]) == (45, "https://video.example/room")

    def test_the_link_shows_its_host_first(self, engagement, advisor):
        agree(engagement, advisor, video_url="https://video.example/room?x=1")

        page = said(browser(advisor).get(f"/engagements/{engagement.pk}/"))

        assert "By video at video.example" in page

    def test_the_advisors_home_has_it_at_the_top(self, engagement, advisor):
        agree(engagement, advisor)

        page = said(browser(advisor).get(reverse("dashboard:advisor_home")))

        assert "Next: Chief Alex Moreno, Nov 26, noon PT" in page

    def test_past_it_asks_for_the_contact(self, engagement, advisor, noon):
        agree(engagement, advisor, starts_at=NOON + HOUR)
        noon.shift(2 * HOUR)

        page = said(browser(advisor).get(f"/engagements/{engagement.pk}/"))

        assert "This time has come. Did you talk?" in page

    def test_the_workspace_shows_both_clocks_in_one_query_more_than_none(
        self, engagement, advisor, django_assert_max_num_queries
    ):
        agree(engagement, advisor)
        dana = browser(owner_of(engagement))

        with django_assert_max_num_queries(12):
            page = said(dana.get(engagement.assistance_request.get_absolute_url()))

        assert "Nov 26, 2:00 p.m. CT" in page
        assert "noon PT" in page

    def test_before_the_code_the_steps_name_nobody(self, client, engagement, advisor):
        agree(engagement, advisor)

        page = said(client.get(status_url(engagement.assistance_request)))

        assert "You and your peer talk" in page
        assert "Reyes" not in page

    def test_the_card_gives_the_peers_hours_by_both_clocks(self, client, engagement):
        record = engagement.advisor
        record.reach_from, record.reach_until = time(8), time(20)
        record.save()

        page = said(client.get(opened(client, engagement.assistance_request)))

        assert (
            "call between 8:00 a.m. and 8:00 p.m. PT; "
            "that is 10:00 a.m. and 10:00 p.m. CT, your time" in page
        )


def test_the_owner_may_call_off_for_them(engagement):
    row = agree(engagement, owner_of(engagement))

    browser(owner_of(engagement)).post(f"/engagements/{engagement.pk}/call-off/")

    row.refresh_from_db()
    assert row.state == AgreedState.CALLED_OFF
