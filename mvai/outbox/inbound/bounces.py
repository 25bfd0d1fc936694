"""What a bounce means for the message that bounced."""

from datetime import datetime

from django.db import transaction

from mvai.audit.adding import add_if_new
from mvai.outbox import failing
from mvai.outbox.inbound.mail import Bounce
from mvai.outbox.models import Message, ProviderEvent
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
    mails = Message.objects.filter(reference=bounce.about, channel=Channel.EMAIL)
    message = mails.select_for_update(of=("self",), no_key=True).first()
    if message is None:
        return False
    moved = move(mails, to=MessageState.FAILED, not_sent_reason=_reason(bounce.status), ended_at=at)
    said = ProviderEvent(
        message=message,
        status=f"bounced {bounce.status}".strip()[:40],
        received_at=at,
        moved_to=MessageState.FAILED if moved else "",
    )
    add_if_new([said])
    if moved:
        message.refresh_from_db()
        failing.failed(message, at)  # the person's next channel, else the desk
    return bool(moved)


def _reason(status: str) -> NotSent:
    """5.1.x is about the address; everything else is a refusal."""
    return NotSent.UNKNOWN_RECIPIENT if status.startswith("5.1.") else NotSent.REFUSED
