"""What a program sends that no browser would: refused in words, and kept nowhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

from mvai.accounts.adapters import AccountAdapter
from mvai.web.wsgi import in_utf_8
from requests.actions import codes
from requests.actions.messages import status_url
from requests.models import AssistanceRequest
from tests.factories import NOON
from tests.factories.requests import AssistanceRequestFactory, StatusCodeFactory

pytestmark = pytest.mark.django_db

TYPED = {"call_name": "Chief Moreno", "call_number": "(202) 555-0143"}
ASK = "/call-me/"


def test_a_body_of_ten_megabytes_is_refused(client):
    answer = client.post(ASK, TYPED | {"note": "x" * 10_000_000})

    assert answer.status_code == 400
    assert not AssistanceRequest.objects.exists()


def test_a_file_is_refused_before_it_is_kept(client):
    answer = client.post(ASK, TYPED | {"note": SimpleUploadedFile("x.bin", b"x" * 3_000_000)})

    assert answer.status_code == 400


@pytest.mark.parametrize("codec", ["hex", "rot13", "utf-7", "unicode_escape", "no-such-codec"])
def test_text_is_read_as_utf_8_whatever_the_sender_calls_it(rf, codec):
    seen = []
    portal = in_utf_8(lambda environ, start: seen.append(WSGIRequest(environ)) or [])
    environ = rf.post(ASK, {"call_name": "\\ud800 +2AA- Moreno"}, QUERY_STRING="q=%ff").environ
    environ["CONTENT_TYPE"] += f"; Charset = {codec}"

    portal(environ, lambda *_: None)

    assert seen[0].GET["q"] == "\ufffd"
    assert seen[0].POST["call_name"] == "\\ud800 +2AA- Moreno"


@pytest.mark.parametrize("origin", ["http://[", "//", "x" * 3000, "https://elsewhere.example"])
def test_an_odd_origin_gets_the_form_again_and_files_nothing(client, origin):
    answer = client.post(ASK, TYPED, HTTP_ORIGIN=origin)

    assert answer.status_code == 200
    assert "Chief Moreno" in answer.content.decode()
    assert not AssistanceRequest.objects.exists()


def test_a_quoted_nul_in_a_cookie_breaks_no_page(client):
    client.cookies.load({"sessionid": "a" * 20 + "\x00", "csrftoken": "\x00"})

    assert client.get("/").status_code == 200
    assert client.get("/board/").status_code == 302
    assert client.post(reverse("account_login"), {"login": "a@b.example"}).status_code == 200


def test_no_page_may_use_what_the_portal_never_asks_for(client):
    assert "camera=()" in client.get("/")["Permissions-Policy"]


def test_wrong_passwords_are_counted_by_caller_not_by_proxy(rf, settings):
    settings.TRUSTED_PROXIES = 1
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9")

    assert AccountAdapter(request).get_client_ip(request) == "203.0.113.9"


def test_a_caller_without_proxies_can_not_choose_an_address(rf, settings):
    settings.TRUSTED_PROXIES = 0
    request = rf.get("/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="1.1.1.1")

    assert AccountAdapter(request).get_client_ip(request) == "203.0.113.9"


@pytest.mark.parametrize("mark", ["", "x", "\u0663" * 32, "{00000000-0000-0000-0000-000000000000}"])
def test_an_odd_mark_makes_a_form_one_of_its_own(client, time_machine, mark):
    time_machine.move_to(NOON, tick=False)
    request = AssistanceRequestFactory()
    code = StatusCodeFactory(assistance_request=request, expires_at=NOON + codes.LASTS)
    address = status_url(request).removeprefix("http://localhost:8000")
    client.post(f"{address}open/", {"code": code.digits()})

    client.post(f"{address}message/", {"text": "Please call after six.", "press": mark})

    assert request.desk_messages.get().text == "Please call after six."


def test_counts_of_tries_are_not_pushed_out_by_a_few_hundred_others(settings):
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_after_a_withdrawal_the_browser_that_had_a_code_sees_steps_only(client, time_machine):
    time_machine.move_to(NOON, tick=False)
    request = AssistanceRequestFactory(agency_text="Riverton Police")
    code = StatusCodeFactory(assistance_request=request)

    address = status_url(request).removeprefix("http://localhost:8000")
    client.post(f"{address}open/", {"code": code.digits()})
    assert "Riverton Police" in client.get(address).content.decode()

    client.post(f"{address}withdraw/", {"sure": "on"})

    page = client.get(address).content.decode()
    assert "Riverton Police" not in page
    assert "This request is closed" in page
