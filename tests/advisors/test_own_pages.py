"""An advisor's own pages: hours, time away, limits, and "not now"."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import AbsenceFactory, AdvisorFactory, WindowFactory

pytestmark = pytest.mark.django_db

MY_TIME, MY_LIMITS = reverse("advisors:my_time"), reverse("advisors:my_limits")
NEXT_YEAR = timezone.now().year + 1


@pytest.fixture
def advisor():
    return AdvisorFactory(person__time_zone="America/Chicago")


@pytest.fixture
def own(client, advisor):
    return sign_in(client, UserFactory(advisor=True, person=advisor.person))


def post(client, name, *args, **data):
    return client.post(reverse(f"advisors:{name}", args=args), data, follow=True)


def test_an_account_without_a_record_gets_a_calm_page(client):
    client = sign_in(client, UserFactory(advisor=True))

    for page in (MY_TIME, MY_LIMITS):
        assert "not set up yet" in client.get(page).text


def test_the_page_shows_the_usual_week_in_ones_own_zone(own, advisor):
    WindowFactory(advisor=advisor, weekday=0, opens=time(9), closes=time(12))

    page = own.get(MY_TIME)

    assert 'value="09:00"' in page.text
    assert "All times are CT." in page.text


def test_hours_are_kept_and_confirmed(own, advisor):
    page = post(
        own,
        "set_hours",
        advisor.pk,
        from_0_1="09:00",
        until_0_1="12:00",
        from_0_2="13:00",
        until_0_2="00:00",
    )

    assert "The usual hours are kept." in page.text
    assert list(advisor.windows.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(12)),
        (0, time(13), time(23, 59)),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from_0_1": "09:00"}, "Until when?"),
        ({"until_0_1": "09:00"}, "From when?"),
        ({"from_0_1": "12:00", "until_0_1": "09:00"}, "Choose a time after the first."),
        (
            {"from_0_1": "09:00", "until_0_1": "12:00", "from_0_2": "11:00", "until_0_2": "13:00"},
            "This overlaps the first stretch.",
        ),
        ({"from_0_1": "9 in the morning", "until_0_1": "12:00"}, "Please write a time"),
    ],
)
def test_hours_that_cannot_be_are_asked_about_beside_the_field(own, advisor, given, words):
    WindowFactory(advisor=advisor)

    page = post(own, "set_hours", advisor.pk, **given)

    assert words in page.text
    assert advisor.windows.count() == 1


def test_days_away_are_whole_days_of_ones_own_calendar(own, advisor):
    post(
        own,
        "add_absence",
        advisor.pk,
        first_day=f"{NEXT_YEAR}-03-01",
        last_day=f"{NEXT_YEAR}-03-03",
    )

    absence = advisor.absences.get()
    assert absence.starts_at == datetime(NEXT_YEAR, 3, 1, 6, tzinfo=UTC)
    assert absence.ends_at == datetime(NEXT_YEAR, 3, 4, 6, tzinfo=UTC)
    assert "Mar 1" in own.get(MY_TIME).text
    assert "Mar 3" in own.get(MY_TIME).text


def test_one_day_away_needs_one_date(own, advisor):
    post(own, "add_absence", advisor.pk, first_day=f"{NEXT_YEAR}-06-01")

    absence = advisor.absences.get()
    assert absence.ends_at - absence.starts_at == timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"first_day": ""}, "Please fill this in."),
        ({"first_day": "2020-01-01"}, "This time has passed."),
        (
            {"first_day": f"{NEXT_YEAR}-03-03", "last_day": f"{NEXT_YEAR}-03-01"},
            "The last day can’t be before the first.",
        ),
    ],
)
def test_days_that_cannot_be_are_asked_about(own, advisor, given, words):
    page = post(own, "add_absence", advisor.pk, **given)

    assert words in page.text
    assert not advisor.absences.exists()


def test_time_away_is_removed(own, advisor):
    now = timezone.now()
    absence = AbsenceFactory(advisor=advisor, starts_at=now, ends_at=now + timedelta(days=2))

    page = post(own, "remove_absence", advisor.pk, absence.pk)

    assert "Removed." in page.text
    assert not advisor.absences.exists()


def test_another_advisors_time_does_not_exist_here(own):
    other = AbsenceFactory()

    for name, args in (
        ("set_hours", [other.advisor.pk]),
        ("add_absence", [other.advisor.pk]),
        ("remove_absence", [other.advisor.pk, other.pk]),
    ):
        assert own.post(reverse(f"advisors:{name}", args=args)).status_code == 404
    other.refresh_from_db()


def test_an_absence_of_another_is_not_removed_under_ones_own_name(own, advisor):
    other = AbsenceFactory()

    answer = own.post(reverse("advisors:remove_absence", args=[advisor.pk, other.pk]))

    assert answer.status_code == 404
    other.refresh_from_db()


@pytest.mark.parametrize(
    ("how_long", "hours"), [("24h", 24), ("7d", 7 * 24), ("30d", 30 * 24), ("open", None)]
)
def test_not_now_is_one_tap(own, advisor, how_long, hours):
    page = post(own, "not_now", how_long=how_long)

    advisor.refresh_from_db()
    assert "Thank you for saying so." in page.text
    assert advisor.away_open_ended is (hours is None)
    if hours:
        wait = advisor.away_until - timezone.now()
        assert timedelta(hours=hours - 1) < wait <= timedelta(hours=hours)


def test_not_now_for_an_unknown_time_changes_nothing(own, advisor):
    page = post(own, "not_now", how_long="forever")

    advisor.refresh_from_db()
    assert "Choose for how long." in page.text
    assert not advisor.is_not_now(timezone.now())


def test_the_button_leads_back_to_its_page_and_nowhere_else(own):
    url = reverse("advisors:not_now")

    assert own.post(url, {"how_long": "24h", "next": MY_LIMITS}).url == MY_LIMITS
    assert own.post(url, {"how_long": "24h", "next": "https://evil.example/"}).url == MY_TIME


def test_i_can_be_asked_again(own, advisor):
    post(own, "not_now", how_long="open")
    assert "I can be asked again" in own.get(MY_TIME).text

    page = post(own, "available_again")

    advisor.refresh_from_db()
    assert "You can be asked again." in page.text
    assert not advisor.is_not_now(timezone.now())


def test_a_get_changes_nothing(own, advisor):
    for name in ("not_now", "available_again", "rest"):
        assert own.get(reverse(f"advisors:{name}")).status_code == 405


def test_limits_are_kept_and_confirmed(own, advisor):
    page = own.post(
        MY_LIMITS,
        {
            "hours_per_week": "4",
            "max_active": "1",
            "max_critical": "0",
            "reach_from": "09:00",
            "reach_until": "17:00",
            "avoided_settings": ["K12"],
            "may_text": "on",
        },
        follow=True,
    )

    advisor.refresh_from_db()
    assert "Your limits are kept." in page.text
    assert (advisor.hours_per_week, advisor.max_active, advisor.max_critical) == (4, 1, 0)
    assert advisor.may_text
    assert advisor.avoided_settings.filter(pk="K12").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hours_per_week": "0"}, "greater than or equal to 1"),
        ({"max_active": "6"}, "less than or equal to 5"),
        ({"max_critical": "3"}, "No more than the requests at the same time."),
        ({"reach_from": "17:00"}, "Give both times, or neither."),
        ({"reach_from": "17:00", "reach_until": "09:00"}, "Choose a time after the first."),
    ],
)
def test_limits_that_cannot_be_are_asked_about(own, advisor, given, words):
    usual = {"hours_per_week": "6", "max_active": "2", "max_critical": "1"}

    page = own.post(MY_LIMITS, usual | given)

    assert words in page.text
    advisor.refresh_from_db()
    assert advisor.hours_per_week == 6


def test_the_manager_keeps_time_for_somebody_on_the_phone(client, advisor):
    client = sign_in(client, UserFactory(program_manager=True))
    page = reverse("advisors:time_of", args=[advisor.pk])

    answer = client.post(
        reverse("advisors:set_hours", args=[advisor.pk]),
        {"from_1_1": "09:00", "until_1_1": "12:00"},
    )

    assert answer.url == page
    assert 'value="09:00"' in client.get(page).text
