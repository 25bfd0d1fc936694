"""The offline worker: what it keeps, what it must never keep, and how it is taken back."""

import json
import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from mvai.site import offline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew():
    offline._script.cache_clear()
    yield
    offline._script.cache_clear()


def kept(client: Client) -> dict:
    script = client.get(reverse("site:worker")).content.decode()
    return json.loads(re.match(r"self\.OFFLINE = (.+);\n", script)[1])


def test_the_worker_may_serve_the_whole_site_and_is_asked_for_anew_each_time(client):
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in response["Content-Security-Policy"]


def test_everything_that_a_kept_page_loads_is_kept(client):
    found = kept(client)
    for source in found["pages"].values():
        loads = set(re.findall(r'"(/static/[^"#]+)', client.get(source).content.decode()))
        assert loads <= set(found["assets"])
        assert loads


def test_a_kept_page_is_the_same_for_everybody(client):
    for source in kept(client)["pages"].values():
        assert client.get(source).content == Client().get(source).content


def test_the_page_itself_brings_a_token_and_its_copy_none(client):
    token = re.compile(r'name="attempt" value="([^"]*)"')
    assert token.search(client.get("/").content.decode())[1]
    assert token.search(client.get("/?copy=1").content.decode())[1] == ""


def test_no_page_with_a_secret_in_its_address_is_kept(client):
    paths = {page.partition("?")[0] for page in kept(client)["pages"]}
    assert paths == {
        *("/", "/first-hour/", "/library/kept/"),
        *("/es/", "/es/first-hour/", "/es/library/kept/"),
    }


def test_each_language_has_a_list_for_a_page_of_the_library_that_is_not_kept(client):
    found = kept(client)
    assert found["lists"] == {"/library/": "/library/kept/", "/es/library/": "/es/library/kept/"}
    assert set(found["lists"].values()) <= set(found["pages"])


@override_settings(LANGUAGES=[("en", "English"), ("es", "Spanish")])
def test_each_language_has_its_copies(client):
    pages = kept(client)["pages"]
    assert pages["/?lang=en"] == "/?copy=1&lang=en"
    assert pages["/es/"] == "/es/?copy=1"
    assert pages["/?lang=es"] == "/es/?copy=1&lang=es"
    assert pages["/first-hour/?lang=es"] == "/es/first-hour/?copy=1&lang=es"


def test_another_number_of_the_program_s_brings_another_worker(client):
    with override_settings(PROGRAM_NUMBER="(800) 555-0100"):
        before = kept(client)["version"]
    offline._script.cache_clear()
    with override_settings(PROGRAM_NUMBER="(800) 555-0101"):
        assert kept(client)["version"] != before


def test_the_landing_page_names_the_worker(client):
    assert 'data-worker="/sw.js"' in client.get("/").content.decode()


@override_settings(OFFLINE_COPY=False)
def test_switched_off_the_worker_removes_itself_and_no_page_asks_for_it(client):
    script = client.get("/sw.js").content.decode()
    assert "registration.unregister()" in script
    assert "OFFLINE = " not in script
    assert "data-worker" not in client.get("/").content.decode()


def test_the_first_hour_says_that_it_is_a_draft(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(reverse("requests:first_hour")).content.decode()
    assert "While you wait" in page
    assert "Draft, not reviewed by IACP" in page
