"""Messages, how they fared, and how people want to be reached. Messages know no app above them."""

from mvai.outbox.models.archive import ArchivedMessage
from mvai.outbox.models.health import Cycle, Heartbeat, Silence
from mvai.outbox.models.message import AGAIN, MAY_SEE, Attempt, Message, MessageQuerySet
from mvai.outbox.models.provider import ChannelGate, ProviderEvent
from mvai.outbox.models.room import Room
from mvai.outbox.models.wishes import Proof, Wish
from mvai.outbox.topics import Topic

__all__ = [
    "AGAIN",
    "MAY_SEE",
    "ArchivedMessage",
    "Attempt",
    "ChannelGate",
    "Cycle",
    "Heartbeat",
    "Message",
    "MessageQuerySet",
    "Proof",
    "ProviderEvent",
    "Room",
    "Silence",
    "Topic",
    "Wish",
]
