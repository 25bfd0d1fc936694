"""Accounts are made by commands, with a link to choose a password; passwords are reset by mail."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.urls import reverse

from mvai.accounts import actions
from mvai.accounts.models import User
from mvai.audit.models import AuditEntry
from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.people.models import Channel, ContactPoint, Person
from mvai.web import sealing
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a quiet lake in autumn"


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_account", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_an_account_and_says_where_to_choose_a_password(client):
    said = create("Dana@mvai.example", "--name", "Dana Ruiz", "--role", "duty_officer")

    user = User.objects.get(email="dana@mvai.example")
    assert user.roles == ["duty_officer"]
    path = re.search(r"https?://[^/]+(\S+)", said)[1]
    page = client.get(path, follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert answer.status_code == 302
    assert user.check_password(PASSWORD)


def test_the_link_is_good_once(client):
    said = create("dana@mvai.example", "--name", "Dana Ruiz", "--role", "duty_officer")
    path = re.search(r"https?://[^/]+(\S+)", said)[1]
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    again = client.get(path, follow=True)

    assert "This link is no longer good" in again.content.decode()


def test_the_person_can_be_reached_afterward():
    create(
        *("dana@mvai.example", "--name", "Dana Ruiz", "--role", "duty_officer"),
        *("--role", "program_manager", "--cell", "(202) 555-0143"),
    )

    channels = ContactPoint.objects.values_list("channel", flat=True)
    assert set(channels) == {Channel.EMAIL, Channel.SMS}


def test_a_second_account_for_an_address_is_refused_and_leaves_no_person_behind():
    create("dana@mvai.example", "--name", "Dana Ruiz", "--role", "duty_officer")

    with pytest.raises(CommandError, match="This address has an account"):
        create("DANA@mvai.example", "--name", "Somebody Else", "--role", "auditor")

    assert not Person.objects.filter(full_name="Somebody Else").exists()


@pytest.mark.parametrize(
    "roles", [[], ["emperor"], ["system"], ["auditor", "wellness_coordinator"]]
)
def test_an_account_has_roles_that_go_together(roles):
    with pytest.raises(actions.AccountRefused):
        actions.create_account(
            email="x@mvai.example", person=PersonFactory(), roles=roles, by=None, at=NOON
        )


def test_making_an_account_is_in_the_log():
    user = actions.create_account(
        email="x@mvai.example", person=PersonFactory(), roles=["auditor"], by=None, at=NOON
    )

    assert AuditEntry.objects.about(user).get(verb="account.created").facts == {
        "roles": ["auditor"]
    }


@pytest.fixture
def dana():
    return actions.create_account(
        email="dana@mvai.example",
        person=PersonFactory(),
        roles=["duty_officer"],
        by=None,
        at=NOON,
        password="the old password",
    )


def ask_for_a_link(client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_link_to_choose_a_password_is_promised_like_every_message(client, dana):
    ask_for_a_link(client, "dana@mvai.example")

    message = Message.objects.get(purpose="password_reset")
    assert message.person == dana.person
    context = purposes.get("password_reset").context(message)
    assert set(context) == {"url"}
    assert "/account/password/reset/key/" in context["url"]


def test_an_address_without_an_account_gets_the_same_answer_and_no_message(client, dana):
    known = ask_for_a_link(client, "dana@mvai.example")
    unknown = ask_for_a_link(client, "nobody@agency.example")

    assert known["Location"] == unknown["Location"]
    assert Message.objects.count() == 1


def test_for_a_lost_phone_the_second_factor_is_forgotten(dana):
    TOTP.activate(dana, generate_totp_secret())

    actions.reset_second_factor(user=dana, by=None, at=NOON)

    assert not Authenticator.objects.exists()


def test_a_new_key_is_a_key(settings):
    out = StringIO()
    call_command("make_mfa_key", stdout=out)
    settings.MFA_KEY = out.getvalue().strip()

    assert sealing.unseal(sealing.seal("secret")) == "secret"


def test_with_a_new_key_before_it_the_old_one_still_opens(settings):
    settings.MFA_KEY = old = sealing.make_key()
    sealed = sealing.seal("secret")

    settings.MFA_KEY = f"{sealing.make_key()},{old}"
    assert sealing.unseal(sealed) == "secret"

    settings.MFA_KEY = sealing.make_key()
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed)


def errors() -> set[str]:
    return {error.id for error in run_checks() if error.id and error.id.startswith("accounts.")}


def test_a_key_that_is_none_is_refused_at_the_start(settings):
    settings.MFA_KEY = "not a key"

    assert errors() == {"accounts.E002"}


def test_production_refuses_the_demonstration(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(settings.ENVIRONMENT, "name", "production")

    assert "accounts.E001" in errors()


class TestTheDemonstration:
    @pytest.fixture(autouse=True)
    def _demo(self, settings):
        settings.DEMO = True

    def test_it_lists_its_people_by_role(self, client):
        UserFactory(duty_officer=True)

        page = client.get(reverse("accounts:demo")).content.decode()

        assert "Duty officer" in page
        assert "Dana Ruiz" in page

    def test_one_click_signs_in(self, client):
        user = UserFactory(duty_officer=True)

        client.post(reverse("accounts:demo_sign_in"), {"user": user.pk})

        assert client.get(reverse("duty:roster")).status_code == 200

    def test_one_click_changes_over_to_another_person(self, client):
        client.post(reverse("accounts:demo_sign_in"), {"user": UserFactory(auditor=True).pk})
        client.post(reverse("accounts:demo_sign_in"), {"user": UserFactory(duty_officer=True).pk})

        assert client.get(reverse("dashboard:audit")).status_code == 403
        assert client.get(reverse("duty:roster")).status_code == 200

    def test_looking_signs_nobody_in(self, client):
        user = UserFactory(duty_officer=True)

        assert client.get(reverse("accounts:demo_sign_in"), {"user": user.pk}).status_code == 405

    def test_a_session_of_the_demonstration_ends_with_it(self, client, settings):
        user = UserFactory(duty_officer=True)
        client.post(reverse("accounts:demo_sign_in"), {"user": user.pk})

        settings.DEMO = False

        assert client.get(reverse("duty:roster")).status_code == 302

    @pytest.mark.parametrize("chosen", ["", "x", "-1", "99999999999999999999", "²"])
    def test_nobody_is_a_404(self, client, chosen):
        answer = client.post(reverse("accounts:demo_sign_in"), {"user": chosen})

        assert answer.status_code == 404

    def test_nobody_signs_in_as_the_portal(self, client):
        system = User.objects.system()

        answer = client.post(reverse("accounts:demo_sign_in"), {"user": system.pk})

        assert answer.status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_the_demonstration_its_pages_do_not_exist(client, settings, method):
    settings.DEMO = False
    user = UserFactory(duty_officer=True)

    name = "accounts:demo" if method == "get" else "accounts:demo_sign_in"
    answer = getattr(client, method)(reverse(name), {"user": user.pk})

    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session
