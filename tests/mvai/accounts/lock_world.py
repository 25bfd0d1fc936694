"""A person with a second factor, and how long nobody has been at their session."""

import time
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

PASSWORD = "a quiet lake in autumn"
HALF_AN_HOUR, TWELVE_HOURS = timedelta(minutes=30), timedelta(hours=12)
NUMBER = {"channel": "sms", "value": "(202) 555-0143"}
PAGE = "/account/reach/"
BY_HTMX = {"HX-Request": "true"}
ROOM = 4  # seconds in which a slow machine has certainly handed a code in
BY_A_PERSON = BY_HTMX | {"X-By-A-Person": "yes"}


def code_of(secret: str) -> str:
    """The app's code, read as a person does: one about to change is waited out."""
    left = app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD
    if left < ROOM:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def leave_alone(client: Client, how_long: timedelta) -> None:
    """As if nobody had used the session for so long."""
    _move_back(client, "lock_active", how_long)


def signed_in_ago(client: Client, how_long: timedelta) -> None:
    """As if the sign-in were so long ago; somebody was there until now."""
    _move_back(client, "lock_signed_in", how_long)


def _move_back(client: Client, mark: str, how_long: timedelta) -> None:
    session = client.session
    session[mark] -= how_long.total_seconds()
    session.save()


def lock_page(after: str = "") -> str:
    return reverse("lock:page") + (f"?{urlencode({'next': after})}" if after else "")


def unlock(client: Client, code: str, after: str = ""):
    return client.post(reverse("lock:page"), {"way": "code", "code": code, "next": after})


def send_number(client: Client):
    return client.post(
        reverse("reach:add"), NUMBER, headers={"Referer": f"http://testserver{PAGE}"}
    )


class Forms(HTMLParser):
    """Every form of a page: where it goes, and its hidden fields in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes) -> None:
        given = dict(attributes)
        if tag == "form":
            self.found.append((given.get("action", ""), []))
        elif tag == "input" and given.get("type") == "hidden" and self.found:
            self.found[-1][1].append((given["name"], given.get("value") or ""))

    def going_to(self, path: str) -> list[tuple[str, str]]:
        return next(fields for action, fields in self.found if action == path)
