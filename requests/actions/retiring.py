"""A request goes as a whole when its time is over, and stays as a whole under a legal hold."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.outbox.retiring import OWN, holds_one
from mvai.people.models import Person
from requests.models import (
    AgreedTime,
    Approach,
    ApproachTry,
    AssistanceRequest,
    CallLog,
    CallPromise,
    CallStart,
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
    InboundState,
    Inquiry,
    Offer,
    Outreach,
    RecordsAsk,
    ResponseGoal,
    SentItem,
    SharedChecklist,
    StateChange,
    StatusCode,
    Verification,
)

# Every kind of record that belongs to one request, by `assistance_request`.
BELOW: tuple[Any, ...] = (
    FollowUp,
    AgreedTime,
    SentItem,
    Engagement,
    Offer,
    Outreach,
    ResponseGoal,
    StateChange,
    CallLog,
    CallPromise,
    CallStart,
    Verification,
    IdentityTry,
    StatusCode,
    IdentityCode,
    Approach,
    Inbound,
    DeskMessage,
    Concern,
    ContactChange,
    Inquiry,
    Delegate,
    EmergencyAccess,
    RecordsAsk,
    SharedChecklist,
)


def is_held() -> Q:
    """Of a request: it, its leader, a delegate or anything below it is under a legal hold."""
    held = OWN | Q(leader__in=Person.objects.filter(legal_hold=True).values("pk"))
    for model in BELOW:
        held |= holds_one(model, "assistance_request")
    held |= holds_one(ContactLog, "engagement__assistance_request")
    held |= holds_one(ApproachTry, "approach__assistance_request")
    stands_in = Delegate.objects.filter(assistance_request=OuterRef("pk"), person__legal_hold=True)
    handed_on = ContactChange.objects.filter(
        assistance_request=OuterRef("pk"), leader_before__legal_hold=True
    )
    before = Inquiry.objects.filter(assistance_request=OuterRef("pk"), person__legal_hold=True)
    return held | Q(Exists(stands_in)) | Q(Exists(handed_on)) | Q(Exists(before))


def held() -> QuerySet[AssistanceRequest]:
    return AssistanceRequest.objects.filter(is_held())


def _about_one_held() -> Q:
    """Of a message or an alarm: it is about a request that is held, or something below one.

    The requests are read here, once: as a part of the query for each kind of record below them,
    their many conditions would be planned again for each, which takes PostgreSQL seconds.
    """
    found = dict(held().values_list("pk", "reference"))
    about = Q(label__in=list(found.values()))
    about |= Q(subject_type=AssistanceRequest._meta.label_lower, subject_id__in=list(found))
    for model in BELOW:
        ours = model._base_manager.filter(assistance_request__in=list(found))
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=ours.values("pk"))
    return about


def _closed(cutoff: datetime) -> QuerySet[AssistanceRequest]:
    return AssistanceRequest.objects.filter(closed_at__lt=cutoff)


def remove(pks: list[int]) -> dict[str, int]:
    """Delete requests with everything below them; rows by table."""
    mine = {"assistance_request__in": pks}
    links = (AssistanceRequest.incident_types.through, AssistanceRequest.needs.through)
    contacts = ContactLog._base_manager.filter(engagement__assistance_request__in=pks)
    AssistanceRequest._base_manager.filter(duplicate_of__in=pks).update(duplicate_of=None)
    contact_pks = list(contacts.values_list("pk", flat=True))
    return purging.delete(
        ContactLog.topics.through._base_manager.filter(contactlog__in=contact_pks),
        ContactLog._base_manager.filter(pk__in=contact_pks),
        ApproachTry._base_manager.filter(approach__assistance_request__in=pks),
        *(model._base_manager.filter(**mine) for model in BELOW),
        *(link._base_manager.filter(assistancerequest__in=pks) for link in links),
        AssistanceRequest._base_manager.filter(pk__in=pks),
    )


def _codes(cutoff: datetime) -> QuerySet[StatusCode]:
    return StatusCode.objects.filter(made_at__lt=cutoff)


def _identity_codes(cutoff: datetime) -> QuerySet[IdentityCode]:
    return IdentityCode.objects.filter(made_at__lt=cutoff)


def _approaches(cutoff: datetime) -> QuerySet[Approach]:
    """What led to no request; what did goes with that."""
    return Approach.objects.filter(assistance_request=None, ended_at__lt=cutoff)


def _remove_approaches(pks: list[int]) -> dict[str, int]:
    return purging.delete(
        ApproachTry._base_manager.filter(approach__in=pks),
        Approach._base_manager.filter(pk__in=pks),
    )


def _inbound(cutoff: datetime) -> QuerySet[Inbound]:
    """What became part of no request; what did goes with that."""
    return Inbound.objects.filter(assistance_request=None, received_at__lt=cutoff).exclude(
        state=InboundState.WAITING
    )


def _inquiries(cutoff: datetime) -> QuerySet[Inquiry]:
    """Those of the slow door that became no request; what did goes with that."""
    return Inquiry.objects.filter(assistance_request=None, closed_at__lt=cutoff)


def register() -> None:
    purging.hold_what_is_about(_about_one_held)
    purging.register(
        purging.Rule(
            name="status_code",
            label=_("Codes for the status page"),
            retention=RetentionClass.CONTACT_TOKEN,
            past=_codes,
            held=lambda: OWN | Q(assistance_request__in=held().values("pk")),
            remove=lambda pks: purging.delete(StatusCode._base_manager.filter(pk__in=pks)),
            models=(StatusCode,),
        )
    )
    purging.register(
        purging.Rule(
            name="identity_code",
            label=_("Codes sent to an agency’s address"),
            retention=RetentionClass.CONTACT_TOKEN,
            past=_identity_codes,
            held=lambda: OWN | Q(assistance_request__in=held().values("pk")),
            remove=lambda pks: purging.delete(IdentityCode._base_manager.filter(pk__in=pks)),
            models=(IdentityCode,),
        )
    )
    purging.register(
        purging.Rule(
            name="approach",
            label=_("Offers of help that led to no request"),
            retention=RetentionClass.REQUEST_CORE,
            past=_approaches,
            held=lambda: OWN | holds_one(ApproachTry, "approach"),
            remove=_remove_approaches,
            models=(Approach, ApproachTry),
        )
    )
    purging.register(
        purging.Rule(
            name="request",
            label=_("Requests, with everything about them"),
            retention=RetentionClass.REQUEST_CORE,
            past=_closed,
            held=is_held,
            remove=remove,
            models=(AssistanceRequest, ContactLog, *BELOW),
        )
    )
    purging.register(
        purging.Rule(
            name="inbound",
            label=_("What people wrote that became no request"),
            retention=RetentionClass.REQUEST_CORE,
            past=_inbound,
            held=lambda: OWN | Q(person__in=Person.objects.filter(legal_hold=True).values("pk")),
            remove=lambda pks: purging.delete(Inbound._base_manager.filter(pk__in=pks)),
            models=(Inbound,),
        )
    )
    purging.register(
        purging.Rule(
            name="inquiry",
            label=_("Questions about getting ready"),
            retention=RetentionClass.REQUEST_CORE,
            past=_inquiries,
            held=lambda: OWN | Q(person__in=Person.objects.filter(legal_hold=True).values("pk")),
            remove=lambda pks: purging.delete(Inquiry._base_manager.filter(pk__in=pks)),
            models=(Inquiry,),
        )
    )
