"""An advisor's home: the next contact on top."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests.states import AdvisorRole, NextAction, OfferState
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import AdvisorFactory
from tests.factories.requests import (
    ContactLogFactory,
    EngagementFactory,
    FollowUpFactory,
    OfferFactory,
)

pytestmark = pytest.mark.django_db

HOME = reverse("dashboard:advisor_home")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def advisor():
    return AdvisorFactory(person__time_zone="America/Chicago", weekdays=range(5))


@pytest.fixture
def own(client, advisor):
    return sign_in(client, UserFactory(advisor=True, person=advisor.person))


def engage(advisor, now, **given):
    """An active engagement, and its request."""
    engagement = EngagementFactory(
        offer__advisor=advisor, started_at=now - timedelta(hours=1), **given
    )
    return engagement, engagement.assistance_request


def offer(advisor, now, **given):
    return OfferFactory(
        advisor=advisor,
        offered_at=now - timedelta(minutes=5),
        expires_at=now + timedelta(hours=3),
        **given,
    )


def test_an_empty_home_says_what_will_be_here(own):
    page = own.get(HOME)

    assert "Nothing is waiting for you" in page.text
    assert "No offer is open." in page.text
    assert "After you accept an offer" in page.text


def test_an_account_without_a_record_gets_a_calm_page(client):
    page = sign_in(client, UserFactory(advisor=True)).get(HOME)

    assert "not set up yet" in page.text


def test_the_desk_has_no_advisors_home(client):
    assert sign_in(client, UserFactory(duty_officer=True)).get(HOME).status_code == 403


def test_the_first_call_stands_on_top_with_its_number(own, advisor, now):
    _engagement, assistance_request = engage(advisor, now)
    assistance_request.next_action = NextAction.FIRST_CONTACT
    assistance_request.next_action_due_at = now + timedelta(hours=1)
    assistance_request.save()

    page = own.get(HOME)

    assert page.context["title"].startswith("Next: Chief Alex Moreno, by ")
    assert 'href="tel:+1-202-555-0143"' in page.text


def test_a_call_whose_time_has_passed_is_asked_for_without_blame(own, advisor, now):
    engage(advisor, now)

    assert own.get(HOME).context["title"] == "Next: Chief Alex Moreno, as soon as you can"


def test_after_the_first_call_the_next_planned_contact_stands_on_top(own, advisor, now):
    later, _request = engage(advisor, now, first_contact_at=now)
    sooner, _request = engage(advisor, now, first_contact_at=now, seat=2)
    for engagement, days in ((later, 9), (sooner, 2), (sooner, 30)):
        FollowUpFactory(
            assistance_request=engagement.assistance_request,
            engagement=engagement,
            milestone=f"D{days}",
            due_at=now + timedelta(days=days),
        )

    page = own.get(HOME)

    assert page.context["next"].engagement == sooner
    assert [part.engagement for part in page.context["parts"]] == [sooner, later]
    marks = [day.kind for week in page.context["weeks"] for day in week.days]
    assert marks.count("call") == 2


def test_an_alternate_stands_by(own, advisor, now):
    engage(advisor, now, role=AdvisorRole.ALTERNATE)

    page = own.get(HOME)

    assert page.context["next"] is None
    assert "none planned" in page.text


def test_an_open_offer_is_shown_without_the_agency(own, advisor, now):
    given = offer(advisor, now)
    given.assistance_request.agency_text = "Riverton Police Department"
    given.assistance_request.setting_id = "CAMPUS"
    given.assistance_request.save()

    page = own.get(HOME)

    assert page.context["title"] == "An offer waits for your answer"
    assert "College or university" in page.text
    assert "Riverton" not in page.text
    assert "Moreno" not in page.text


def test_offers_that_are_over_or_anothers_are_not_shown(own, advisor, now):
    offer(advisor, now, state=OfferState.DECLINED, ended_at=now)
    offer(AdvisorFactory(), now)
    OfferFactory(advisor=advisor, offered_at=now - timedelta(hours=9), expires_at=now)

    assert own.get(HOME).context["offers"] == []


def test_the_load_stands_against_ones_own_limits(own, advisor, now):
    engagement, _request = engage(advisor, now, first_contact_at=now)
    ContactLogFactory(engagement=engagement, at=now - timedelta(hours=1), minutes=90, logged_at=now)

    page = own.get(HOME)

    assert "1 of 2 requests" in page.text
    assert "1.5 of 6 hours this week" in page.text


def test_not_now_is_there_and_so_is_its_end(own, advisor):
    assert "Not now, for:" in own.get(HOME).text

    own.post(reverse("advisors:not_now"), {"how_long": "open", "next": HOME})

    assert "I can be asked again" in own.get(HOME).text


def test_more_engagements_ask_no_more_queries(own, advisor, now, django_assert_max_num_queries):
    for seat in (1, 2, 3):
        engage(advisor, now, seat=seat, first_contact_at=now)
        offer(advisor, now)

    with django_assert_max_num_queries(18):
        own.get(HOME)
