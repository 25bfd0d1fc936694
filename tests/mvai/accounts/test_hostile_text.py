"""Whatever is typed into the forms of signing in: an answer in words, and never a broken page."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import hypothesis
import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import Phase, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mvai.accounts.models import User
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import HALF_AN_HOUR, PASSWORD, leave_alone

SNIPPETS = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% now %}",
    "%s %(name)s {0}",
    "'; DROP TABLE accounts_user; --",
    "\x00",
    "a\x00b@agency.example",
    "\u202ekcatta\u202c",
    "\u200f\u2066\ufeff\u2028\u2029",
    "\ud800",  # half a pair; a POST can carry its bytes
    "\udfff\ud83d",
    "e\u0301" * 300,
    "9" * 5000,
    "@" * 300,
    "a@" + "b" * 300 + ".example",
    "x" * 10_000,
    "\r\nBcc: everybody@agency.example",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
)
# All characters, half pairs too: bytes that are no UTF-8 reach the portal as well.
ANY = st.one_of(
    st.sampled_from(SNIPPETS),
    st.text(st.characters(exclude_categories=[]), max_size=120),
    st.tuples(st.sampled_from(SNIPPETS), st.text(max_size=40)).map("".join),
)


# What a device answers, with anything in it.
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), ANY),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_CLIENT_DATA = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQSIsIm9yaWdpbiI6Imh0dHA6Ly94In0"
_PART = st.one_of(st.sampled_from(["AAAA", _CLIENT_DATA, "A" * 200, "MQ"]), _VALUES)
_PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
_RESPONSE = st.one_of(_VALUES, st.fixed_dictionaries(dict.fromkeys(_PARTS, _PART)))
_NAMES = ("id", "rawId", "type", "authenticatorAttachment", "clientExtensionResults")
ANSWERS = st.one_of(
    ANY,
    st.sampled_from(["[" * 5_000, '{"id": ' + "9" * 5000 + "}", "NaN", "null", "{}", "[]"]),
    _VALUES.map(json.dumps),
    st.tuples(st.fixed_dictionaries(dict.fromkeys(_NAMES, _PART)), _RESPONSE).map(
        lambda parts: json.dumps(parts[0] | {"response": parts[1]})
    ),
)


def post(client: Client, path: str, fields: dict[str, str]):
    """As a browser, or whoever plays one, would put it: half pairs as their three bytes."""
    body = urlencode(
        {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    )
    return client.post(path, body, content_type="application/x-www-form-urlencoded")


def nobody() -> Client:
    return Client()


def half_way() -> Client:
    """The password was right; a code is to follow."""
    client, user = Client(), _person()
    TOTP.activate(user, generate_totp_secret())
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def new_here() -> Client:
    """Signed in by a password alone, with a second factor to set up."""
    return sign_in(Client(), _person(), method="password")


def at_work() -> Client:
    user = _person()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return sign_in(Client(), user)


def a_while_ago() -> Client:
    client = at_work()
    session = client.session
    for step in session["account_authentication_methods"]:
        step["at"] = time.time() - 3600
    session.save()
    return client


def locked() -> Client:
    client = at_work()
    leave_alone(client, HALF_AN_HOUR)
    return client


def _person() -> User:
    user = UserFactory(duty_officer=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def reset_link(client: Client) -> str:
    user = _person()
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    moved: str = client.get(path)["Location"]
    return moved


def passkey(client: Client) -> str:
    user = User.objects.get(pk=client.session["_auth_user_id"])
    key = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Stick", "credential": {}}
    )
    return reverse("mfa_edit_webauthn", args=[key.pk])


@dataclass(frozen=True)
class Form:
    """Its address by name, who has it open, its fields, and the address itself where need be."""

    name: str
    opened_by: Callable[[], Client]
    fields: tuple[str, ...]
    address: Callable[[Client], str] | None = None


FORMS = {
    "signing_in": Form("account_login", nobody, ("login", "password", "next")),
    "the_code": Form("mfa_authenticate", half_way, ("code",)),
    "a_passkey_after_the_password": Form("mfa_authenticate", half_way, ("credential",)),
    "setting_the_app_up": Form("mfa_activate_totp", new_here, ("code",)),
    "a_passkey_to_sign_in_with": Form("mfa_login_webauthn", nobody, ("credential",)),
    "a_new_passkey": Form("mfa_add_webauthn", at_work, ("name", "credential")),
    "renaming_a_passkey": Form("mfa_edit_webauthn", at_work, ("name",), passkey),
    "a_forgotten_password": Form("account_reset_password", nobody, ("email",)),
    "the_new_password": Form(
        "account_reset_password_from_key", nobody, ("password1", "password2"), reset_link
    ),
    "another_password": Form(
        "account_change_password", at_work, ("oldpassword", "password1", "password2")
    ),
    "who_is_there_by_password": Form("account_reauthenticate", a_while_ago, ("password", "next")),
    "who_is_there_by_code": Form("mfa_reauthenticate", a_while_ago, ("code", "next")),
    "who_is_there_by_passkey": Form(
        "mfa_reauthenticate_webauthn", a_while_ago, ("credential", "next")
    ),
    "new_recovery_codes": Form("mfa_generate_recovery_codes", at_work, ("next",)),
    "no_app_any_more": Form("mfa_deactivate_totp", at_work, ("next",)),
    "the_lock": Form("lock:page", locked, ("code", "way", "credential", "next")),
    "a_leaders_number": Form("requests:mine_code", nobody, ("where",)),
    "a_leaders_code": Form("requests:mine_open", nobody, ("code",)),
}


@override_settings(
    ACCOUNT_RATE_LIMITS=False,
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)
class AnyTextIsAnswered(TestCase):
    """One test for each form, below; the client raises what would be a 500."""


def _make(form: Form):
    typed = {field: ANSWERS if field == "credential" else ANY for field in form.fields}

    # What fails is shown as it was found: making such texts smaller takes minutes.
    @hypothesis.settings(max_examples=20, phases=(Phase.explicit, Phase.generate))
    @given(st.fixed_dictionaries(typed))
    def test(self, typed: dict[str, str]) -> None:
        client = form.opened_by()
        path = form.address(client) if form.address else reverse(form.name)
        client.get(path)
        answer = post(client, path, typed)

        assert answer.status_code < 500
        page = answer.content.decode()
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page
        if answer.status_code in (302, 303):
            assert answer["Location"].startswith("/")

    return test


for _words, _form in FORMS.items():
    setattr(AnyTextIsAnswered, f"test_{_words}", _make(_form))


@pytest.mark.django_db
@pytest.mark.parametrize("half", ["%ED%A0%80", "%ED%BF%BF%ED%A0%BD", "%FF%FE", "%C0%AF", "%00"])
def test_bytes_that_are_no_text_are_a_wrong_number_and_no_more(half):
    answer = Client().post(
        reverse("requests:mine_code"),
        f"where=%2B1202555{half}0143",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in (200, 302, 303)
