"""Moves settled messages of long ago out of the way of those that matter."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model

from mvai.outbox.models import ArchivedMessage, Attempt, Heartbeat, Message, ProviderEvent
from mvai.outbox.states import UNDERWAY

AFTER = timedelta(days=180)
EVERY = timedelta(hours=1)
BATCH = 500
HEARD_AS = "archive"

_KEPT_AS_COLUMNS = ("purpose", "subject_type", "subject_id", "label", "person_id", "channel")


def archive(now: datetime) -> int:
    """A sweep, at work once an hour: archive a bounded batch; how many.

    A message stays while it is under way, under a legal hold, or the origin of one that stays.
    """
    last = Heartbeat.objects.last(HEARD_AS)
    if last is not None and last <= now < last + EVERY:
        return 0
    moved = archive_batch(now)
    if moved < BATCH:  # else there is more: the next sweep goes on
        Heartbeat.objects.beat(HEARD_AS, now)
    return moved


@transaction.atomic
def archive_batch(now: datetime) -> int:
    oldest = (
        Message.objects.filter(created_at__lt=now - AFTER, legal_hold=False, again=None)
        .exclude(state__in=UNDERWAY)
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    )
    messages = {message.pk: message for message in oldest}
    tries = _by_message(Attempt, messages)
    events = _by_message(ProviderEvent, messages)
    ArchivedMessage.objects.bulk_create(
        ArchivedMessage(
            message_id=pk,
            **{name: getattr(message, name) for name in _KEPT_AS_COLUMNS},
            state=message.state,
            created_at=message.created_at,
            archived_at=now,
            record={**_columns(message), "tries": tries[pk], "events": events[pk]},
        )
        for pk, message in messages.items()
    )
    for model in (Attempt, ProviderEvent):
        model._base_manager.filter(message__in=messages).delete()
    Message.objects.filter(pk__in=messages).delete()
    return len(messages)


def _by_message(model: Any, messages: dict[int, Message]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {pk: [] for pk in messages}
    for row in model.objects.filter(message__in=messages).order_by("pk"):
        found[row.message_id].append(_columns(row))
    return found


def _columns(row: Model) -> dict[str, Any]:
    """A row's columns as JSON keeps them."""
    values = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
