"""A team's checklist that is made from the leader's page, and who else may look at it."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from mvai.audit import log
from requests.actions import retiring
from requests.actions.moves import hold_for
from requests.models import AssistanceRequest, SharedChecklist
from resources.actions import team, team_keeping, team_versions
from resources.models import Edition


@transaction.atomic
def share(
    *,
    assistance_request: AssistanceRequest,
    edition: Edition,
    title: str,
    agency: str,
    press: uuid.UUID,
    at: datetime,
) -> SharedChecklist:
    """Save a copy of an item for the leader's team. Pressed twice, it is one."""
    locked = hold_for(assistance_request, by=None, must_be_open=False)
    checklist = team.share(
        edition=edition,
        lines=team_versions.lines_of(edition),
        title=title,
        agency=agency,
        time_zone=locked.time_zone,
        ticked=(),
        # Of this request's own: another's press never leads to its checklist.
        press=uuid.uuid5(press, str(locked.pk)),
        at=at,
    )
    shared, is_new = SharedChecklist.objects.get_or_create(
        checklist=checklist, defaults={"assistance_request": locked, "shared_at": at}
    )
    if is_new:
        log.record(
            verb="request.checklist_shared",
            target=locked,
            at=at,
            label=locked.reference,
            checklist=checklist.pk,
        )
    return shared


@transaction.atomic
def show_to_advisors(*, shared: SharedChecklist, shown: bool, at: datetime) -> SharedChecklist:
    """The leader says that the advisor may see it, or takes that back. Said twice, it is once."""
    locked = hold_for(shared.assistance_request, by=None, must_be_open=False)
    found = SharedChecklist.objects.get(pk=shared.pk)
    if (found.invited_at is not None) == shown:
        return found
    found.invited_at = at if shown else None
    found.save(update_fields=["invited_at"])
    log.record(
        verb="request.checklist_shown" if shown else "request.checklist_hidden",
        target=locked,
        at=at,
        label=locked.reference,
        checklist=found.checklist_id,
    )
    return found


def _held() -> Q:
    """Of a checklist: it was made from a request that is under a legal hold."""
    rows = SharedChecklist.objects.filter(
        Q(legal_hold=True) | Q(assistance_request__in=retiring.held().values("pk"))
    )
    return Q(pk__in=rows.order_by().values("checklist"))


def _rows_of(pks: list[int]) -> QuerySet[Any]:
    return SharedChecklist._base_manager.filter(checklist__in=pks)


def register() -> None:
    team_keeping.hold_also(_held)
    team_keeping.remove_with_it(_rows_of)


__all__ = ["register", "share", "show_to_advisors"]
