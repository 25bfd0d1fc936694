""" "I am calling now": the leader's phone says so while the desk dials."""

from datetime import datetime, timedelta

import phonenumbers
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.states import NotSent
from mvai.people.models import Channel, ContactPoint
from mvai.web.numbers import read_number
from requests.actions import promises
from requests.actions.call_messages import CALLING_NOW
from requests.actions.moves import MoveRefused, hold
from requests.models import AssistanceRequest, CallStart
from requests.states import NoText, State

ONE_TEXT_WITHIN = timedelta(minutes=5)


@transaction.atomic
def calling_now(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> CallStart:
    """Keep that `by` dials now, and tell the leader at once by text, where one may go.

    Pressed again within ONE_TEXT_WITHIN, by whomever, it is the same call.
    """
    locked = hold(assistance_request, by=by)
    if locked.state == State.SUBMITTED:
        raise MoveRefused(_("Nobody has taken this request yet. Take it first."))
    last = locked.call_starts.first()
    if last is not None and at - last.at < ONE_TEXT_WITHIN:
        return last
    points = list(ContactPoint.objects.kept().filter(person=locked.leader_id, channel=Channel.SMS))
    takes_text = [point for point in points if not _why_not(point)]
    reason = "" if takes_text else _why_none(points)
    start = CallStart.objects.create(assistance_request=locked, by=by, at=at, no_text=reason)
    if takes_text:
        outbox.enqueue(
            purpose=CALLING_NOW,
            subject=start,
            people=[locked.leader],
            points=takes_text,
            at=at,
            label=locked.reference,
        )
    promises.keep(locked, at=at)
    log.record(
        verb="request.calling_now",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        text=not reason,
    )
    return start


def _why_none(points: list[ContactPoint]) -> NoText:
    reasons = [_why_not(point) for point in points]
    return next((reason for reason in reasons if reason), NoText.NO_CONSENT)


def _why_not(point: ContactPoint) -> NoText | None:
    """Why no text may go to this number; None when one may."""
    if not point.normalized:
        return NoText.NO_NUMBER
    if point.stopped_at is not None:
        return NoText.STOPPED
    if point.consented_at is None:
        return NoText.NO_CONSENT
    return NoText.LANDLINE if _is_landline(point) else None


def _is_landline(point: ContactPoint) -> bool:
    """As far as anybody knows: by its digits, or because the provider has refused it a text.

    In North America the digits don't tell a landline from a cell phone.
    """
    number = read_number(point.normalized)
    if number and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        return True
    refused = Message.objects.filter(contact_point=point, not_sent_reason=NotSent.UNKNOWN_RECIPIENT)
    return refused.exists()


__all__ = ["calling_now"]
