"""When the desk should have somebody and has nobody, the program managers are told."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.duty import desk
from mvai.duty.models import Shift
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel

GAP = "duty_gap"


def tell_of_gaps(now: datetime) -> int:
    """A sweep: a gap inside the desk's hours that has begun, told once; how many were told."""
    standing = desk.standing(now)
    began = None if standing.is_attended else began_at(standing)
    if began is None:
        return 0
    occurrence = f"{began:%Y-%m-%dT%H:%M}"
    if Message.objects.filter(purpose=GAP, occurrence=occurrence).exists():
        return 0
    told = 0
    for manager in User.objects.with_role(Role.PROGRAM_MANAGER):
        told += bool(
            outbox.enqueue(
                purpose=GAP,
                subject=manager,
                people=[manager.person],
                at=now,
                occurrence=occurrence,
            )
        )
    return told


def began_at(standing: desk.Standing) -> datetime | None:
    """When the desk was left alone: as it opened, or as a shift ended since.

    None while it is closed, and for a desk around the clock that never had a shift.
    """
    if not standing.hours.is_open(standing.at):
        return None
    ended = (
        Shift.objects.filter(ends_at__lte=standing.at)
        .order_by("-ends_at")
        .values_list("ends_at", flat=True)
        .first()
    )
    period = standing.hours.period_at(standing.at)
    if period is None or ended is None:
        return ended if period is None else period.start
    return max(ended, period.start)


def _is_relevant(message: Message, now: datetime) -> str:
    standing = desk.standing(now)
    if standing.is_attended or standing.is_closed:
        return NotSent.NO_LONGER_NEEDED
    return ""


def _context(message: Message) -> dict[str, str]:
    return {"url": links.absolute(reverse("duty:roster"))}


def register_purpose() -> None:
    register(
        Purpose(
            code=GAP,
            urgent=True,
            channels=(Channel.SMS, Channel.EMAIL),
            is_relevant=_is_relevant,
            context=_context,
            audience="staff",
            topic=Topic.ALARMS,
            title=_("Nobody is on call"),
        )
    )
