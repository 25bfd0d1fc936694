"""Opening one request in an emergency, closing it early, and reviewing that it was opened."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission, Role
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.web.refusals import Refused
from requests.actions.messages import EMERGENCY_ACCESS
from requests.models import AssistanceRequest, EmergencyAccess, Verdict

LASTS = timedelta(minutes=30)
REASON_AT_LEAST = 10  # characters: a word alone explains nothing to the reviewer


class EmergencyRefused(Refused):
    """It can't be opened or reviewed as asked."""


@transaction.atomic
def open_request(*, reference: str, reason: str, by: User, at: datetime) -> EmergencyAccess:
    """Let `by` read this request for half an hour. The program managers are told at once.

    While one runs, asking again finds it and changes nothing. Raises EmergencyRefused, and
    PermissionDenied for whoever may not.
    """
    _may(by, Permission.EMERGENCY_ACCESS)
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        raise EmergencyRefused(_("Say in a few words why it can’t wait."), "reason")
    wanted = AssistanceRequest.objects.filter(reference__iexact=reference.strip())
    # Locked, so that two clicks make one.
    found = wanted.select_for_update(no_key=True).first()
    if found is None:
        raise EmergencyRefused(
            _("There is no request with this reference. It looks like MV-7K4Q."), "reference"
        )
    running = EmergencyAccess.objects.filter(assistance_request=found, by=by).running(at).first()
    if running is not None:
        return running
    opened = EmergencyAccess.objects.create(
        assistance_request=found, by=by, reason=reason[:280], began_at=at, ends_at=at + LASTS
    )
    log.record(
        verb="emergency_access.opened",
        target=opened,
        by=by,
        at=at,
        label=found.reference,
        until=opened.ends_at,
    )
    managers = User.objects.with_role(Role.PROGRAM_MANAGER).exclude(pk=by.pk)
    outbox.enqueue(
        purpose=EMERGENCY_ACCESS,
        subject=opened,
        people=[manager.person for manager in managers],
        at=at,
        label=found.reference,
    )
    return opened


@transaction.atomic
def end(*, access: EmergencyAccess, by: User, at: datetime) -> EmergencyAccess:
    """Whoever opened it needs it no longer; safe to repeat."""
    access = EmergencyAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    if access.by_id != by.pk:
        raise PermissionDenied
    if access.is_running(at):
        access.ends_at = at
        access.save(update_fields=["ends_at"])
        log.record(verb="emergency_access.ended", target=access, by=by, at=at, label=_label(access))
    return access


@transaction.atomic
def review(
    *, access: EmergencyAccess, verdict: str, note: str = "", by: User, at: datetime
) -> EmergencyAccess:
    """Somebody else says whether it was needed. What was not needed is said with a note."""
    _may(by, Permission.ACCESS_REVIEW)
    access = EmergencyAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    if access.by_id == by.pk:
        raise EmergencyRefused(_("You opened it yourself. Somebody else reviews it."))
    if access.reviewed_at is not None:
        raise EmergencyRefused(_("It has been reviewed already."))
    if verdict not in Verdict.values:
        raise EmergencyRefused(_("Choose what you found."), "verdict")
    note = note.strip()
    if verdict == Verdict.NOT_JUSTIFIED and not note:
        raise EmergencyRefused(_("Say what follows from it."), "note")
    access.verdict, access.review_note = verdict, note[:280]
    access.reviewed_by, access.reviewed_at = by, at
    access.save(update_fields=["verdict", "review_note", "reviewed_by", "reviewed_at"])
    log.record(
        verb="emergency_access.reviewed",
        target=access,
        by=by,
        at=at,
        label=_label(access),
        verdict=verdict,
    )
    return access


def _label(access: EmergencyAccess) -> str:
    return access.assistance_request.reference


def _may(by: User, permission: Permission) -> None:
    if not (by.is_active and by.may(permission)):
        raise PermissionDenied
