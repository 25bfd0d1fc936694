"""What a log line must not hold, whoever wrote it."""

import io
import logging

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from mvai.outbox import links
from mvai.web.logs import ScrubbingFormatter, scrubbed
from requests.actions.messages import STATUS_LINK
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import AssistanceRequestFactory

TOKEN = links.make(STATUS_LINK, 7, lasts=None, now=NOON)


@pytest.mark.parametrize(
    "address",
    [
        f"/status/{TOKEN}/",
        f"/status/{TOKEN}/peer.vcf",
        f"/sent/{TOKEN}/details/",
        f"/o/{TOKEN}/?said=not_now",
        f"/duty/alarms/{TOKEN}/",
        f"/duty/alarms/{TOKEN}",
        "/account/password/reset/key/3-d1a2b3-0123456789abcdef/",
    ],
)
def test_no_line_holds_what_opens_a_page(address):
    line = scrubbed(f"Not Found: {address}")

    assert TOKEN.split(".")[1] not in line
    assert "0123456789abcdef" not in line
    assert "said" not in line
    assert line.startswith("Not Found: /")


def test_ids_and_plain_addresses_stay():
    for path in ("/duty/alarms/12/take/", "/status/", "/library/first-hours/"):
        line = f"Not Found: {path}"
        assert scrubbed(line) == line


@pytest.mark.django_db
def test_a_refused_row_is_not_told():
    request = AssistanceRequestFactory()
    user = UserFactory(email="dana.ruiz@agency.example")
    record = None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_user (email, password, person_id, roles, is_active)"
                " VALUES (%s, '!', %s, '{}', true)",
                [user.email, request.leader_id],
            )
    except IntegrityError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed: %s", (error,), None)
        record.exc_info = (type(error), error, error.__traceback__)

    assert record is not None
    line = ScrubbingFormatter("%(message)s").format(record)

    assert "duplicate key" in line
    assert "dana.ruiz" not in line


@pytest.mark.django_db
def test_what_django_logs_of_a_wrong_verb_holds_no_token(client, monkeypatch):
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(ScrubbingFormatter("%(message)s"))
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])

    client.get(reverse("requests:send_code", args=[TOKEN]))

    assert said.getvalue() == "Method Not Allowed (GET): /status/…/code/\n"


def test_every_handler_of_the_site_scrubs(settings):
    used = {handler["formatter"] for handler in settings.LOGGING["handlers"].values()}

    assert {settings.LOGGING["formatters"][name]["()"] for name in used} == {
        "mvai.web.logs.ScrubbingFormatter"
    }
