"""What left and arrived in the demonstration's past, when no provider was there to take it."""

from datetime import datetime, timedelta

from django.db.models import F

from mvai.outbox import taking
from mvai.outbox.models import Attempt, Message, MessageQuerySet
from mvai.outbox.moves import drop, move
from mvai.outbox.states import WAITING, MessageState, Outcome
from mvai.people.models import Channel

# What is younger is really sent, so that the sink shows the texts of the request that rings.
PAST = timedelta(minutes=10)
LEFT_AFTER, ARRIVED_AFTER = timedelta(seconds=2), timedelta(seconds=6)
AT_ONCE = timedelta(seconds=30)
CONFIRMED = (Channel.SMS, Channel.VOICE)  # by the provider's receipts


def send_what_was_due_at_once(now: datetime) -> int:
    """After each step of a tale, before the next one takes back what has not left."""
    return _send(_waiting(now).filter(due_at__lte=F("created_at") + AT_ONCE))


def send_the_rest(now: datetime) -> int:
    """What was to leave later."""
    return _send(_waiting(now))


def _waiting(now: datetime) -> MessageQuerySet:
    return Message.objects.filter(state__in=WAITING, due_at__lt=now - PAST)


def _send(messages: MessageQuerySet) -> int:
    found = []
    for message in messages.select_related("person", "room", "contact_point"):
        if reason := taking.why_not(message, message.due_at):
            drop(Message.objects.filter(pk=message.pk), reason=reason, at=message.due_at)
        else:
            found.append(message)
    these = Message.objects.filter(pk__in=[message.pk for message in found])
    left = F("due_at") + LEFT_AFTER
    move(these, to=MessageState.CLAIMED, lease_until=left, generation=1, attempts=1)
    move(these, to=MessageState.HANDED_OVER, handing_over_at=left, handed_over_at=left)
    confirmed = these.filter(channel__in=CONFIRMED)
    move(confirmed, to=MessageState.DELIVERED, delivered_at=F("due_at") + ARRIVED_AFTER)
    Attempt.objects.bulk_create(
        Attempt(
            message=message,
            number=1,
            at=message.due_at + LEFT_AFTER,
            outcome=Outcome.HANDED_OVER,
        )
        for message in found
    )
    return len(found)
