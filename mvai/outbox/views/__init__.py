"""The pages on messages, on staff chat rooms, and each person's own notices."""

from mvai.outbox.views.channels import channels, pause, resume
from mvai.outbox.views.notices import mark_read, notices
from mvai.outbox.views.outgoing import message, messages, send_again, told_by_phone
from mvai.outbox.views.rooms import add_room, rooms, test_room, turn_room

__all__ = [
    "add_room",
    "channels",
    "mark_read",
    "message",
    "messages",
    "notices",
    "pause",
    "resume",
    "rooms",
    "send_again",
    "test_room",
    "told_by_phone",
    "turn_room",
]
