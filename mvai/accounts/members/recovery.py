"""Back in after the second factor is lost: one administrator opens it, another confirms it."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.actions import reset_second_factor
from mvai.accounts.members import rules
from mvai.accounts.members.authority import MemberRefused, administrator, both
from mvai.accounts.members.models import FactorRecovery
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log
from mvai.outbox import actions as outbox

RECOVERY_OPENED = "recovery_opened"
RECOVERED = "second_factor_reset"
LASTS = timedelta(hours=24)
REASON_AT_LEAST = 10  # characters: the second administrator goes by it


@transaction.atomic
def open_recovery(*, user: User, reason: str, by: User, at: datetime) -> FactorRecovery:
    """Say that `user` has lost the second factor. Nothing changes until another confirms it.

    The other administrators are told. While one is open, asking again finds it. Raises
    MemberRefused with the field to blame.
    """
    by, user = both(by, user)
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        raise MemberRefused(_("Say how you know that it is them who asked."), "reason")
    if rules.standing_of(user, at) != rules.Standing.ACTIVE:
        raise MemberRefused(_("Nobody signs in to this account now, so there is nothing to do."))
    if not Authenticator.objects.filter(user=user).exists():
        raise MemberRefused(_("No second factor is set up. It is asked for at the next sign-in."))
    unconfirmed = FactorRecovery.objects.unconfirmed().filter(user=user)
    if running := unconfirmed.open(at).first():
        return running
    unconfirmed.update(ended_at=at)
    opened = FactorRecovery.objects.create(
        user=user, reason=reason[:280], opened_by=by, opened_at=at, expires_at=at + LASTS
    )
    log.record(
        verb="account.recovery_opened", target=user, by=by, at=at, recovery=opened.pk,
        until=opened.expires_at,
    )  # fmt: skip
    others = User.objects.with_role(Role.ADMINISTRATOR).exclude(pk__in=[by.pk, user.pk])
    outbox.enqueue(
        purpose=RECOVERY_OPENED, subject=opened, people=[one.person for one in others], at=at
    )
    return opened


@transaction.atomic
def confirm_recovery(*, recovery: FactorRecovery, by: User, at: datetime) -> FactorRecovery:
    """A second administrator agrees: factors, sessions and the password are gone, a link is sent.

    The password goes too, or whoever knows it could set up a factor before the owner does.
    Safe to repeat. Raises MemberRefused.
    """
    by, user = both(by, recovery.user)
    found = _locked(recovery)
    if found.confirmed_at is not None:
        return found
    if not found.is_open(at):
        raise MemberRefused(_("This is no longer open. If it is still needed, open it anew."))
    if found.opened_by_id == by.pk:
        raise MemberRefused(_("You opened it. Another administrator confirms it."))
    if not user.is_active:
        raise MemberRefused(_("This account was turned off in the meantime."))
    found.confirmed_by, found.confirmed_at = by, at
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    log.record(
        verb="account.recovery_confirmed", target=user, by=by, at=at, recovery=found.pk,
        opened_by=found.opened_by_id,
    )  # fmt: skip
    user.set_unusable_password()
    user.save(update_fields=["password"])
    reset_second_factor(user=user, by=by, at=at)
    outbox.enqueue(purpose=RECOVERED, subject=found, people=[user.person], at=at)
    return found


@transaction.atomic
def withdraw_recovery(*, recovery: FactorRecovery, by: User, at: datetime) -> FactorRecovery:
    """It isn't needed, or looks wrong. Any administrator may say so; safe to repeat."""
    by = administrator(by)
    found = _locked(recovery)
    if found.confirmed_at is not None:
        raise MemberRefused(_("It has been confirmed already."))
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
        log.record(
            verb="account.recovery_withdrawn", target=found.user, by=by, at=at, recovery=found.pk
        )
    return found


def _locked(recovery: FactorRecovery) -> FactorRecovery:
    return FactorRecovery.objects.select_for_update(of=("self",)).get(pk=recovery.pk)
