"""Staff chat rooms: added, tried, turned off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.audit import log
from mvai.outbox import doorbell
from mvai.outbox.channels import chat
from mvai.outbox.models import Message, Room
from mvai.outbox.purposes import Purpose, register
from mvai.people.models import Channel
from mvai.web import sealing
from mvai.web.refusals import Refused

MAY_EDIT = "room.edit"  # accounts.roles.Permission; accounts lie above the outbox
TEST = "room_test"


class RoomRefused(Refused):
    """The room can't be as asked."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new room and its secret, which is never shown again."""

    room: Room
    secret: str


@transaction.atomic
def add_room(*, name: str, url: str, by: Any, at: datetime) -> Added:
    """Add a room that is told from now on."""
    _may_edit(by)
    name, url = " ".join(name.split()), url.strip()
    if not name:
        raise RoomRefused(_("Give the room a name."), "name")
    parts = urlsplit(url)
    inside = f"{parts.hostname}:{parts.port}" in settings.WEBHOOKS_INSIDE
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise RoomRefused(_("The address must begin with https://."), "url")
    if parts.username or not parts.hostname:
        raise RoomRefused(_("Give the whole address, without a user name."), "url")
    secret = chat.new_secret()
    try:
        with transaction.atomic():
            room = Room.objects.create(
                name=name[:80], url=url, secret=sealing.seal(secret), created_at=at
            )
    except IntegrityError:
        raise RoomRefused(_("There is a room of this name."), "name") from None
    log.record(verb="room.added", target=room, by=by, at=at)
    return Added(room, secret)


@transaction.atomic
def turn(*, room: Room, on: bool, by: Any, at: datetime) -> Room:
    """Tell the room again, or no more. What waits for it then is left out."""
    _may_edit(by)
    room = Room.objects.select_for_update().get(pk=room.pk)
    if room.is_active != on:
        room.is_active = on
        room.save(update_fields=["is_active"])
        log.record(verb="room.turned_on" if on else "room.turned_off", target=room, by=by, at=at)
    return room


@transaction.atomic
def send_test(*, room: Room, by: Any, at: datetime) -> Message:
    """Promise the room a test over the true way; the message says what became of it."""
    _may_edit(by)
    room = Room.objects.select_for_update().get(pk=room.pk)
    if not room.is_active:
        raise RoomRefused(_("Turn the room on first."))
    message = Message.objects.create(
        purpose=TEST,
        subject_type=Room._meta.label_lower,
        subject_id=room.pk,
        room=room,
        channel=Channel.CHAT,
        occurrence=at.isoformat(),
        urgent=True,
        promised_for=at,
        due_at=at,
        created_at=at,
    )
    log.record(verb="room.tested", target=room, by=by, at=at)
    doorbell.ring_after_commit([message.pk], urgent=True)
    return message


def register_purposes() -> None:
    register(
        Purpose(
            code=TEST,
            urgent=True,
            channels=(),
            rooms=True,
            is_relevant=lambda message, now: "",
            context=lambda message: {},
            audience="staff",
            title=gettext_lazy("Test of a chat room"),
        )
    )


def _may_edit(by: Any) -> None:
    if not by.may(MAY_EDIT):
        raise PermissionDenied
