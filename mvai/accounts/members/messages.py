"""Messages about somebody's account: the invitation, and the way back in."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.members.actions import INVITATION
from mvai.accounts.members.models import FactorRecovery, Invitation
from mvai.accounts.members.recovery import RECOVERED, RECOVERY_OPENED
from mvai.accounts.messages import password_path
from mvai.accounts.models import User
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel


def _invitation_is_open(message: Message, now: datetime) -> str:
    found = Invitation.objects.select_related("user").filter(pk=message.subject_id).first()
    if found is None or not found.user.is_active:
        return NotSent.SUBJECT_GONE
    # One sent before the latest would bring the same link: once is enough.
    is_latest = message.occurrence.startswith(f"{found.invited_at:%Y%m%d%H%M%S%f}")
    return "" if found.is_open(now) and is_latest else NotSent.NO_LONGER_NEEDED


def _invitation_link(message: Message) -> dict[str, str]:
    # The link is made when the message goes out, so it is stored nowhere.
    found = Invitation.objects.select_related("user").get(pk=message.subject_id)
    return {"url": links.absolute(password_path(found.user))}


def _waits_for_another(message: Message, now: datetime) -> str:
    is_open = FactorRecovery.objects.open(now).filter(pk=message.subject_id).exists()
    return "" if is_open else NotSent.NO_LONGER_NEEDED


def _account_link(message: Message) -> dict[str, str]:
    found = FactorRecovery.objects.get(pk=message.subject_id)
    return {"url": links.absolute(reverse("members:detail", args=[found.user_id]))}


def _has_no_password_yet(message: Message, now: datetime) -> str:
    user = User.objects.active().filter(factor_recoveries=message.subject_id).first()
    if user is None:
        return NotSent.SUBJECT_GONE
    return NotSent.NO_LONGER_NEEDED if user.has_usable_password() else ""


def _way_back(message: Message) -> dict[str, str]:
    user = User.objects.get(factor_recoveries=message.subject_id)
    return {"url": links.absolute(password_path(user))}


def register_purposes() -> None:
    for purpose in (
        Purpose(
            code=INVITATION,
            urgent=False,
            channels=(Channel.EMAIL,),
            is_relevant=_invitation_is_open,
            context=_invitation_link,
            audience="staff",
            title=_("Invitation to an account"),
            topic=Topic.ACCOUNT,
        ),
        Purpose(
            code=RECOVERY_OPENED,
            urgent=False,
            channels=(Channel.EMAIL, Channel.PORTAL),
            is_relevant=_waits_for_another,
            context=_account_link,
            audience="staff",
            title=_("A lost second factor waits for a second person"),
            topic=Topic.ACCOUNT,
        ),
        Purpose(
            code=RECOVERED,
            urgent=True,  # somebody can't sign in until it comes
            channels=(Channel.EMAIL,),
            is_relevant=_has_no_password_yet,
            context=_way_back,
            audience="staff",
            title=_("Way back into an account"),
            topic=Topic.ACCOUNT,
        ),
    ):
        register(purpose)
