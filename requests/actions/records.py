"""What a requester may ask about their records, by two people; and the legal hold."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Case, F, Model, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log, purging
from mvai.outbox.models import ArchivedMessage, Attempt, Message, ProviderEvent
from mvai.outbox.retiring import remove_people, unnamed_people
from mvai.people.models import ContactPoint, Person
from mvai.web.refusals import Refused
from requests.actions import retiring
from requests.models import (
    AgreedTime,
    Approach,
    AssistanceRequest,
    CallLog,
    Concern,
    ContactChange,
    ContactLog,
    Delegate,
    DeskMessage,
    EmergencyAccess,
    Engagement,
    FollowUp,
    IdentityCode,
    IdentityTry,
    Inbound,
    Inquiry,
    Offer,
    RecordsAsk,
    RecordsKind,
    RecordsOutcome,
    SharedChecklist,
    StateChange,
    StatusCode,
    Verification,
)

COPY_LASTS = timedelta(days=7)  # from the decision, to be handed over
REMOVED = "Removed"  # in place of what may not be blank; data, so not translated

# What somebody typed below a request, and what stays when it is blanked.
WORDS: dict[Any, tuple[str, ...]] = {
    ContactLog: ("participants", "note"),
    Engagement: ("choice_reason",),
    FollowUp: ("note",),
    Offer: ("override_reason",),
    StateChange: ("note",),
    CallLog: ("note",),
    AgreedTime: ("video_url",),
    EmergencyAccess: ("reason", "review_note"),
    Verification: ("note",),
    IdentityTry: ("note",),
    Approach: ("agency_text", "state_code", "published_number", "learned_from"),
}
# Nothing of these belongs to the award's figures; what points to a delegate goes before it.
GO = (
    Inbound,
    Inquiry,
    StatusCode,
    IdentityCode,
    DeskMessage,
    Concern,
    ContactChange,
    Delegate,
    SharedChecklist,
)
# Of the request itself: what the award's figures need, and codes of ours.
KEPT_WORDS = frozenset(
    {"reference", "filer_role", "agency_text", "city", "state_code", "time_zone"}
)


@transaction.atomic
def ask(*, assistance_request: AssistanceRequest, kind: str, by: User, at: datetime) -> RecordsAsk:
    """Ask for a copy or a removal on the requester's behalf. Raises Refused."""
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if RecordsAsk.objects.filter(assistance_request=locked, kind=kind, outcome="").exists():
        raise Refused(_("This was asked already and waits for a second person."))
    if kind == RecordsKind.REMOVAL:
        _refuse_removal(locked)
    made = RecordsAsk.objects.create(assistance_request=locked, kind=kind, asked_by=by, asked_at=at)
    log.record(verb="records.asked", target=locked, by=by, at=at, label=locked.reference, what=kind)
    return made


@transaction.atomic
def decide(*, asked: RecordsAsk, does: bool, by: User, at: datetime) -> RecordsAsk:
    """Do what was asked, as the second person, or not. A removal can't be undone."""
    locked = AssistanceRequest.objects.locked(asked.assistance_request_id)
    asked.refresh_from_db()
    if asked.outcome:
        raise Refused(_("This is decided already."))
    if does and asked.asked_by_id == by.pk:
        raise Refused(_("You asked for this yourself. A second person has to confirm it."))
    removed: dict[str, int] = {}
    if does and asked.kind == RecordsKind.REMOVAL:
        _refuse_removal(locked)
        removed = _remove_names(locked)
    asked.outcome = RecordsOutcome.DONE if does else RecordsOutcome.REFUSED
    asked.decided_by, asked.decided_at = by, at
    asked.save()
    log.record(
        verb="records.decided",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        what=asked.kind,
        outcome=asked.outcome,
        rows=sum(removed.values()),
    )
    return asked


@transaction.atomic
def set_hold(
    *, assistance_request: AssistanceRequest, on: bool, by: User, at: datetime
) -> AssistanceRequest:
    """Put a legal hold on a request and everything about it, or lift it."""
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if locked.legal_hold != on:
        locked.legal_hold = on
        locked.save(update_fields=["legal_hold"])
        log.record(
            verb="request.hold_put" if on else "request.hold_lifted",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
        )
    return locked


def is_held(assistance_request: AssistanceRequest) -> bool:
    """It, its people or anything below it."""
    return retiring.held().filter(pk=assistance_request.pk).exists()


def copy_of(assistance_request: AssistanceRequest, *, by: User, at: datetime) -> dict[str, Any]:
    """Everything about the request and its people, as JSON. Raises Refused unless two agreed.

    Of advisors and staff it holds numbers only, and nothing of who else was considered.
    """
    agreed = RecordsAsk.objects.filter(
        assistance_request=assistance_request,
        kind=RecordsKind.COPY,
        outcome=RecordsOutcome.DONE,
        decided_at__gt=at - COPY_LASTS,
    )
    if not agreed.exists():
        raise Refused(_("A copy is there for seven days after a second person has confirmed it."))
    has_concern = Concern.objects.filter(assistance_request=assistance_request).exists()
    if has_concern and not by.may(Permission.CONCERN_READ):
        raise Refused(_("A program manager hands out this copy."))
    people = _people(assistance_request)
    parts: list[QuerySet[Any]] = [
        AssistanceRequest.objects.filter(pk=assistance_request.pk),
        Person.objects.filter(pk__in=people),
        ContactPoint.objects.filter(person__in=people),
        *(
            model._base_manager.filter(assistance_request=assistance_request)
            for model in retiring.BELOW
        ),
        ContactLog.objects.filter(engagement__assistance_request=assistance_request),
        Message.objects.filter(_told_of(assistance_request), person__in=people),
        ArchivedMessage.objects.filter(_told_of(assistance_request), person__in=people),
    ]
    log.record_read(
        verb="records.copied",
        target=assistance_request,
        by=by,
        at=at,
        label=assistance_request.reference,
    )
    return {
        rows.model._meta.label: [_columns(row) for row in rows.order_by("pk")] for rows in parts
    }


def _refuse_removal(locked: AssistanceRequest) -> None:
    if locked.is_open:
        raise Refused(_("Close the request first: we still need to reach them."))
    if is_held(locked):
        raise Refused(_("There is a legal hold: nothing of this may be removed."))


def _blanked(model: Any, fields: tuple[str, ...]) -> dict[str, str]:
    """What stands in place of these texts: nothing, or a word where nothing may not stand."""
    return {name: "" if model._meta.get_field(name).blank else REMOVED for name in fields}


def _people(assistance_request: AssistanceRequest) -> list[int]:
    """The leader, who led before, the delegates, whom a code was sent to, and who they were when
    they asked to get ready.
    """
    below = {"assistance_request": assistance_request}
    return [
        assistance_request.leader_id,
        *Delegate.objects.filter(**below).values_list("person_id", flat=True),
        *ContactChange.objects.filter(**below).values_list("leader_before_id", flat=True),
        *IdentityCode.objects.filter(**below).values_list("sent_to_id", flat=True),
        *Inquiry.objects.filter(**below).values_list("person_id", flat=True),
    ]


def _told_of(assistance_request: AssistanceRequest) -> Q:
    """Of a message: it is about this request or something below it."""
    about = Q(label=assistance_request.reference)
    about |= Q(subject_type=AssistanceRequest._meta.label_lower, subject_id=assistance_request.pk)
    for model in retiring.BELOW:
        ours = model._base_manager.filter(assistance_request=assistance_request)
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=ours.values("pk"))
    return about


def _remove_names(locked: AssistanceRequest) -> dict[str, int]:
    """Take out who they are and what was said; what remains is the award's: when, where, what."""
    people = _people(locked)
    told = Message.objects.filter(_told_of(locked), person__in=people)
    messages = list(told.values_list("pk", flat=True))
    archived = ArchivedMessage.objects.filter(_told_of(locked), person__in=people)
    counts = purging.delete(
        Attempt._base_manager.filter(message__in=messages),
        ProviderEvent._base_manager.filter(message__in=messages),
        ArchivedMessage._base_manager.filter(pk__in=list(archived.values_list("pk", flat=True))),
        Message._base_manager.filter(pk__in=messages),
        *(model._base_manager.filter(assistance_request=locked) for model in GO),
    )
    for model, fields in WORDS.items():
        where = (
            {"engagement__assistance_request": locked}
            if model is ContactLog
            else {"assistance_request": locked}
        )
        model._base_manager.filter(**where).update(**_blanked(model, fields))
    AssistanceRequest.objects.filter(pk=locked.pk).update(
        leader=Person.objects.create(full_name=REMOVED),
        call_name=REMOVED,
        call_number=REMOVED,
        call_number_e164="",
        safe_times="",
        note="",
        zip_code="",
        urgency_reason=Case(When(urgency_overridden=True, then=Value(REMOVED)), default=Value("")),
        next_action_note="",
        brief="",
        brief_by=None,
        brief_at=None,
        close_note="",
        attempt=uuid.uuid4(),
        link_generation=F("link_generation") + 1,  # links that are out there open nothing more
    )
    gone = unnamed_people().filter(pk__in=people, legal_hold=False)
    return counts | remove_people(list(gone.values_list("pk", flat=True)))


def _columns(row: Model) -> dict[str, Any]:
    values = {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in ("ranking", "search_key", "board_rank", "attempt")
    }
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
