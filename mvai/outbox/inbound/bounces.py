"""What a bounce means for the message that bounced."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from mvai.outbox import failing
from mvai.outbox.inbound.mail import Bounce
from mvai.outbox.models import Message
from mvai.outbox.moves import move
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel


@transaction.atomic
def settle(bounce: Bounce, *, at: datetime) -> bool:
    """Note that a message of ours did not arrive, and go on from there; whether one was moved.

    The same bounce twice moves it once. What is only late, or not ours, moves nothing.
    """
    if bounce.about is None or not bounce.is_final:
        return False
    moved = move(
        Message.objects.filter(reference=bounce.about, channel=Channel.EMAIL),
        to=MessageState.FAILED,
        not_sent_reason=_reason(bounce.status),
        ended_at=at,
    )
    if moved:
        _go_on(bounce.about, at)
    return bool(moved)


def _reason(status: str) -> NotSent:
    """5.1.x is about the address; everything else is a refusal."""
    return NotSent.UNKNOWN_RECIPIENT if status.startswith("5.1.") else NotSent.REFUSED


def _go_on(reference: UUID, at: datetime) -> None:
    """The person's next channel, else the desk."""
    failing.failed(Message.objects.get(reference=reference), at)
