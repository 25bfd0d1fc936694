"""What the gateway says about a message after it was handed over: kept as it came, and believed
as far as it moves the message forward.

Receipts come before the answer to the hand-over, twice, out of order, late, and for a copy that
was sent by an earlier claim. Each is kept once. Any of them proves that the message was taken;
the one that says it arrived, or that it never will, ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mvai.audit.adding import add
from mvai.outbox import failing, links
from mvai.outbox.channels.codes import reason_of
from mvai.outbox.models import Message, ProviderEvent
from mvai.outbox.moves import move, move_one
from mvai.outbox.states import MessageState, NotSent
from mvai.people import actions as people
from mvai.people.models import Channel
from mvai.web.prepared import Given, Prepared

PURPOSE = "gateway status"  # of the link
BY_GATEWAY = (Channel.SMS, Channel.VOICE)

_TAKEN = frozenset(
    {"accepted", "scheduled", "queued", "sending", "sent", "initiated", "ringing", "in-progress",
     "answered"}
)  # fmt: skip
_ARRIVED = frozenset({"delivered", "read", "completed"})
_FAILED: Mapping[str, NotSent] = {
    "undelivered": NotSent.NOT_DELIVERED,
    "failed": NotSent.NOT_DELIVERED,
    "canceled": NotSent.NOT_DELIVERED,
    "busy": NotSent.LINE_BUSY,
    "no-answer": NotSent.NOBODY_ANSWERED,
}
# What is kept of a receipt: neither numbers nor names nor text.
_KEPT = (
    "MessageStatus", "SmsStatus", "CallStatus", "ErrorCode", "ApiVersion", "CallDuration",
    "Duration", "AnsweredBy", "SequenceNumber", "Timestamp", "SipResponseCode", "RawDlrDoneDate",
)  # fmt: skip


class UnknownMessage(Exception):
    """The address was not made by us, or its message is gone."""


class SaysNothing(Exception):
    """No status in it."""


def address(message: Message) -> str:
    """Where the gateway says how this claim of the message fared; "" for other channels."""
    if message.channel not in BY_GATEWAY or message.pk is None:
        return ""
    token = links.make(PURPOSE, message.pk, generation=message.generation, lasts=None,
                       now=message.created_at)  # fmt: skip
    return links.absolute(reverse("hooks:gateway_status", args=[token]))


def take(*, token: str, said: Mapping[str, str], at: datetime) -> None:
    """Keep a genuine receipt, once, and move its message forward.

    `said` are the form's fields. Raises UnknownMessage or SaysNothing.
    """
    link = links.read(PURPOSE, token, now=at)
    if link is None:
        raise UnknownMessage
    status = _clean(
        said.get("MessageStatus") or said.get("CallStatus") or said.get("SmsStatus"), 40
    )
    if not status:
        raise SaysNothing
    sid = _clean(said.get("MessageSid") or said.get("CallSid") or said.get("SmsSid"), 200)
    with transaction.atomic():
        message = _locked(link.ids[0])
        event = ProviderEvent(
            message=message,
            status=status,
            provider_reference=sid,
            raw={name: _clean(said[name], 80) for name in _KEPT if name in said},
            received_at=at,
        )
        # The lock lets one receipt of a message in at a time; the constraint stands behind it.
        if _TOLD.rows(message=message.pk, sid=sid, status=status):
            return
        event.moved_to = _move(message, event, link.generation, at)
        add([event])


def heed(message: Message, reason: str, at: datetime) -> None:
    """Stop the number of somebody who told the provider to send no more."""
    if reason == NotSent.CONTACT_POINT_STOPPED and message.contact_point is not None:
        people.stop(contact_point=message.contact_point, at=at)


# Each text has two or three receipts, and they come while leaders file.
_LOCKED = Prepared(
    lambda: (
        Message.objects.filter(pk=Given("pk"))
        .select_for_update(of=("self",), no_key=True)
        .select_related("person", "contact_point")
    )
)
_TOLD = Prepared(
    lambda: ProviderEvent.objects.filter(
        message=Given("message"), provider_reference=Given("sid"), status=Given("status")
    ).values("pk")
)


def _locked(pk: int) -> Message:
    for message in _LOCKED.instances(pk=pk):
        return message
    raise UnknownMessage


def _move(message: Message, event: ProviderEvent, generation: int, at: datetime) -> str:
    """Move the message as far as the receipt reaches; the state it came to, "" for none."""
    status, sid = event.status, event.provider_reference
    row = Message.objects.filter(pk=message.pk)
    another = sid and message.provider_reference not in ("", sid)
    if status in _FAILED:
        # Another copy of it may be on its way: only the one that counts can fail for good.
        known = message.provider_reference
        if (sid != known) if known else (generation != message.generation):
            return ""
    elif status not in _TAKEN | _ARRIVED:
        return ""
    elif another and not message.may_be_repeated:
        row.update(may_be_repeated=True)  # two copies were taken
    came_to = ""
    if move_one(
        message.pk,
        to=MessageState.HANDED_OVER,
        handed_over_at=message.handing_over_at or at,
        provider_reference=message.provider_reference or sid,
        not_sent_reason="",
        ended_at=None,
    ):
        came_to = MessageState.HANDED_OVER
    if status in _ARRIVED and move_one(message.pk, to=MessageState.DELIVERED, delivered_at=at):
        came_to = MessageState.DELIVERED
    if status in _FAILED:
        reason = reason_of(event.raw.get("ErrorCode"), otherwise=_FAILED[status])
        if move(row, to=MessageState.FAILED, not_sent_reason=reason, ended_at=at):
            came_to = MessageState.FAILED
            message.refresh_from_db()
            heed(message, reason, at)
            failing.failed(message, at)
    return str(came_to)


def _clean(value: str | None, longest: int) -> str:
    return (value or "").replace("\x00", "")[:longest]
