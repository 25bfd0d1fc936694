"""A page speaks the language that its address names, and every way on from it does, too."""

import re
from html import unescape
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import translation

from mvai.people.models import Person
from mvai.web import languages
from requests.actions.messages import status_url
from requests.models import AssistanceRequest
from tests.factories.accounts import UserFactory, sign_in
from tests.requests import stories

pytestmark = pytest.mark.django_db

IN_SPANISH = {"Accept-Language": "es-US,es;q=0.9,en;q=0.5"}
TYPED = {"call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143", "attempt": ""}


def language_of(page) -> str:
    return re.search(r'<html lang="([^"]+)"', page.content.decode())[1]


def ways_on(page) -> set[str]:
    """Where the page's own links and forms lead, but for the switch of the language."""
    html = unescape(page.content.decode())
    links = re.findall(r'<(?:a|form)\b(?![^>]*hreflang)[^>]*\b(?:href|action)="(/[^"]*)"', html)
    return {link.partition("?")[0].partition("#")[0] for link in links}


def switch_on(page) -> str:
    return unescape(re.search(r'href="([^"]+)"[^>]*hreflang=', page.content.decode())[1])


def spoken_addresses(resolver=None, spoken=False, namespace=""):
    """The names of the addresses that are there in every language."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = spoken or isinstance(entry.pattern, languages.InALanguage)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from spoken_addresses(entry, here, inner)
        elif isinstance(entry, URLPattern) and here:
            yield f"{namespace}{entry.name}"


def address_of(name: str) -> str:
    token = {"token": "t-0-0.nonsense"}
    for given in ({}, token, token | {"pk": 1}):
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            continue
    return reverse(name, kwargs={"slug": "nonsense"})


@pytest.mark.parametrize(("address", "language"), [("/", "en"), ("/es/", "es")])
def test_the_address_says_the_language(client, address, language):
    page = client.get(address)

    assert language_of(page) == language
    assert page["Content-Language"] == language


def test_every_way_on_from_a_spanish_page_stays_spanish(client):
    spoken = {address_of(name) for name in spoken_addresses()}

    for address in ("/es/", "/es/my-requests/", "/es/support/", "/es/nothing/here/"):
        assert ways_on(client.get(address)) & spoken == set(), address


def test_what_is_filed_in_spanish_goes_on_in_spanish(client):
    page = client.post("/es/call-me/", TYPED, follow=True)

    assert page.redirect_chain[0][0].startswith("/es/sent/")
    assert language_of(page) == "es"
    assert AssistanceRequest.objects.get().leader.language == "es"


def test_a_form_that_was_not_taken_answers_in_its_language(client):
    page = client.post("/es/call-me/", {**TYPED, "call_number": ""})

    assert "Deje un número donde podamos llamarle." in page.content.decode()
    assert 'value="Chief Alex Moreno"' in page.content.decode()


def test_what_is_filed_in_english_stays_english(client):
    page = client.post("/call-me/", TYPED, headers=IN_SPANISH, follow=True)

    assert language_of(page) == "en"
    assert Person.objects.get().language == "en"


def test_a_first_visit_is_in_the_language_of_the_browser(client):
    page = client.get("/", headers=IN_SPANISH)

    assert language_of(page) == "es"
    assert "/es/call-me/" in ways_on(page)
    assert "Accept-Language" in page["Vary"]


@pytest.mark.parametrize(
    "came",
    [{"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://testserver/about/"}],
    ids=["new browser", "old browser"],
)
def test_whoever_follows_a_link_of_ours_has_chosen(client, came):
    assert language_of(client.get("/", headers=IN_SPANISH | came)) == "en"


@pytest.mark.parametrize("asked", ["fr", "", "../es", "es\x00"])
def test_a_language_that_we_have_not_is_english(client, asked):
    assert language_of(client.get("/", {"lang": asked}, headers={"Accept-Language": "fr"})) == "en"
    assert client.get("/fr/").status_code == 404


def test_the_query_may_name_the_language_as_well(client):
    assert language_of(client.get("/?lang=es")) == "es"
    assert language_of(client.get("/?lang=en", headers=IN_SPANISH)) == "en"


def test_a_link_keeps_the_language_of_whoever_filed(client):
    request = stories.filed()
    english = status_url(request)
    with translation.override("es"):
        spanish = status_url(request)

    assert language_of(client.get(english, headers=IN_SPANISH)) == "en"
    assert language_of(client.get(spanish)) == "es"
    assert "/es/status/" in spanish


def test_one_tap_leads_to_the_same_page_in_the_other_language(client):
    address = reverse("requests:status", args=[status_url(stories.filed()).split("/")[-2]])

    spanish = switch_on(client.get(f"{address}?code=sent"))
    assert spanish == f"/es{address}?code=sent"
    english = switch_on(client.get(spanish))
    assert english == f"{address}?code=sent&lang=en"
    assert language_of(client.get(english, headers=IN_SPANISH)) == "en"


def test_the_answer_to_a_form_leads_to_the_forms_own_page(client):
    page = client.post("/call-me/", {**TYPED, "call_number": ""})

    assert switch_on(page) == "/es/"
    assert client.get("/es/").status_code == 200


def test_above_every_address_that_takes_a_form_there_is_a_page(client):
    """Where the switch of such a page leads to."""
    names = set(spoken_addresses())
    for name in names:
        address = address_of(name)
        if client.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            above = re.sub(r"[^/]+/$", "", address)
            assert resolve(above).view_name in names, name


def test_pages_of_staff_have_one_language():
    browser = sign_in(Client(), UserFactory(duty_officer=True))

    assert language_of(browser.get("/board/?lang=es", headers=IN_SPANISH)) == "en"
    assert "hreflang" not in browser.get("/board/").content.decode()
    assert browser.get("/es/board/").status_code == 404


def test_somebody_who_is_signed_in_is_not_asked_for_a_language():
    browser = sign_in(Client(), UserFactory(duty_officer=True))

    assert language_of(browser.get("/about/", headers=IN_SPANISH)) == "en"


def test_a_request_leaves_no_language_behind(client):
    client.get("/es/")

    assert translation.get_language() == "en"


def test_looking_changes_nothing(client):
    request = stories.filed()
    client.get(f"/es{reverse('requests:status', args=[status_url(request).split('/')[-2]])}")

    request.leader.refresh_from_db()
    assert request.leader.language == "en"
    assert not client.cookies.keys() & {"language", "django_language"}


def test_a_page_of_staff_that_lies_among_leaders_pages_has_no_switch():
    """ "/es/library/desk/" would be an item of the library called so."""
    client = sign_in(Client(), UserFactory(content_editor=True))

    assert "hreflang=" not in client.get(reverse("resources:desk")).text
    assert language_of(client.get(reverse("resources:desk"), {"lang": "es"})) == "en"
