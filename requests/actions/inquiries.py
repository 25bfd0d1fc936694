"""The slow door: asking to get ready, and what staff do about it. Nothing here rings but the one
step that turns an inquiry into a request."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.accounts.models import User
from mvai.agencies.models import Agency
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
from mvai.web.refusals import Refused
from mvai.web.times import day_words, zone_of
from requests.actions import filing
from requests.models import AssistanceRequest, Inquiry, InquiryState, InquiryStep, ReadyBy
from requests.rules import inquiries as rules

INQUIRY_RECEIVED = "inquiry_received"
_BECAME = uuid.UUID("7c5d0f1e-2f0a-4e0f-9a53-0f3d0a4c9b11")


def file_inquiry(
    *,
    attempt: uuid.UUID,
    full_name: str,
    reach: str,
    agency: Agency | None = None,
    agency_text: str = "",
    needs: Iterable[str] = (),
    ready_by: str = "",
    note: str = "",
    language: str = "",
    at: datetime,
) -> Inquiry:
    """Keep what a leader wants to be ready for; asked twice with one attempt, keep one.

    It rings nobody: it is answered within two business days, and an e-mail says so where they
    left an address, in the `language` of the page.
    """
    language = language or settings.LANGUAGE_CODE
    facts = {
        "reach": reach,
        "agency": agency,
        "agency_text": agency_text,
        "needs": sorted(needs),
        "ready_by": ready_by or ReadyBy.OPEN,
        "note": note,
    }
    try:
        return _file(attempt=attempt, full_name=full_name, language=language, facts=facts, at=at)
    except IntegrityError:
        same = Inquiry.objects.filter(attempt=attempt).first()
        if same is None:
            raise
        return same


@transaction.atomic
def _file(
    *, attempt: uuid.UUID, full_name: str, language: str, facts: Mapping[str, Any], at: datetime
) -> Inquiry:
    agency = facts["agency"]
    zone = (agency and agency.time_zone) or settings.TIME_ZONE
    person = Person.objects.create(full_name=full_name, time_zone=zone, language=language)
    answer_by = rules.answer_by(at, zone)
    inquiry = Inquiry.objects.create(
        attempt=attempt,
        person=person,
        submitted_at=at,
        answer_by=answer_by,
        next_step_due_at=answer_by,
        **facts,
    )
    by_mail = inquiry.is_by_mail
    point = add_contact_point(
        person=person,
        channel=Channel.EMAIL if by_mail else Channel.VOICE,
        value=inquiry.reach,
        at=at,
    )
    log.record(
        verb="inquiry.filed",
        target=inquiry,
        by=None,
        at=at,
        needs=inquiry.needs,
        ready_by=inquiry.ready_by,
    )
    if by_mail and point.normalized:
        outbox.enqueue(
            purpose=INQUIRY_RECEIVED, subject=inquiry, people=[person], points=[point], at=at
        )
    return inquiry


@transaction.atomic
def take(*, inquiry: Inquiry, by: User, at: datetime) -> Inquiry:
    """ "I look after this." Raises Refused when it is closed or somebody else's."""
    row = _open(inquiry)
    if row.owner_id == by.pk:
        return row
    if row.owner is not None and row.owner.is_active:
        raise Refused(_("%(name)s looks after this one.") % {"name": row.owner.display_name})
    row.owner = by
    row.save(update_fields=["owner"])
    log.record(verb="inquiry.taken", target=row, by=by, at=at)
    return row


@transaction.atomic
def carry_on(
    *,
    inquiry: Inquiry,
    state: str,
    next_step: str = "",
    due_on: date | None = None,
    outcome: str = "",
    by: User,
    at: datetime,
) -> Inquiry:
    """Say how far it is, what comes next and by when; closing says what was done instead.

    Whoever carries on looks after it, unless somebody does. Raises Refused.
    """
    row = _open(inquiry)
    if state != row.state and state not in rules.MOVES[row.state]:
        raise Refused(_("It can’t go there from where it is."), "state")
    before = row.state
    if state == InquiryState.CLOSED:
        _close(row, outcome, at)
    else:
        if next_step not in InquiryStep.values:
            raise Refused(_("Say what comes next."), "next_step")
        if due_on is None:
            raise Refused(_("Say by when."), "due_on")
        due_at = rules.end_of_day(due_on, settings.TIME_ZONE)
        row.next_step, row.next_step_due_at = next_step, due_at
        row.outcome = outcome or row.outcome
    row.state = state
    if row.owner is None or not row.owner.is_active:
        row.owner = by
    row.save()
    log.record(
        verb="inquiry.carried_on",
        target=row,
        by=by,
        at=at,
        before=before,
        state=state,
        next_step=row.next_step,
        due_at=row.next_step_due_at,
    )
    return row


@transaction.atomic
def it_has_happened(
    *, inquiry: Inquiry, call_number: str = "", by: User, at: datetime
) -> AssistanceRequest:
    """Make it a request with all that is known, which rings the desk; asked twice, the same."""
    row = Inquiry.objects.locked(inquiry.pk)
    if row.assistance_request is not None:
        return row.assistance_request
    if not row.is_open:
        raise Refused(_("This is closed. Write down a call instead."))
    number = call_number or ("" if row.is_by_mail else row.reach)
    made = filing.file_request(
        attempt=uuid.uuid5(_BECAME, str(row.attempt)),
        call_name=row.person.addressed_as,
        call_number=number or row.reach,
        details={
            "agency": row.agency,
            "agency_text": row.agency_text,
            "needs": row.needs,
            "note": row.note,
            "email": row.reach if row.is_by_mail else "",
        },
        by=by,
        at=at,
    )
    row.assistance_request = made
    row.state = InquiryState.CLOSED
    _close(row, _("It has happened: it became a request."), at)
    row.save()
    log.record(verb="inquiry.became_request", target=row, by=by, at=at, label=made.reference)
    return made


def register_purposes() -> None:
    register(
        Purpose(
            code=INQUIRY_RECEIVED,
            urgent=False,
            channels=(Channel.EMAIL,),
            is_relevant=_is_still_there,
            context=_until_when,
            audience="requester",
            topic=Topic.UPDATES,
            title=gettext_lazy("We have your question about getting ready"),
        )
    )


def _open(inquiry: Inquiry) -> Inquiry:
    row = Inquiry.objects.locked(inquiry.pk)
    if not row.is_open:
        raise Refused(_("This is closed already."))
    return row


def _close(row: Inquiry, outcome: str, at: datetime) -> None:
    outcome = outcome.strip() or row.outcome
    if not outcome:
        raise Refused(_("Say in a line what was done."), "outcome")
    row.outcome = outcome[:280]
    row.next_step, row.next_step_due_at = "", None
    row.closed_at = at


def _is_still_there(message: Message, now: datetime) -> str:
    found = Inquiry.objects.filter(pk=message.subject_id).exists()
    return "" if found else NotSent.SUBJECT_GONE


def _until_when(message: Message) -> Mapping[str, Any]:
    inquiry = Inquiry.objects.select_related("person").get(pk=message.subject_id)
    place = zone_of(inquiry.person.time_zone)
    day = inquiry.answer_by.astimezone(place).date()
    return {
        "when": day_words(day, message.created_at.astimezone(place).date()),
        "url": links.absolute(reverse("resources:library")),
    }
