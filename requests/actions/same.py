"""Two calls for help that are one: what was said is added, or one is closed for the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.numbers import number_words
from requests.actions import alarms, closing, desk, filing
from requests.actions.moves import MoveRefused, hold
from requests.models import AssistanceRequest, CallLog
from requests.states import OPEN_OFFER, CallOutcome, CloseReason, State

NOTE_LENGTH = 500  # of a call's note
_PLACE = ("agency", "agency_text", "city", "state_code", "zip_code")


@transaction.atomic
def note_call(
    *,
    assistance_request: AssistanceRequest,
    call_name: str,
    call_number: str,
    note: str = "",
    details: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Somebody called about a request that is there: keep who, from where and what they said.

    Facts fill gaps only. It is no call of ours: goals, alarms and the owner stay as they are.
    """
    locked = hold(assistance_request, by=by)
    who = ", ".join(part for part in (call_name.strip(), number_words(call_number.strip())) if part)
    CallLog.objects.create(
        assistance_request=locked,
        by=by,
        at=at,
        outcome=CallOutcome.CALLED_US,
        note=": ".join(part for part in (who, note.strip()) if part)[:NOTE_LENGTH],
    )
    locked.last_contact_at = at
    locked.save(update_fields=["last_contact_at"])
    log.record(verb="request.called_us", target=locked, by=by, at=at, label=locked.reference)
    if gaps := _gaps(locked, details or {}):
        filing.add_details(assistance_request=locked, details=gaps, by=by, at=at)
    return locked


@transaction.atomic
def merge(
    *,
    assistance_request: AssistanceRequest,
    into: AssistanceRequest,
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Close this one as the same as `into`, which goes on. Nobody is told; reopening undoes it.

    The one that advisors know of is the one that goes on, or they would be sent away for nothing.
    """
    if assistance_request.pk == into.pk:
        raise MoveRefused(_("Choose another request."))
    alarms.lock(assistance_request)
    # Both, in one order, so that two who merge them crosswise don't wait for each other.
    rows = {
        pk: AssistanceRequest.objects.locked(pk) for pk in sorted((assistance_request.pk, into.pk))
    }
    kept, locked = rows[into.pk], rows[assistance_request.pk]
    words = {"reference": locked.reference, "other": kept.reference}
    if not kept.is_open:
        raise MoveRefused(_("%(other)s is closed. Reopen it, or keep this one.") % words)
    if (
        locked.engagements.active().exists()
        or locked.offers.filter(state__in=sorted(OPEN_OFFER)).exists()
    ):
        raise MoveRefused(
            _("Advisors know of %(reference)s. Close %(other)s for it instead.") % words
        )
    if locked.state == State.SUBMITTED:
        desk.take(assistance_request=locked, by=by, at=at)
    closed = closing.close(
        assistance_request=locked,
        close_reason=CloseReason.DUPLICATE,
        note=_("Goes on as %(other)s.") % words,
        duplicate_of=kept,
        by=by,
        at=at,
    )
    log.record(
        verb="request.merged",
        target=kept,
        by=by,
        at=at,
        label=kept.reference,
        other=closed.reference,
    )
    return closed


def _gaps(locked: AssistanceRequest, details: Mapping[str, Any]) -> dict[str, Any]:
    """What was said and is not known yet. An agency that is known is not made another one."""
    knows_agency = bool(locked.agency_id or locked.agency_text)
    said = {name: value for name, value in details.items() if value and name in filing.DETAILS}
    return {
        name: value
        for name, value in said.items()
        if name not in {"note", "filing_for"}
        and not (knows_agency and name in _PLACE[:2])
        and getattr(locked, name) in (None, "")
    }
