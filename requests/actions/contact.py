"""Whom we call changes: another number, or a successor. From then on nobody is known again.

What codes have opened closes, no code goes anywhere, and the desk calls and confirms who it is.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.people.actions import add_contact_point, remove
from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from requests.actions.moves import MoveRefused, hold, hold_for, save_next_step
from requests.actions.page_messages import CONTACT_CHANGED
from requests.models import AssistanceRequest, ChangeOutcome, ContactChange, StatusCode
from requests.rules.next_actions import CALL_WITHIN, NextStep
from requests.states import Identity, NextAction, State


@transaction.atomic
def change(
    *,
    assistance_request: AssistanceRequest,
    number: str,
    name: str = "",
    email: str = "",
    press: uuid.UUID,
    by: User | None,
    at: datetime,
) -> ContactChange:
    """Call another number from now on; with a `name`, another leader.

    `by` is None for the leader's page. Pressed twice, it is one change. A change that still
    waits is replaced; what can be put back is how it was before the first.
    """
    locked = hold_for(assistance_request, by=by)
    known = ContactChange.objects.filter(press=press, assistance_request=locked).first()
    if known is not None:
        return known
    number, name = " ".join(number.split()), " ".join(name.split())
    if not number:
        raise MoveRefused(_("Give a number where we can reach you."), "number")
    if not name and number == locked.call_number:
        raise MoveRefused(_("That is the number we have."), "number")

    waiting = _waiting(locked)
    made = ContactChange(
        assistance_request=locked,
        leader_before=waiting.leader_before if waiting else locked.leader,
        name_before=waiting.name_before if waiting else locked.call_name,
        number_before=waiting.number_before if waiting else locked.call_number,
        is_successor=bool(name) or bool(waiting and waiting.is_successor),
        by=by,
        said_at=at,
        press=press,
    )
    if waiting:
        _settle(waiting, ChangeOutcome.REPLACED, by, at)
    made.save()
    if name:
        locked.leader = Person.objects.create(
            full_name=name, time_zone=locked.time_zone, language=locked.leader.language
        )
        locked.call_name = name
    _reach_at(locked.leader, number, email, by=by, at=at)
    locked.call_number = number
    locked.call_number_e164 = normalize(Channel.VOICE, number)[:16]
    locked.save(update_fields=["leader", "call_name", "call_number", "call_number_e164"])
    _forget_who_it_is(locked, at, is_successor=bool(name))
    log.record(
        verb="request.successor_named" if name else "request.number_changed",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
    )
    _tell_owner(made, locked, by, at)
    return made


@transaction.atomic
def put_back(*, change: ContactChange, by: User, at: datetime) -> ContactChange:
    """It was a slip, or not theirs to say: call the leader and the number of before again.

    Who that is was confirmed once, and is confirmed again: the desk does not know who said it.
    """
    locked = hold(change.assistance_request, by=by)
    found = ContactChange.objects.select_related("leader_before").get(pk=change.pk)
    if found.outcome == ChangeOutcome.PUT_BACK:
        return found
    if found.outcome:
        raise MoveRefused(_("This was settled in the meantime."))
    locked.leader = found.leader_before
    locked.call_name = found.name_before
    locked.call_number = found.number_before
    locked.call_number_e164 = normalize(Channel.VOICE, found.number_before)[:16]
    locked.save(update_fields=["leader", "call_name", "call_number", "call_number_e164"])
    _reach_at(found.leader_before, found.number_before, "", by=by, at=at)
    _settle(found, ChangeOutcome.PUT_BACK, by, at)
    _forget_who_it_is(locked, at, is_successor=False)
    log.record(verb="request.contact_put_back", target=locked, by=by, at=at, label=locked.reference)
    return found


# What follows is used by the other actions; the request's row is locked.


def confirmed(locked: AssistanceRequest, *, by: User, at: datetime) -> bool:
    """The desk knows who it is again: codes may go out. False when nothing had changed."""
    waiting = _waiting(locked)
    if waiting is None:
        return False
    _settle(waiting, ChangeOutcome.CONFIRMED, by, at)
    return True


def is_waiting(assistance_request: AssistanceRequest) -> bool:
    """Whether somebody has yet to confirm whom we call: until then no code opens anything."""
    return ContactChange.objects.filter(assistance_request=assistance_request, outcome="").exists()


def _waiting(locked: AssistanceRequest) -> ContactChange | None:
    rows = ContactChange.objects.filter(assistance_request=locked, outcome="")
    return rows.select_related("leader_before").first()


def _reach_at(person: Person, number: str, email: str, *, by: User | None, at: datetime) -> None:
    """This number is the one; others for calls and texts lead elsewhere by now."""
    others = ContactPoint.objects.kept().filter(
        person=person, channel__in=[Channel.VOICE, Channel.SMS]
    )
    for point in others.exclude(value=number):
        remove(contact_point=point, at=at, by=by)
    ways = [(Channel.VOICE, number), (Channel.SMS, number)]
    if email.strip():
        ways.append((Channel.EMAIL, email.strip().lower()))
    for channel, value in ways:
        add_contact_point(person=person, channel=channel, value=value, at=at, consented=True, by=by)


def _forget_who_it_is(locked: AssistanceRequest, at: datetime, *, is_successor: bool) -> None:
    """Close what is open, end the codes that are out, and have the desk call."""
    locked.grant_generation += 1
    locked.save(update_fields=["grant_generation"])
    StatusCode.objects.filter(
        assistance_request=locked, used_at=None, expires_at__gt=at, made_at__lt=at
    ).update(expires_at=at)
    verification = getattr(locked, "verification", None)
    if verification is not None:
        verification.state, verification.method = Identity.PENDING, ""
        verification.by = verification.at = None
        verification.note = (
            gettext_noop("A successor was named.")
            if is_successor
            else gettext_noop("The number changed.")
        )
        verification.save()
    if locked.state != State.SUBMITTED:
        words = (
            gettext_noop("Call the new leader and confirm who they are.")
            if is_successor
            else gettext_noop("Call the new number and confirm who it is.")
        )
        save_next_step(locked, NextStep(NextAction.CALL, at + CALL_WITHIN), words)


def _settle(found: ContactChange, outcome: ChangeOutcome, by: User | None, at: datetime) -> None:
    found.outcome, found.settled_by, found.settled_at = outcome, by, at
    found.save(update_fields=["outcome", "settled_by", "settled_at"])


def _tell_owner(
    made: ContactChange, locked: AssistanceRequest, by: User | None, at: datetime
) -> None:
    owner = locked.owner
    if owner is None or not owner.is_active or owner == by:
        return
    outbox.enqueue(
        purpose=CONTACT_CHANGED,
        subject=locked,
        people=[owner.person],
        at=at,
        label=locked.reference,
        occurrence=f"change-{made.pk}",
    )


__all__ = ["change", "confirmed", "is_waiting", "put_back"]
