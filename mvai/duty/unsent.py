"""The alarm for an urgent message that could not be delivered to anybody: somebody must call."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.duty import actions, kinds
from mvai.duty.models import Alarm
from mvai.outbox import failing
from mvai.outbox.models import Message

KIND = "message_unsent"


def ring_the_desk(message: Message, at: datetime) -> None:
    """Rings once for a message, and never for one about an alarm: that would ring about itself."""
    if message.subject_type == Alarm._meta.label_lower:
        return
    actions.ring(kind=KIND, subject=message, label=message.label, at=at)


def settle_sent(now: datetime) -> int:
    """A sweep: what was sent again, or has arrived after all, needs nobody any more."""
    waiting = Alarm.objects.open().filter(kind=KIND, subject_type=Message._meta.label_lower)
    messages = Message.objects.in_bulk(waiting.values_list("subject_id", flat=True))
    settled = 0
    for message in messages.values():
        if not message.may_be_sent_again:
            settled += actions.settle(kind=KIND, subject=message, at=now) is not None
    return settled


def _look_after(subject_id: int, by: Any, at: datetime) -> None:
    """Taking it is enough: who took it calls, or sends it again."""


def register() -> None:
    kinds.register(
        kinds.AlarmKind(
            code=KIND,
            title=_("A message could not be delivered"),
            path=lambda pk: reverse("outbox:message", args=[pk]),
            take=_look_after,
            settled_by_hand=True,
        )
    )
    failing.when_unreached(ring_the_desk)
