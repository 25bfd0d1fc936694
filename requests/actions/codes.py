"""The one-time code that opens the status page.

A leader who left only a landline gets no message: the desk confirms on the call instead,
because codes are never shown to staff.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import codes
from mvai.outbox.models import Message
from mvai.people.actions import prove
from mvai.people.models import Channel, ContactPoint
from mvai.web.refusals import Refused
from requests.actions.messages import SMS_AND_EMAIL, STATUS_CODE
from requests.models import AssistanceRequest, StatusCode
from requests.models.identity import WRONG_TRIES

LASTS = timedelta(minutes=10)
AT_MOST = ((5, timedelta(hours=1)), (12, timedelta(days=1)))  # so many, within so long


class CodeRefused(Refused):
    """The code is wrong, used or too old. The sentence is for the person who typed it."""


@transaction.atomic
def send_code(
    *, assistance_request: AssistanceRequest, at: datetime, to: ContactPoint | None = None
) -> StatusCode | None:
    """Send a fresh code by text and e-mail; to one of the leader's numbers or addresses alone.

    None when neither can be reached, or when too many were sent within the hour or the day.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    reachable = ContactPoint.objects.usable(Channel.SMS, Channel.EMAIL).filter(
        person=locked.leader_id
    )
    sent = StatusCode.objects.filter(assistance_request=locked)
    too_many = any(sent.filter(made_at__gt=at - within).count() >= most for most, within in AT_MOST)
    if too_many or not reachable.exists():
        return None
    code = StatusCode.objects.create(assistance_request=locked, made_at=at, expires_at=at + LASTS)
    outbox.enqueue(
        purpose=STATUS_CODE,
        subject=code,
        people=[locked.leader],
        at=at,
        label=locked.reference,
        channels=() if to is None else [to.channel],
        points=None if to is None else [to],
    )
    log.record(verb="status_code.sent", target=locked, at=at, label=locked.reference)
    return code


def enter_code(
    *,
    assistance_request: AssistanceRequest,
    code: str,
    at: datetime,
    sent_to: ContactPoint | None = None,
) -> StatusCode:
    """Check what was typed: single use, ten minutes, five wrong tries.

    The number or address it was read at is proven by it. Raises CodeRefused. A wrong try counts
    against every code that is still good. With `sent_to`, it must have been read there.
    """
    found = _use(assistance_request, codes.typed(code), at, sent_to)
    if found is None:
        # Outside the transaction, so that the wrong try stays counted.
        refuse()
    return found


def refuse() -> NoReturn:
    """The one answer to every code that opens nothing."""
    raise CodeRefused(_("That code is wrong or no longer good. Ask for a new one if you need it."))


@transaction.atomic
def _use(
    assistance_request: AssistanceRequest, digits: str, at: datetime, sent_to: ContactPoint | None
) -> StatusCode | None:
    AssistanceRequest.objects.locked(assistance_request.pk)
    good = StatusCode.objects.filter(
        assistance_request=assistance_request,
        used_at=None,
        wrong_tries__lt=WRONG_TRIES,
        expires_at__gt=at,
    )
    for candidate in good:
        channel = _read_by(candidate, digits)
        if channel and (sent_to is None or _went_to(candidate, channel, sent_to)):
            candidate.used_at = at
            candidate.save(update_fields=["used_at"])
            _prove(candidate, channel, at)
            log.record(
                verb="status_code.used",
                target=assistance_request,
                at=at,
                label=assistance_request.reference,
            )
            return candidate
    good.update(wrong_tries=F("wrong_tries") + 1)
    log.record(
        verb="status_code.refused",
        target=assistance_request,
        at=at,
        label=assistance_request.reference,
        result="refused",
    )
    return None


def _read_by(code: StatusCode, digits: str) -> str:
    """The channel on which these digits were sent; "" when they are not this code's."""
    for channel in SMS_AND_EMAIL:
        if constant_time_compare(code.digits(channel), digits):
            return channel
    return ""


def _went_to(code: StatusCode, channel: str, point: ContactPoint) -> bool:
    return Message.objects.about(code).filter(channel=channel, contact_point=point).exists()


def _prove(code: StatusCode, channel: str, at: datetime) -> None:
    sent = Message.objects.about(code).filter(channel=channel, contact_point__isnull=False)
    for message in sent.select_related("contact_point"):
        assert message.contact_point is not None
        prove(contact_point=message.contact_point, at=at)
