"""Nobody who sees more than their own request is in with a password alone."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from mvai.accounts.roles import Role
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD, code_of

pytestmark = pytest.mark.django_db

BEYOND = [role for role in Role if role not in (Role.REQUESTER, Role.SYSTEM)]


def give_password(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def is_in(client) -> bool:
    answer = client.get(reverse("duty:roster"))
    return answer.status_code == 200


@pytest.mark.parametrize("role", BEYOND)
def test_with_a_password_alone_every_role_beyond_requester_is_sent_to_set_up(client, role):
    sign_in(client, UserFactory(roles=[role]), method="password")

    answer = client.get(reverse("dashboard:home"))

    assert answer["Location"] == reverse("mfa_activate_totp")


def test_a_requester_needs_none(client):
    sign_in(client, UserFactory(), method="password")

    assert client.get(reverse("dashboard:home")).status_code == 200


def test_what_is_posted_with_a_password_alone_does_nothing(client, dana):
    sign_in(client, dana, method="password")

    answer = client.post(reverse("duty:add_shift"))

    assert answer["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("name", ["site:support", "account_logout", "requests:landing"])
def test_what_everyone_may_open_stays_open(client, dana, name):
    sign_in(client, dana, method="password")

    assert client.get(reverse(name)).status_code == 200


def test_the_second_factor_is_set_up_at_the_first_sign_in(client, dana):
    give_password(client, dana)
    page = client.get(reverse("mfa_activate_totp"))

    client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})

    assert Authenticator.objects.filter(user=dana, type="totp").exists()


@pytest.mark.django_db(transaction=True)
def test_having_set_it_up_one_is_in_without_another_code(client, dana):
    give_password(client, dana)
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})

    assert is_in(client)


def test_a_wrong_code_sets_nothing_up_and_is_said_beside_the_field(client, dana):
    give_password(client, dana)
    client.get(reverse("mfa_activate_totp"))

    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert answer.context["form"].errors["code"]
    assert not Authenticator.objects.exists()


def test_password_and_code_let_one_in(client, dana, secret):
    answer = give_password(client, dana)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert is_in(client)


def test_the_password_alone_leaves_one_outside(client, dana, secret):
    give_password(client, dana)

    assert not is_in(client)


def test_a_recovery_code_lets_one_in_once(client, dana, secret):
    codes = RecoveryCodes.activate(dana)
    code = codes.get_unused_codes()[0]
    give_password(client, dana)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(client)

    client.logout()
    give_password(client, dana)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(client)


def test_a_session_from_before_the_second_factor_must_prove_it(client, dana, secret):
    sign_in(client, dana, method="password")

    answer = client.get(reverse("duty:roster"))

    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))


def test_having_proven_it_one_goes_on_where_one_was_going(client, dana, secret):
    sign_in(client, dana, method="password")
    asked = client.get(reverse("duty:roster"))["Location"]

    answer = client.post(asked, {"code": code_of(secret), "next": reverse("duty:roster")})

    assert answer["Location"] == reverse("duty:roster")
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
def test_who_forgets_the_old_phone_must_set_up_the_new_one(client, dana, secret):
    give_password(client, dana)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    client.post(reverse("mfa_deactivate_totp"))

    assert client.get(reverse("duty:roster"))["Location"] == reverse("mfa_activate_totp")


def test_secrets_are_sealed_in_the_database(dana, secret):
    stored = Authenticator.objects.get(user=dana).data["secret"]

    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_long_after_signing_in_a_change_of_the_second_factor_asks_for_the_password(client, dana):
    sign_in(client, dana)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_wrong_password_is_refused_and_the_address_stays(client, dana):
    answer = give_password(client, dana, "something else")

    assert answer.status_code == 200
    assert "dana@mvai.example" in answer.content.decode()


def test_after_five_wrong_passwords_even_the_right_one_waits(client, dana):
    for _attempt in range(5):
        give_password(client, dana, "something else")

    give_password(client, dana)

    assert "_auth_user_id" not in client.session
    assert "account_login" not in client.session  # no half sign-in is left either


def test_a_closed_account_stays_out(client, dana):
    dana.is_active = False
    dana.save()

    give_password(client, dana)

    assert "_auth_user_id" not in client.session


def test_there_is_no_sign_up(client):
    answer = client.post(
        reverse("account_signup"), {"email": "new@agency.example", "password1": PASSWORD}
    )

    assert "There is no sign-up here" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "email/",
        "confirm-email/",
        "login/code/",
        "login/code/confirm/",
        "2fa/webauthn/",
        "3rdparty/",
        "social/login/cancelled/",
    ],
)
def test_the_other_addresses_of_allauth_do_not_exist(client, dana, path):
    sign_in(client, dana)

    assert client.get(f"/account/{path}").status_code == 404


def test_signing_out_needs_a_post(client, dana):
    sign_in(client, dana)
    client.get(reverse("account_logout"))
    assert is_in(client)

    client.post(reverse("account_logout"))
    assert not is_in(client)


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "usersessions_list",
    ],
)
def test_every_page_about_accounts_has_our_frame_and_no_inline_style(client, dana, name):
    if name not in ("account_login", "account_signup"):
        sign_in(client, dana)
    if name not in ("account_login", "account_signup", "mfa_activate_totp"):
        TOTP.activate(dana, generate_totp_secret())
        RecoveryCodes.activate(dana)

    answer = client.get(reverse(name))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert 'id="main"' in page
    assert "style=" not in page
    assert "<script>" not in page
