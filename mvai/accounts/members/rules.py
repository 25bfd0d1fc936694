"""Who may do what to whose account, and how an account stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.accounts.members.models import Invitation
from mvai.accounts.models import User
from mvai.accounts.roles import KEPT_APART, Permission, Role


class Standing(TextChoices):
    """How an account stands now, for the list and the page."""

    ACTIVE = "active", gettext_lazy("In use")
    INVITED = "invited", gettext_lazy("Invited")
    EXPIRED = "expired", gettext_lazy("Invitation ran out")
    WITHDRAWN = "withdrawn", gettext_lazy("Invitation withdrawn")
    OFF = "off", gettext_lazy("Turned off")


TONES = {
    Standing.ACTIVE: "settled",
    Standing.INVITED: "people",
    Standing.EXPIRED: "attention",
    Standing.WITHDRAWN: "plain",
    Standing.OFF: "plain",
}


def invitation_of(user: User) -> Invitation | None:
    """None for an account made by a command; else the invitation, whatever became of it."""
    return getattr(user, "invitation", None)


def standing_of(user: User, at: datetime) -> Standing:
    """As `where` asks the database."""
    invitation = invitation_of(user)
    if invitation is None or invitation.accepted_at is not None:
        return Standing.ACTIVE if user.is_active else Standing.OFF
    if invitation.withdrawn_at is not None:
        return Standing.WITHDRAWN
    return Standing.INVITED if at < invitation.expires_at else Standing.EXPIRED


def where(standing: str, at: datetime) -> Q:
    """The accounts that stand so."""
    joined = Q(invitation=None) | Q(invitation__accepted_at__isnull=False)
    waits = Q(invitation__isnull=False, invitation__accepted_at=None)
    unanswered = waits & Q(invitation__withdrawn_at=None)
    return {
        Standing.ACTIVE: joined & Q(is_active=True),
        Standing.OFF: joined & Q(is_active=False),
        Standing.INVITED: unanswered & Q(invitation__expires_at__gt=at),
        Standing.EXPIRED: unanswered & Q(invitation__expires_at__lte=at),
        Standing.WITHDRAWN: waits & Q(invitation__withdrawn_at__isnull=False),
    }[Standing(standing)]


def may_choose_password(user: User, at: datetime) -> bool:
    """Whether a link to choose a password is good for this account now."""
    if not user.is_active:
        return False
    invitation = Invitation.objects.filter(user=user).first()
    return invitation is None or invitation.accepted_at is not None or invitation.is_open(at)


def roles_to_give(by: User) -> list[Role]:
    """What `by` may hand out. A leader needs no account to ask, and nobody is the portal."""
    if not by.may(Permission.ACCOUNT_MANAGE):
        return []
    return [role for role in Role if role not in (Role.REQUESTER, Role.SYSTEM)]


def why_not_these(roles: Iterable[str], *, by: User, had: Iterable[str] = ()) -> str:
    """What is wrong with these roles, in a sentence; "" when `by` may give them.

    Roles the account had before may stay, also those that can't be given.
    """
    given = set(roles)
    if not given or given - set(had) - set(roles_to_give(by)) or Role.SYSTEM in given:
        return _("Choose at least one role from the list.")
    if set(KEPT_APART) <= given:
        return _("Nobody is both wellness coordinator and auditor.")
    return ""
