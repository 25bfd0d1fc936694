"""The one-time code that opens the status page.

A leader who left only a landline gets no message: on the call, an officer reads a code aloud.
That is the one code that staff are ever shown; who read it is kept with it, and who looks at
the page through it is told apart in "Who has looked".
"""

import uuid
from datetime import datetime, timedelta
from typing import NoReturn

from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import codes
from mvai.outbox.models import Message
from mvai.people.actions import prove
from mvai.people.models import Channel, ContactPoint
from mvai.web.refusals import Refused
from requests.actions import contact
from requests.actions.messages import SMS_AND_EMAIL, STATUS_CODE
from requests.actions.moves import hold
from requests.models import AssistanceRequest, Delegate, StatusCode
from requests.models.identity import WRONG_TRIES

LASTS = timedelta(minutes=10)
AT_MOST = ((5, timedelta(hours=1)), (12, timedelta(days=1)))  # so many, within so long


class CodeRefused(Refused):
    """The code is wrong, used or too old. The sentence is for the person who typed it."""


@transaction.atomic
def send_code(
    *,
    assistance_request: AssistanceRequest,
    at: datetime,
    to: ContactPoint | None = None,
    delegate: Delegate | None = None,
) -> StatusCode | None:
    """Send a fresh code by text and e-mail; to one of the leader's numbers or addresses alone.

    With `delegate`, to who stands in for the leader, at their own number. None when nobody can
    be reached, when too many were sent within the hour or the day, or while whom we call has
    changed and the desk has yet to confirm who it is.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if delegate is not None and delegate.removed_at is not None:
        return None
    person = locked.leader if delegate is None else delegate.person
    reachable = ContactPoint.objects.usable(Channel.SMS, Channel.EMAIL).filter(person=person)
    if _too_many(locked, at) or contact.is_waiting(locked) or not reachable.exists():
        return None
    code = StatusCode.objects.create(
        assistance_request=locked, delegate=delegate, made_at=at, expires_at=at + LASTS
    )
    outbox.enqueue(
        purpose=STATUS_CODE,
        subject=code,
        people=[person],
        at=at,
        label=locked.reference,
        channels=() if to is None else [to.channel],
        points=None if to is None else [to],
    )
    log.record(verb="status_code.sent", target=locked, at=at, label=locked.reference)
    return code


@transaction.atomic
def read_aloud(
    *,
    assistance_request: AssistanceRequest,
    to_number_on_file: bool,
    press: uuid.UUID,
    by: User,
    at: datetime,
) -> tuple[StatusCode, str]:
    """A code for an officer to read to the leader on a call, with its digits: shown once.

    The call must be to the number on the request (`to_number_on_file`), and the desk must know
    who the leader is. Logged as a look of the officer's own. Raises Refused.
    """
    locked = hold(assistance_request, by=by)
    if not locked.is_identity_confirmed or contact.is_waiting(locked):
        raise CodeRefused(_("Confirm who they are first."))
    if not to_number_on_file:
        raise CodeRefused(
            _("Call the number on the request, and read it on that call only."), "on_file"
        )
    if StatusCode.objects.filter(press=press).exists():
        raise CodeRefused(_("This code was shown already. Press once more for a new one."))
    if _too_many(locked, at):
        raise CodeRefused(_("Too many codes within the hour. Wait a little."))
    code = StatusCode.objects.create(
        assistance_request=locked,
        made_at=at,
        expires_at=at + LASTS,
        read_by=by,
        press=press,
    )
    log.record_read(
        verb="status_code.read_aloud", target=locked, by=by, at=at, label=locked.reference
    )
    return code, code.digits(Channel.VOICE)


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
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if contact.is_waiting(locked):
        return None
    good = StatusCode.objects.filter(
        Q(delegate=None) | Q(delegate__removed_at=None),
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
                read_by=candidate.read_by_id,
                delegate=candidate.delegate_id,
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


def _too_many(locked: AssistanceRequest, at: datetime) -> bool:
    made = StatusCode.objects.filter(assistance_request=locked)
    return any(made.filter(made_at__gt=at - within).count() >= most for most, within in AT_MOST)


def _read_by(code: StatusCode, digits: str) -> str:
    """The channel on which these digits were sent; "" when they are not this code's."""
    for channel in (Channel.VOICE,) if code.read_by_id else SMS_AND_EMAIL:
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
