"""What an administrator does about somebody else's account."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts import leaving
from mvai.accounts.actions import AccountRefused, create_account, end_sessions_of
from mvai.accounts.members import addresses, rules
from mvai.accounts.members.authority import MemberRefused, administrator, both
from mvai.accounts.members.models import Invitation
from mvai.accounts.models import User
from mvai.accounts.roles import STAFF
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.people.models import Person

INVITATION = "invitation"
LASTS = timedelta(hours=72)

_JOINERS = "\u200c\u200d"  # unseen, and part of how some names are written


@transaction.atomic
def invite(
    *, email: str, full_name: str, roles: Iterable[str], by: User, at: datetime, title: str = ""
) -> User:
    """Make an account that nobody can sign in to yet, and mail its person a link, good for 72 h.

    Raises MemberRefused with the field to blame, PermissionDenied for whoever may not.
    """
    by = administrator(by)
    roles = sorted(set(roles))
    address = addresses.as_kept(email)
    if wrong := addresses.why_not(address):
        raise MemberRefused(wrong, "email")
    if wrong := rules.why_not_these(roles, by=by):
        raise MemberRefused(wrong, "roles")
    person = Person.objects.create(
        full_name=_seen(full_name, "full_name"), title=_seen(title, "title", may_be_empty=True)
    )
    try:
        user = create_account(email=address, person=person, roles=roles, by=by, at=at)
    except AccountRefused as refusal:
        raise MemberRefused(str(refusal), "email") from None
    send_invitation(user=user, by=by, at=at)
    return user


def send_invitation(*, user: User, by: User, at: datetime) -> Invitation:
    """Let `user`, who never signed in, choose a password within 72 h; links sent before end.

    For the transaction in which the account is made, or asked to come again.
    """
    user.set_unusable_password()  # another one than before: what was signed over it ends
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    invitation, _made = Invitation.objects.update_or_create(
        user=user,
        defaults={
            "invited_by": by,
            "invited_at": at,
            "expires_at": at + LASTS,
            "withdrawn_at": None,
        },
    )
    outbox.enqueue(
        purpose=INVITATION,
        subject=invitation,
        people=[user.person],
        at=at,
        occurrence=f"{at:%Y%m%d%H%M%S%f}",
    )
    log.record(verb="account.invited", target=user, by=by, at=at, until=invitation.expires_at)
    return invitation


@transaction.atomic
def invite_again(*, user: User, by: User, at: datetime) -> Invitation:
    """A new link, also after the first ran out or was withdrawn."""
    by, user = both(by, user)
    invitation = rules.invitation_of(user)
    if invitation is None or invitation.accepted_at is not None:
        raise MemberRefused(_("This person has an account already. They can sign in."))
    return send_invitation(user=user, by=by, at=at)


@transaction.atomic
def withdraw_invitation(*, user: User, by: User, at: datetime) -> None:
    """The link ends at once. The account stays, turned off, and can be invited again."""
    by, user = both(by, user)
    invitation = rules.invitation_of(user)
    if invitation is None or invitation.accepted_at is not None:
        raise MemberRefused(_("They have accepted it already. You can turn the account off."))
    if invitation.withdrawn_at is not None:
        return
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    user.set_unusable_password()
    user.is_active = False
    user.save(update_fields=["password", "is_active"])
    log.record(verb="account.invitation_withdrawn", target=user, by=by, at=at)


def accept_invitation(*, user: User, at: datetime) -> None:
    """Whoever chose a password by the link has joined. For the transaction that keeps it."""
    waiting = Invitation.objects.unanswered().filter(user=user)
    if waiting.update(accepted_at=at):
        log.record(verb="account.invitation_accepted", target=user, by=user, at=at)


@transaction.atomic
def change_roles(*, user: User, roles: Iterable[str], by: User, at: datetime) -> User:
    """From the next page on `user` may do what these roles may, and nothing else."""
    by, user = both(by, user)
    wanted = sorted(set(roles))
    if wrong := rules.why_not_these(wanted, by=by, had=user.roles):
        raise MemberRefused(wrong, "roles")
    if wanted == sorted(user.roles):
        return user
    worked_desk, before = user.is_staff_member, set(user.roles)
    user.roles = wanted
    user.save(update_fields=["roles"])
    log.record(
        verb="account.roles_changed",
        target=user,
        by=by,
        at=at,
        added=sorted(set(wanted) - before),
        removed=sorted(before - set(wanted)),
    )
    if worked_desk and STAFF.isdisjoint(wanted):
        leaving.leave(user=user, by=by, at=at)
    return user


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> User:
    """Nobody signs in to it any more, and what they had on hand goes back to the desk.

    Nothing they wrote is deleted. Safe to repeat.
    """
    by, user = both(by, user)
    if rules.standing_of(user, at) not in (rules.Standing.ACTIVE, rules.Standing.OFF):
        raise MemberRefused(_("They have not joined yet. Withdraw the invitation instead."))
    if not user.is_active:
        return user
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = end_sessions_of(user)
    log.record(verb="account.deactivated", target=user, by=by, at=at, sessions=ended)
    leaving.leave(user=user, by=by, at=at)
    return user


@transaction.atomic
def activate(*, user: User, by: User, at: datetime) -> User:
    """They may sign in again, as before. What was given back stays with whoever has it now."""
    by, user = both(by, user)
    if rules.standing_of(user, at) not in (rules.Standing.ACTIVE, rules.Standing.OFF):
        raise MemberRefused(_("They have not joined yet. Send the invitation again instead."))
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        log.record(verb="account.activated", target=user, by=by, at=at)
    return user


@transaction.atomic
def end_sessions(*, user: User, by: User, at: datetime) -> int:
    """Sign `user` out everywhere; how many sessions ended."""
    by, user = both(by, user)
    ended = end_sessions_of(user)
    log.record(verb="account.sessions_ended", target=user, by=by, at=at, sessions=ended)
    return ended


def _seen(words: str, field: str, *, may_be_empty: bool = False) -> str:
    """A name in one line, without characters that can't be seen or turn the line around."""
    line = " ".join(words.split())
    if any(unicodedata.category(one) in ("Cc", "Cf") and one not in _JOINERS for one in line):
        raise MemberRefused(_("This holds a character that can’t be seen. Type it by hand."), field)
    if not line.strip(_JOINERS) and not may_be_empty:
        raise MemberRefused(_("Enter the name."), field)
    return line
