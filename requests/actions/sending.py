"""Pages of the library that are sent to a leader. The only writer of `SentItem`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from requests.actions.messages import SMS_AND_EMAIL, status_url
from requests.actions.moves import MoveRefused
from requests.models import AssistanceRequest, Engagement, SentItem
from requests.rules import sending as rules
from resources.models import Item

ITEM_SENT = "item_sent"


@transaction.atomic
def send_item(
    *,
    assistance_request: AssistanceRequest,
    item: Item,
    was_asked: bool,
    engagement: Engagement | None = None,
    by: User,
    at: datetime,
) -> SentItem:
    """Put a page of the library on the leader's page, and tell them by a link alone.

    By the desk, or by an advisor on their active `engagement`. One that stands there already
    is not sent again. Refused unasked in the first hours, and more than once a day.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    _check(locked, engagement, by)
    standing = SentItem.objects.standing().filter(assistance_request=locked, item=item).first()
    if standing is not None:
        return standing
    why = rules.why_not(was_asked=was_asked, now=at, **_pace(locked))
    if why:
        raise MoveRefused(why, "was_asked")
    made = SentItem.objects.create(
        assistance_request=locked,
        item=item,
        engagement=engagement,
        was_asked=was_asked,
        by=by,
        sent_at=at,
    )
    log.record(verb="item.sent", target=made, by=by, at=at, label=locked.reference, asked=was_asked)
    outbox.enqueue(
        purpose=ITEM_SENT, subject=made, people=[locked.leader], at=at, label=locked.reference
    )
    return made


@transaction.atomic
def take_back(*, sent: SentItem, by: User, at: datetime) -> SentItem:
    """Off the leader's page again; a message that has not gone yet doesn't go."""
    locked = AssistanceRequest.objects.locked(sent.assistance_request_id)
    _check(locked, sent.engagement, by)
    row = SentItem.objects.select_for_update().get(pk=sent.pk)
    if row.taken_back_at is None:
        row.taken_back_at = at
        row.save(update_fields=["taken_back_at"])
        log.record(verb="item.taken_back", target=row, by=by, at=at, label=locked.reference)
    return row


def free_from(assistance_request: AssistanceRequest, *, now: datetime) -> datetime | None:
    """From when the next page may go unasked; None when it may now."""
    return rules.free_from(now=now, **_pace(assistance_request))


def _pace(assistance_request: AssistanceRequest) -> dict[str, Any]:
    last = (
        SentItem.objects.unasked()
        .filter(assistance_request=assistance_request)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )
    began = assistance_request.happened_at or assistance_request.submitted_at
    return {"began_at": began, "last_unasked_at": last}


def _check(locked: AssistanceRequest, engagement: Engagement | None, by: User) -> None:
    if engagement is None:
        allowed = by.may(Permission.REQUEST_WORK)
    else:
        mine = Engagement.objects.visible_to(by).active().filter(pk=engagement.pk)
        allowed = by.may(Permission.ENGAGEMENT_LOG) and mine.exists()
    if not allowed:
        raise PermissionDenied
    if not locked.is_open:
        raise MoveRefused(_("This request is closed."))


def _sent(message: Message) -> SentItem | None:
    return (
        SentItem.objects.select_related("assistance_request").filter(pk=message.subject_id).first()
    )


def _while_it_stands(message: Message, now: datetime) -> str:
    sent = _sent(message)
    if sent is None:
        return NotSent.SUBJECT_GONE
    if sent.taken_back_at or sent.assistance_request.leader_id != message.person_id:
        return NotSent.NO_LONGER_NEEDED
    return "" if sent.assistance_request.is_open else NotSent.REQUEST_NOT_OPEN


def _page(message: Message) -> Mapping[str, Any]:
    sent = _sent(message)
    if sent is None:
        return {}
    found = sent.assistance_request
    return {"reference": found.reference, "url": status_url(found)}


def _nothing_follows(message: Message, at: datetime) -> None:
    """It stands on the page, and the message is listed as unsent."""


def register_purposes() -> None:
    register(
        Purpose(
            code=ITEM_SENT,
            urgent=False,
            audience="requester",
            topic=Topic.UPDATES,
            channels=SMS_AND_EMAIL,
            is_relevant=_while_it_stands,
            context=_page,
            unreached=_nothing_follows,
            title=gettext_lazy("A page of the library for a leader"),
        )
    )
