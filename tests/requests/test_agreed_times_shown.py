"""An agreed time as it is typed and shown: both clocks, the form, the pages, the calendar file."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from icalendar import Calendar

from requests.actions.messages import status_url
from requests.forms.agreed import AgreedTimeForm, in_zone
from requests.states import AgreedState
from requests.views.talks import both_clocks
from tests.factories import NOON
from tests.requests.pages import browser, said
from tests.requests.talks import HOUR, MINUTE, THURSDAY, agree, in_two_zones, opened, owner_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def engagement():
    return in_two_zones()


@pytest.fixture
def advisor(engagement):
    return engagement.advisor.person.user


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
