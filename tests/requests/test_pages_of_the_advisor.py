"""The offer and the engagement: a no is free, and a row that isn't yours doesn't exist."""

from datetime import timedelta

import pytest
from django.test import Client

from requests.actions.messages import offer_url
from requests.models import ContactLog
from requests.states import OfferState
from tests.factories import NOON
from tests.requests import stories
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def lead_of(request):
    offer = request.offers.get(role="lead")
    return offer, browser(offer.advisor.person.user)


def link_to(offer):
    return "/o/" + offer_url(offer).partition("/o/")[2]


def test_an_offer_shows_what_it_is_about_and_never_the_agency():
    request = stories.seeking(
        fields={"setting": "K12", "agency_text": "Riverton PD", "state_code": "MN"}
    )
    offer, page = lead_of(request)

    words = said(page.get(f"/offers/{offer.pk}/"))

    assert "School, K-12" in words
    assert "Great Plains" in words
    for hidden in ("Riverton", "Alex Moreno", "555-0143"):
        assert hidden not in words


def test_opening_an_offer_changes_nothing_and_its_own_post_says_seen():
    request = stories.seeking()
    offer, page = lead_of(request)

    page.get(f"/offers/{offer.pk}/")
    offer.refresh_from_db()
    assert offer.seen_at is None

    page.post(f"/offers/{offer.pk}/seen/")
    offer.refresh_from_db()
    assert offer.seen_at == NOON


def test_yes_leads_to_the_brief_and_twice_yes_is_one_engagement():
    request = stories.seeking()
    offer, page = lead_of(request)

    for _ in range(2):
        answer = page.post(f"/offers/{offer.pk}/answer/", {"answer": "yes"}, follow=True)

    assert request.engagements.count() == 1
    assert "You call Chief Alex Moreno" in said(answer)
    assert "(202) 555-0143" in said(answer)


@pytest.mark.parametrize("kind", ["not_now", "not_this_kind", "call_me"])
def test_a_no_needs_one_tap_and_is_thanked(kind):
    request = stories.seeking()
    offer, page = lead_of(request)

    answer = page.post(f"/offers/{offer.pk}/answer/", {"answer": kind}, follow=True)

    offer.refresh_from_db()
    assert offer.state == OfferState.DECLINED
    assert "Thank you" in said(answer)


def test_a_late_yes_gets_a_kind_sentence():
    request = stories.seeking()
    offer, page = lead_of(request)
    offer.state, offer.ended_at = OfferState.EXPIRED, NOON
    offer.save()

    answer = page.post(f"/offers/{offer.pk}/answer/", {"answer": "yes"})

    assert "We asked someone else" in said(answer)
    assert not request.engagements.exists()


def test_by_link_alone_one_may_say_no_and_see_nothing():
    request = stories.seeking(fields={"setting": "K12"})
    offer, _page = lead_of(request)
    stranger = Client(enforce_csrf_checks=True)

    words = said(stranger.get(link_to(offer)))
    assert "School" not in words
    assert request.reference not in words

    stranger.post(link_to(offer), {"answer": "not_now"})
    offer.refresh_from_db()
    assert offer.state == OfferState.DECLINED


def test_by_link_alone_yes_asks_to_sign_in():
    request = stories.seeking()
    offer, _page = lead_of(request)

    answer = Client().post(link_to(offer), {"answer": "yes"}, follow=True)

    assert "/account/login/" in answer.redirect_chain[-1][0]
    assert not request.engagements.exists()


def test_a_foreign_offer_and_a_foreign_engagement_do_not_exist():
    request = stories.engaged()
    offer, engagement = request.offers.get(role="alternate"), request.engagements.get()
    stranger = browser(advisor=True)

    for address in (
        f"/offers/{offer.pk}/",
        f"/engagements/{engagement.pk}/",
        request.get_absolute_url(),
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/offers/{offer.pk}/answer/", {"answer": "yes"}).status_code == 404
    assert stranger.post(f"/engagements/{engagement.pk}/log_contact/").status_code == 404
    assert stranger.post(f"/engagements/{engagement.pk}/step_back/").status_code == 404


def test_an_advisor_who_opens_the_request_comes_to_their_engagement():
    request = stories.engaged()
    engagement = request.engagements.get()

    page = browser(engagement.advisor.person.user).get(request.get_absolute_url(), follow=True)

    assert page.redirect_chain[-1][0] == f"/engagements/{engagement.pk}/"


def contact(**changed):
    return {
        "mode": "PHONE",
        "at_0": "2026-11-23",
        "at_1": "11:30",
        "minutes_chip": "30",
        "topics": ["LEADER"],
        "note": "Slept four hours",
    } | changed


def test_a_contact_is_logged_with_chips_by_the_readers_clock():
    engagement = stories.engaged().engagements.get()
    page = browser(engagement.advisor.person.user)

    page.post(f"/engagements/{engagement.pk}/log_contact/", contact(at_1="10:30"))

    logged = ContactLog.objects.get()
    assert (logged.mode_id, logged.minutes) == ("PHONE", 30)
    assert logged.at == NOON - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("changed", "beside"),
    [
        ({"at_0": "2026-12-24"}, "Log it when it has taken place"),
        ({"minutes_chip": ""}, "Say about how long it was"),
        ({"note": "x" * 501}, "at most 500 characters"),
        ({"mode": ""}, "Choose how you were in contact"),
    ],
)
def test_a_contact_that_can_not_be_taken_keeps_what_was_typed(changed, beside):
    engagement = stories.engaged().engagements.get()
    page = browser(engagement.advisor.person.user)

    answer = page.post(f"/engagements/{engagement.pk}/log_contact/", contact(**changed))

    assert beside in said(answer)
    assert changed.get("note", "Slept four hours") in said(answer)
    assert not ContactLog.objects.exists()


def test_stepping_back_is_asked_once_and_needs_no_reason():
    engagement = stories.engaged().engagements.get()
    page = browser(engagement.advisor.person.user)

    page.post(f"/engagements/{engagement.pk}/step_back/")
    engagement.refresh_from_db()
    assert engagement.is_active

    answer = page.post(f"/engagements/{engagement.pk}/step_back/", {"sure": "on"})
    engagement.refresh_from_db()
    assert not engagement.is_active
    assert "Thank you" in said(answer)
