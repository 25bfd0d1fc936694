"""Pages about the site, error pages, and what stands around every page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from mvai.accounts.roles import Role
from mvai.audit.models import RetentionPeriod
from mvai.outbox.models import Message
from mvai.outbox.writing import write
from mvai.site import navigation, views
from mvai.site.context_processors import Portal
from mvai.taxonomy.models import SupportLine
from requests.actions import inquiries
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import ShiftFactory

PUBLIC = ["about", "privacy", "accessibility", "support", "other_help"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_everyone_may_read_the_pages_about_the_site(client, name):
    response = client.get(reverse(f"site:{name}"))
    assert response.status_code == 200
    assert b"<h1>" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_they_change_nothing(client, name):
    assert client.post(reverse(f"site:{name}")).status_code == 405


@pytest.mark.django_db
def test_support_is_linked_from_every_page_and_lists_the_lines_in_use(client):
    SupportLine.objects.update_or_create(
        code="OLD", defaults={"name": "An old line", "contact": "555", "active": False}
    )
    page = client.get(reverse("site:support")).content.decode()
    assert 'href="tel:988"' in page
    assert "COPLINE" in page
    assert "An old line" not in page
    assert reverse("site:support") in client.get(reverse("site:about")).content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_nothing_about_why(client):
    response = client.get("/nothing/at/all/")
    assert response.status_code == 404
    assert "There is no page here for you" in response.content.decode()
    assert "nothing/at/all" not in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_key_can_be_sent_again(client):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": "a@b.example"})
    assert response.status_code == 403
    assert "Please send it once more" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"), [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404)]
)
def test_error_pages_ask_nothing_of_the_database_for_anonymous_readers(view, status):
    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    response = view(request)
    assert response.status_code == status
    assert b"Support for you" in response.content


def test_the_page_for_our_own_faults_needs_neither_user_nor_database():
    response = views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_even_without_templates_a_fault_is_answered_in_a_sentence(monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(views, "render_to_string", broken)
    response = views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert views.LAST_WORDS in response.content.decode()


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_demonstration_says_on_every_page_that_nobody_will_call(client):
    page = client.get(reverse("site:about")).content.decode()
    assert "Nobody will call." in page
    assert "theiacp.org" in page


@pytest.mark.django_db
@override_settings(DEMO=False, PROGRAM_NUMBER="", AWARD_NUMBER="")
def test_what_is_not_configured_is_left_out(client):
    page = client.get(reverse("site:about")).content.decode()
    assert "Nobody will call." not in page
    assert "awarded by the Bureau" not in page
    assert "tel:" not in client.get("/nowhere/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_nobody_is_shown_more_than_four_destinations(role):
    user = UserFactory.build(roles=[role])
    shown, further = navigation.places_for(user, "/")
    assert 1 <= len(shown) <= navigation.IN_MASTHEAD
    assert "Library" in [str(place.label) for place in shown + further]


@pytest.mark.parametrize(
    ("roles", "labels"),
    [
        ([Role.DUTY_OFFICER], ["Board", "Inbox", "Advisors", "Messages"]),
        ([Role.PROGRAM_MANAGER], ["Board", "Inbox", "Advisors", "Duty roster"]),
        ([Role.ADVISOR], ["Home", "My time", "Library"]),
        ([Role.AUDITOR], ["Audit log", "Library"]),
        ([Role.REQUESTER], ["Library"]),
    ],
)
def test_the_masthead_leads_where_the_role_works(roles, labels):
    shown, _further = navigation.places_for(UserFactory.build(roles=roles), "/")
    assert [str(place.label) for place in shown][: len(labels)] == labels


def test_a_duty_officer_finds_the_roster_in_the_menu():
    _shown, further = navigation.places_for(UserFactory.build(roles=[Role.DUTY_OFFICER]), "/")
    assert "Duty roster" in [str(place.label) for place in further]


def test_the_page_we_are_on_is_marked():
    user = UserFactory.build(roles=[Role.DUTY_OFFICER])
    shown, _further = navigation.places_for(user, "/requests/MV-7K4Q/")
    assert [str(place.label) for place in shown if place.is_current] == ["Board"]


@pytest.mark.django_db
def test_staff_are_told_when_nobody_is_on_duty():
    user = UserFactory(roles=[Role.DUTY_OFFICER])
    assert any("Nobody is on duty" in warning for warning in Portal(user, "/").warnings)


@pytest.mark.django_db
def test_the_line_goes_away_while_someone_is_on_duty():
    from mvai.duty.models import Shift

    user, now = UserFactory(roles=[Role.DUTY_OFFICER]), timezone.now()
    Shift.objects.create(
        user=user,
        role="primary",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
    )
    assert not any("Nobody is on duty" in warning for warning in Portal(user, "/").warnings)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REQUESTER, Role.ADVISOR, Role.AUDITOR])
def test_others_are_not_told_about_the_desk(role, django_assert_num_queries):
    user = UserFactory(roles=[role])
    with django_assert_num_queries(0):
        assert Portal(user, "/").warnings == []


@pytest.mark.django_db
def test_what_stands_around_a_staff_page_costs_at_most_three_queries(
    django_assert_max_num_queries,
):
    user = UserFactory(roles=[Role.DUTY_OFFICER])
    later = timezone.now() + timedelta(days=1)
    ShiftFactory(user=user, starts_at=later, ends_at=later + timedelta(days=1))
    with django_assert_max_num_queries(3):
        around = Portal(user, "/")
        list(around.warnings), around.destinations, around.further, list(around.warnings)


@pytest.mark.django_db
def test_a_signed_in_person_finds_their_name_and_the_way_out(client):
    user = UserFactory(roles=[Role.DUTY_OFFICER])
    page = sign_in(client, user).get(reverse("site:about")).content.decode()
    assert "Dana Ruiz" in page
    assert f'action="{reverse("account_logout")}"' in page
    assert "Staff and advisors: sign in" not in page


@pytest.mark.django_db
def test_a_page_starts_with_a_way_past_the_masthead(client):
    page = client.get(reverse("site:about")).content.decode()
    assert page.index('href="#main"') < page.index('class="masthead"')
    assert 'id="main"' in page


@pytest.mark.django_db
def test_anonymous_pages_load_neither_htmx_nor_bootstrap_s_scripts(client):
    page = client.get(reverse("site:about")).content.decode()
    assert "htmx" not in page
    assert "bootstrap.bundle" not in page


@pytest.mark.django_db
def test_other_visitors_find_their_lines_and_not_those_of_staff(client):
    page = client.get("/other-help/").content.decode()
    for words in ('href="tel:911"', 'href="tel:988"', "1-800-985-5990", "tips.fbi.gov"):
        assert words in page
    assert "https://ovc.ojp.gov/help-for-victims" in page
    assert "COPLINE" not in page
    assert "tips.fbi.gov" not in client.get("/support/").content.decode()


@pytest.mark.django_db
def test_a_line_says_when_it_was_last_checked(client):
    SupportLine.objects.filter(code="OVC").update(verified_on="2026-11-01")

    assert "Checked Nov 1, 2026" in client.get("/other-help/").content.decode()


@pytest.mark.django_db
def test_the_privacy_page_says_how_long_as_the_periods_do(client):
    RetentionPeriod.objects.filter(code="unconfirmed").update(days=21)

    page = client.get("/privacy/").content.decode()

    assert "21 days after" in page
    assert "3 years after the end of the award" in page


@pytest.mark.django_db
def test_the_about_page_cites_the_founding_message(client):
    page = client.get("/about/").content.decode()

    assert "88, no. 11 (November 2021): 6-7" in page


LEGAL = {
    "OMB_NUMBER": "1121-0000",
    "OMB_EXPIRES": "11/30/2028",
    "OMB_BURDEN": "About one minute.",
    "AWARD_DISCLAIMER": "Counsel’s own words.",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/prepare/", "/could-help/"])
def test_what_the_law_asks_for_stands_on_each_form_where_it_is_set(client, settings, address):
    for name, words in LEGAL.items():
        setattr(settings, name, words)

    page = client.get(address).content.decode()

    assert "OMB Number 1121-0000 (expires 11/30/2028)" in page
    assert "About one minute." in page
    assert "Counsel’s own words." in page


@pytest.mark.django_db
def test_nothing_of_it_is_said_where_it_is_not_set(client, settings):
    for name in LEGAL:
        setattr(settings, name, "")

    assert "OMB" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_letters_say_it_too(settings):
    for name, words in LEGAL.items():
        setattr(settings, name, words)

    inquiries.file_inquiry(
        attempt=uuid4(), full_name="Rosa", reach="rosa@agency.example", at=timezone.now()
    )
    letter = write(Message.objects.select_related("person", "contact_point", "room").get())

    for text in (letter.text, letter.html):
        assert "OMB Number 1121-0000" in text
        assert "Counsel’s own words." in text
