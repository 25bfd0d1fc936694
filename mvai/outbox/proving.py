"""Contact points are proven before use: a code goes there, and whoever reads it types it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import codes
from mvai.outbox.models import Message, Proof
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.actions import prove
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person
from mvai.web.refusals import Refused

PROVE = "prove_contact_point"
LASTS = timedelta(minutes=10)
SAME_PRESS_WITHIN = timedelta(seconds=15)
WITHIN = timedelta(hours=1)
AT_MOST = 5  # codes to one contact point
AT_MOST_FOR_ALL = 12  # codes one person asks for, to whatever numbers they type in


class ProofRefused(Refused):
    """No code can be sent there, or not now."""


class CodeRefused(Refused):
    """The code is wrong, used or too old. The sentence is for the person who typed it."""


@transaction.atomic
def send_code(*, contact_point: ContactPoint, at: datetime, by: Any) -> Proof:
    """Send a code to exactly this number or address, proven or not. Raises ProofRefused.

    A second press of the same button sends nothing more.
    """
    point = _locked(contact_point)
    if not point.is_usable:
        raise ProofRefused(_("Nothing can be sent there. Check it, and add it again if need be."))
    if point.is_proven:
        raise ProofRefused(_("This one is proven already."))
    latest = Proof.objects.open(at).filter(contact_point=point).first()
    if latest is not None and at - latest.asked_at < SAME_PRESS_WITHIN:
        return latest
    recent = Proof.objects.filter(contact_point__person=point.person_id, asked_at__gt=at - WITHIN)
    if recent.filter(contact_point=point).count() >= AT_MOST or recent.count() >= AT_MOST_FOR_ALL:
        raise ProofRefused(_("Many codes have been sent. Please wait an hour, then try again."))
    proof = Proof.objects.create(
        contact_point=point, key=get_random_string(20), asked_at=at, expires_at=at + LASTS
    )
    outbox.enqueue(
        purpose=PROVE,
        subject=proof,
        people=[point.person],
        channels=[point.channel],
        points=[point],
        at=at,
    )
    log.record(verb="contact_point.code_sent", target=point, by=by, at=at, channel=point.channel)
    return proof


def enter_code(*, contact_point: ContactPoint, code: str, at: datetime, by: Any) -> ContactPoint:
    """Check what was typed: good once, for ten minutes, at most five tries; then it is proven.

    Raises CodeRefused. A wrong try counts against every code that is still good.
    """
    if not _use(contact_point, codes.typed(code), at, by):
        # Outside the transaction, so that the wrong try stays counted.
        raise CodeRefused(_("That code is wrong or no longer good. Ask for a new one if need be."))
    contact_point.refresh_from_db()
    return contact_point


@transaction.atomic
def _use(contact_point: ContactPoint, typed: str, at: datetime, by: Any) -> bool:
    point = _locked(contact_point)
    good = Proof.objects.open(at).filter(contact_point=point)
    for proof in good:
        if constant_time_compare(digits_of(proof), typed):
            good.update(used_at=at)
            prove(contact_point=point, at=at, by=by)
            return True
    good.update(tries=F("tries") + 1)
    log.record(
        verb="contact_point.code_refused",
        target=point,
        by=by,
        at=at,
        result="refused",
        channel=point.channel,
    )
    return False


def digits_of(proof: Proof) -> str:
    """The code. Only a message being sent, and the check of an entered code, ask for it."""
    return codes.digits("mvai.outbox.proof", proof.pk, proof.contact_point_id, proof.key)


def awaited(person: Person, now: datetime) -> set[int]:
    """The person's contact points that a code is on its way to, by id."""
    open_now = Proof.objects.open(now).filter(contact_point__person=person)
    return set(open_now.values_list("contact_point_id", flat=True))


def _locked(contact_point: ContactPoint) -> ContactPoint:
    points = ContactPoint.objects.select_for_update(of=("self",)).select_related("person")
    return points.get(pk=contact_point.pk)


def _is_relevant(message: Message, now: datetime) -> str:
    proof = Proof.objects.filter(pk=message.subject_id).first()
    if proof is None:
        return NotSent.SUBJECT_GONE
    if proof.used_at is not None:
        return NotSent.ALREADY_DONE
    if proof.contact_point_id != message.contact_point_id:
        return NotSent.REPLACED  # elsewhere it would prove the wrong number
    return "" if now < proof.expires_at else NotSent.TOO_LATE


def _context(message: Message) -> Mapping[str, Any]:
    code = digits_of(Proof.objects.get(pk=message.subject_id))
    return {"code": codes.spoken(code) if message.channel == Channel.VOICE else code}


def register_purposes() -> None:
    register(
        Purpose(
            code=PROVE,
            urgent=True,  # somebody waits before the screen
            channels=(Channel.SMS, Channel.VOICE, Channel.EMAIL),
            is_relevant=_is_relevant,
            context=_context,
            audience="staff",
            title=gettext_lazy("Code to prove a number or address"),
            topic=Topic.ACCOUNT,
            to_unproven=frozenset(WITH_CONTACT_POINT),
        )
    )
