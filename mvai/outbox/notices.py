"""Notices in the portal: a person's own messages by that channel."""

from datetime import datetime

from mvai.outbox.models import Message, MessageQuerySet
from mvai.outbox.moves import move
from mvai.outbox.states import SENT, MessageState
from mvai.people.models import Channel, Person


def of(person: Person) -> MessageQuerySet:
    """The person's notices, newest first."""
    return (
        Message.objects.filter(person=person, channel=Channel.PORTAL, state__in=sorted(SENT))
        .select_related("person", "contact_point", "room")
        .order_by("-pk")
    )


def unread(person: Person) -> int:
    return of(person).filter(state=MessageState.HANDED_OVER).count()


def mark_read(*, person: Person, at: datetime) -> int:
    """The person has seen all of them; how many were new."""
    return move(of(person).order_by(), to=MessageState.DELIVERED, delivered_at=at)
