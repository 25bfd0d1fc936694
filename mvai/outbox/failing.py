"""What follows when a message has failed for good: the person's next channel, else the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from mvai.audit.adding import add_if_new
from mvai.outbox import claims, doorbell, purposes
from mvai.outbox.models import Message, MessageQuerySet
from mvai.outbox.routes import Route, routes_to
from mvai.outbox.states import SENT, WAITING, MessageState
from mvai.people.models import Channel

Unreached = Callable[[Message, datetime], None]

# Nobody is sure to look there, so it doesn't count as having reached a person in time.
NOT_SURE_TO_BE_SEEN = (Channel.PORTAL,)

_default: list[Unreached] = []


def when_unreached(default: Unreached) -> None:
    """Name what brings an urgent message to the desk when its purpose has no answer of its own."""
    _default[:] = [default]


def failed(message: Message, at: datetime) -> None:
    """Note that the message can't arrive. Call it in the transaction that says so.

    What follows is drawn right after the commit, and by a sweep if the process dies in between:
    it locks rows of the apps above, and those are always locked before messages.
    """
    Message.objects.filter(pk=message.pk).update(is_followed_up=False)
    transaction.on_commit(lambda: follow_up(at, only=message.pk), robust=True)


def follow_up(now: datetime, *, only: int | None = None) -> int:
    """A sweep: draw the consequences of failures, each once; how many.

    What the person is to be told later by another channel is told at once. When every channel
    that was promised has failed, the next one that could be used is promised. When none is left,
    the purpose is told, or for an urgent message the desk.
    """
    waiting = Message.objects.filter(is_followed_up=False).order_by("-urgent", "pk")
    due = waiting if only is None else waiting.filter(pk=only)

    def deal(claim: claims.Claim) -> bool:
        message = claim.of(due).select_related("person").first()
        if message is not None:
            _go_on(message, now)
        # Last, after the rows of other apps; and only while the claim is still ours.
        if not claim.of(due).update(is_followed_up=True, lease_until=None):
            raise claims.Lost
        return True

    return claims.deal_with(due, deal, now=now)


def _go_on(message: Message, at: datetime) -> None:
    purpose = purposes.find(message.purpose)
    if message.person is None or purpose is None:
        return
    others = _others(message)
    waiting = others.filter(state__in=WAITING).exclude(channel__in=NOT_SURE_TO_BE_SEEN)
    if waiting.exists():
        waiting.filter(due_at__gt=at, attempts=0).update(due_at=at)
        doorbell.ring_after_commit(
            list(waiting.values_list("pk", flat=True)), urgent=message.urgent
        )
        return
    may_arrive = SENT | {MessageState.CLAIMED, MessageState.UNKNOWN}
    if others.filter(state__in=may_arrive).exclude(channel__in=NOT_SURE_TO_BE_SEEN).exists():
        return
    tried = {message.channel, *others.values_list("channel", flat=True)}
    for route in routes_to([message.person], purpose, every=True)[message.person.pk]:
        if route.channel not in tried and route.channel not in NOT_SURE_TO_BE_SEEN:
            _promise_by(route, message, at)
            return
    if purpose.unreached is not None:
        purpose.unreached(message, at)
    elif message.urgent:
        for bring_to_the_desk in _default:
            bring_to_the_desk(message, at)


def _others(message: Message) -> MessageQuerySet:
    """The same promise to the same person by other channels."""
    return Message.objects.filter(
        purpose=message.purpose,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        person=message.person,
        occurrence=message.occurrence,
    ).exclude(pk=message.pk)


def _promise_by(route: Route, message: Message, at: datetime) -> None:
    next_one = Message(
        purpose=message.purpose,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        label=message.label,
        person=message.person,
        contact_point=route.point,
        channel=route.channel,
        occurrence=message.occurrence,
        urgent=message.urgent,
        promised_for=at,
        due_at=at,
        created_at=at,
    )
    if add_if_new([next_one]):
        doorbell.ring_after_commit([next_one.pk], urgent=message.urgent)
