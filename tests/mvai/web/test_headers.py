"""What a page says to the browser about itself, and what browsers say of our pages."""

import json

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvai.site import browser_reports
from mvai.site.models import BrowserReport
from requests.actions.messages import status_url
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.requests import AssistanceRequestFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/browser-reports/"


def report(**given) -> str:
    said = {
        "document-uri": "http://testserver/call-me/",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/a.js?who=me",
    }
    return json.dumps({"csp-report": said | given})


def send(client, body, kind="application/csp-report"):
    return client.post(ADDRESS, body, content_type=kind)


def test_every_page_says_where_it_may_be_used_and_what_it_may_load(client):
    page = client.get("/")

    policy = page["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in policy or "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "report-uri /browser-reports/" in policy
    assert "report-to portal" in policy
    assert page["Reporting-Endpoints"] == 'portal="/browser-reports/"'
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"


def test_what_a_signed_in_person_saw_is_not_kept_on_a_shared_computer(client):
    sign_in(client, UserFactory(duty_officer=True))

    assert "no-store" in client.get(reverse("requests:board"))["Cache-Control"]
    assert "no-store" in client.get("/library/")["Cache-Control"]


def test_a_public_page_may_be_kept(client):
    assert "Cache-Control" not in client.get("/library/")


@pytest.mark.parametrize("address", ["status", "reset"])
def test_an_address_that_opens_something_tells_nobody_of_itself(client, address):
    addresses = {
        "status": status_url(AssistanceRequestFactory()),
        "reset": reverse("account_reset_password_from_key", args=["1", "abc-def"]),
    }

    page = client.get(addresses[address])

    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_no_page_answers_any_other_method(client, method):
    answer = client.generic(method, "/call-me/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"


class TestReports:
    def test_what_a_browser_refuses_is_counted_without_paths(self, client):
        for _twice in range(2):
            assert send(client, report()).status_code == 204

        kept = BrowserReport.objects.get()
        assert (kept.count, kept.directive) == (2, "script-src-elem")
        assert kept.blocked == "https://evil.example"
        assert kept.page == "requests:file"

    def test_the_newer_shape_is_understood_too(self, client):
        body = {
            "documentURL": "http://testserver/",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
        }

        send(
            client,
            json.dumps([{"type": "csp-violation", "body": body}, {"type": "deprecation"}]),
            "application/reports+json",
        )

        kept = BrowserReport.objects.get()
        assert (kept.directive, kept.blocked, kept.page) == (
            "style-src-attr",
            "inline",
            "requests:landing",
        )

    def test_a_page_behind_a_token_is_named_without_it(self, client):
        address = status_url(AssistanceRequestFactory())

        send(client, report(**{"document-uri": address}))

        assert BrowserReport.objects.get().page == "requests:status"

    def test_a_flood_fills_no_table(self, client, monkeypatch):
        monkeypatch.setattr(browser_reports, "A_DAY", 3)
        for number in range(6):
            send(client, report(**{"blocked-uri": f"https://{number}.example"}))

        assert BrowserReport.objects.count() == 3

    def test_a_body_that_is_too_long_is_not_read(self, client):
        send(client, report(**{"blocked-uri": "x" * browser_reports.LONGEST}))

        assert not BrowserReport.objects.exists()

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.one_of(
            st.binary(max_size=200),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            ).map(json.dumps),
            st.builds(
                lambda directive, blocked, page: report(
                    **{
                        "effective-directive": directive,
                        "blocked-uri": blocked,
                        "document-uri": page,
                    }
                ),
                st.text(),
                st.text(),
                st.text(),
            ),
        )
    )
    def test_whatever_is_sent_breaks_nothing(self, client, body):
        assert send(client, body).status_code == 204
