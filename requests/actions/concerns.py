"""A concern about an advisor: from the leader's page to the program manager, and to nobody else."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.people.models import Person
from mvai.web.refusals import Refused
from requests.actions.moves import MoveRefused
from requests.actions.page_messages import CONCERN_RAISED, DESK_WROTE
from requests.models import AssistanceRequest, Concern, Delegate
from requests.models.talk import LONGEST
from requests.rules.inbound import as_kept

MOST_OPEN = 5


@transaction.atomic
def raise_concern(
    *,
    assistance_request: AssistanceRequest,
    text: str,
    press: uuid.UUID,
    delegate: Delegate | None = None,
    at: datetime,
) -> Concern:
    """Keep it and tell the program managers. Pressed twice, it is one."""
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    known = Concern.objects.filter(press=press, assistance_request=locked).first()
    if known is not None:
        return known
    words = as_kept(text, LONGEST)
    if not words:
        raise MoveRefused(_("Write a few words first."), "text")
    if Concern.objects.open().filter(assistance_request=locked).count() >= MOST_OPEN:
        raise MoveRefused(_("The program manager has yet to answer what you wrote."), "text")
    made = Concern.objects.create(
        assistance_request=locked, text=words, press=press, delegate=delegate, raised_at=at
    )
    # Neither the request nor its reference: officers read the log of messages and of requests.
    log.record(verb="concern.raised", target=made, at=at)
    outbox.enqueue(purpose=CONCERN_RAISED, subject=made, people=_readers_of(made), at=at)
    return made


@transaction.atomic
def answer(*, concern: Concern, text: str, by: User, at: datetime) -> Concern:
    """What the program manager says to it; the leader reads it on the page."""
    locked, found = _locked(concern, by)
    words = as_kept(text, LONGEST)
    if not words:
        raise Refused(_("Write a few words first."), "text")
    if found.answer:
        raise Refused(_("This was answered already."), "text")
    found.answer, found.answered_by, found.answered_at = words, by, at
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    log.record(verb="concern.answered", target=found, by=by, at=at)
    outbox.enqueue(
        purpose=DESK_WROTE,
        subject=locked,
        people=[found.delegate.person if found.delegate else locked.leader],
        at=at,
        label=locked.reference,
        occurrence=f"concern-{found.pk}",
    )
    return found


@transaction.atomic
def settle(*, concern: Concern, by: User, at: datetime) -> Concern:
    """Nothing more is to be done about it. Pressed twice, the first time counts."""
    _request, found = _locked(concern, by)
    if found.settled_at is None:
        found.settled_by, found.settled_at = by, at
        found.save(update_fields=["settled_by", "settled_at"])
        log.record(verb="concern.settled", target=found, by=by, at=at)
    return found


def _locked(concern: Concern, by: User) -> tuple[AssistanceRequest, Concern]:
    if not Concern.objects.visible_to(by).filter(pk=concern.pk).exists():
        raise PermissionDenied
    locked = AssistanceRequest.objects.locked(concern.assistance_request_id)
    return locked, Concern.objects.select_related("delegate__person").get(pk=concern.pk)


def _readers_of(concern: Concern) -> list[Person]:
    """The program managers, but for one who advises this very leader."""
    managers = User.objects.with_role(Role.PROGRAM_MANAGER).select_related("person")
    return [
        one.person
        for one in managers
        if Concern.objects.visible_to(one).filter(pk=concern.pk).exists()
    ]


__all__ = ["answer", "raise_concern", "settle"]
