"""A lost second factor takes two administrators, and a link to start anew."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from mvai.accounts.members import recovery
from mvai.accounts.members.authority import MemberRefused
from mvai.accounts.models import FactorRecovery
from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from mvai.outbox import purposes
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.factories.accounts import FactorRecoveryFactory, UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

WHY = "Called back on the number we have."


@pytest.fixture
def omar():
    return UserFactory(administrator=True)


@pytest.fixture
def dana():
    user = UserFactory(duty_officer=True)
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def opened(dana, lena):
    return recovery.open_recovery(user=dana, reason=WHY, by=lena, at=NOON)


def test_opening_it_changes_nothing_however_often(opened, dana, lena):
    recovery.open_recovery(user=dana, reason=WHY, by=lena, at=NOON)

    dana.refresh_from_db()
    assert Authenticator.objects.filter(user=dana).exists()
    assert dana.check_password(PASSWORD)
    assert FactorRecovery.objects.count() == 1


def test_the_other_administrators_are_told_and_no_one_else(dana, lena, omar):
    opened = recovery.open_recovery(user=dana, reason=WHY, by=lena, at=NOON)

    told = Message.objects.filter(purpose="recovery_opened")
    assert {message.person for message in told} == {omar.person}
    message = told.first()
    purpose = purposes.get("recovery_opened")
    assert set(purpose.context(message)) == {"url"}
    assert purpose.is_relevant(message, NOON) == ""
    recovery.withdraw_recovery(recovery=opened, by=omar, at=NOON)
    assert purpose.is_relevant(message, NOON)


def test_confirmed_by_another_it_removes_factors_password_and_sessions(opened, dana, omar):
    theirs = sign_in(Client(), dana)
    assert theirs.get(reverse("duty:now")).status_code == 200

    recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)

    dana.refresh_from_db()
    assert not Authenticator.objects.filter(user=dana).exists()
    assert not dana.has_usable_password()
    assert theirs.get(reverse("duty:now"))["Location"].startswith(reverse("account_login"))


def test_the_link_leads_back_in_to_setting_up_a_new_factor(opened, dana, omar):
    recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)
    message = Message.objects.get(purpose="second_factor_reset", person=dana.person)
    purpose = purposes.get("second_factor_reset")
    assert purpose.is_relevant(message, NOON) == ""
    url = purpose.context(message)["url"]

    client = Client()
    page = client.get(url[url.index("/account/") :], follow=True)
    new = "another lake in autumn"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    client.post(reverse("account_login"), {"login": dana.email, "password": new})

    assert client.get(reverse("duty:now"))["Location"] == reverse("mfa_activate_totp")
    assert purpose.is_relevant(message, NOON)  # one who is back in needs no second link


def test_whoever_opened_it_cannot_confirm_it(opened, dana, lena):
    with pytest.raises(MemberRefused, match="Another administrator"):
        recovery.confirm_recovery(recovery=opened, by=lena, at=NOON)

    assert Authenticator.objects.filter(user=dana).exists()


def test_nobody_opens_or_confirms_their_own(lena, omar):
    TOTP.activate(lena, generate_totp_secret())
    with pytest.raises(MemberRefused, match="your own"):
        recovery.open_recovery(user=lena, reason=WHY, by=lena, at=NOON)
    opened = recovery.open_recovery(user=lena, reason=WHY, by=omar, at=NOON)
    with pytest.raises(MemberRefused, match="your own"):
        recovery.confirm_recovery(recovery=opened, by=lena, at=NOON)


def test_after_24_hours_it_is_too_late_and_can_be_opened_anew(opened, dana, lena, omar):
    late = NOON + timedelta(hours=24)
    with pytest.raises(MemberRefused, match="no longer open"):
        recovery.confirm_recovery(recovery=opened, by=omar, at=late)

    anew = recovery.open_recovery(user=dana, reason=WHY, by=lena, at=late)
    assert anew.pk != opened.pk


def test_a_withdrawn_one_is_not_confirmed(opened, dana, omar):
    recovery.withdraw_recovery(recovery=opened, by=omar, at=NOON)

    with pytest.raises(MemberRefused, match="no longer open"):
        recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)
    assert Authenticator.objects.filter(user=dana).exists()


def test_a_confirmed_one_is_done_once_and_not_withdrawn(opened, omar):
    for _again in range(2):
        recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)

    assert Message.objects.filter(purpose="second_factor_reset").count() == 1
    with pytest.raises(MemberRefused, match="confirmed already"):
        recovery.withdraw_recovery(recovery=opened, by=omar, at=NOON)


def test_an_account_turned_off_meanwhile_stays_as_it_is(opened, dana, omar):
    dana.is_active = False
    dana.save()

    with pytest.raises(MemberRefused, match="turned off"):
        recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.PROGRAM_MANAGER, Role.AUDITOR])
def test_only_administrators_open_confirm_or_withdraw_it(opened, dana, role):
    by = UserFactory(roles=[role])

    for act in (
        lambda: recovery.open_recovery(user=dana, reason=WHY, by=by, at=NOON),
        lambda: recovery.confirm_recovery(recovery=opened, by=by, at=NOON),
        lambda: recovery.withdraw_recovery(recovery=opened, by=by, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_it_needs_a_reason_of_some_words_and_a_factor_to_remove(dana, lena):
    with pytest.raises(MemberRefused, match="how you know") as refusal:
        recovery.open_recovery(user=dana, reason="  lost   it ", by=lena, at=NOON)
    assert refusal.value.field == "reason"

    other = UserFactory(duty_officer=True)
    with pytest.raises(MemberRefused, match="No second factor"):
        recovery.open_recovery(user=other, reason=WHY, by=lena, at=NOON)


def test_the_log_has_both_and_not_the_reason(opened, dana, lena, omar):
    recovery.confirm_recovery(recovery=opened, by=omar, at=NOON)

    entries = AuditEntry.objects.about(dana)
    assert entries.get(verb="account.recovery_opened").actor_id == lena.pk
    confirmed = entries.get(verb="account.recovery_confirmed")
    assert (confirmed.actor_id, confirmed.facts["opened_by"]) == (omar.pk, lena.pk)
    assert not any("Called" in str(entry.facts) for entry in entries)


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"reason": ""}, "gives_a_reason"),
        ({"expires_at": NOON}, "expires_after"),
        ({"confirmed_at": NOON}, "confirmed_whole"),
    ],
)
def test_the_database_refuses_half_a_record(given, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FactorRecoveryFactory(**given)


def test_the_database_wants_two_people_as_well(lena, dana):
    confirmed = {"confirmed_by": lena, "confirmed_at": NOON}
    with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
        FactorRecoveryFactory(opened_by=lena, **confirmed)
    with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
        FactorRecoveryFactory(opened_by=lena, user=lena)


def test_the_database_keeps_one_open_at_a_time(opened, dana):
    with pytest.raises(IntegrityError, match="one_open_recovery"), transaction.atomic():
        FactorRecoveryFactory(user=dana)


def test_two_administrators_do_it_from_their_pages(dana, lena, omar):
    page = reverse("members:detail", args=[dana.pk])
    hers, his = sign_in(Client(), lena), sign_in(Client(), omar)
    short = hers.post(reverse("members:open_recovery", args=[dana.pk]), {"reason": "lost"})
    assert "Say how you know" in short.content.decode()
    hers.post(reverse("members:open_recovery", args=[dana.pk]), {"reason": WHY})
    opened = FactorRecovery.objects.get()
    confirm = reverse("members:confirm_recovery", args=[opened.pk])

    assert confirm not in hers.get(page).content.decode()
    assert (
        "It waits for a second administrator" in his.get(reverse("members:list")).content.decode()
    )
    assert WHY in his.get(page).content.decode()
    assert "You opened it" in hers.post(confirm, follow=True).content.decode()
    assert "A link to start anew" in his.post(confirm, follow=True).content.decode()
    assert not Authenticator.objects.exists()
