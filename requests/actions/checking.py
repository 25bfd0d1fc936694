"""Requests that may not be real: they ring together, and are looked at together.

A doubtful request that comes alone rings as any other. What comes within BURST after another
doubtful one joins a standing alarm, one for all of them. That alarm rings until somebody takes it,
and again a quarter of an hour later while any of them has no owner (watch.py).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.duty import actions as duty
from mvai.duty import kinds
from mvai.duty.desk import Standing
from mvai.duty.models import Alarm
from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.states import NotSent
from mvai.web.refusals import Refused
from requests.actions import alarms, closing, desk
from requests.actions.messages import REQUEST_RECEIVED
from requests.actions.moves import MoveRefused, hold
from requests.models import AssistanceRequest
from requests.states import CloseReason, State

BURST = timedelta(hours=1)
# Among PostgreSQL's advisory locks.
_LOCK = 0x6D766169_6368656B


class Outcome(NamedTuple):
    """References: those it was done to, and those that others had moved on by then."""

    done: list[str]
    left: list[str]


def ring(assistance_request: AssistanceRequest, at: datetime, standing: Standing) -> None:
    """Ring for a doubtful request that is being filed: on its own, or with the others."""
    if not _is_one_of_many(assistance_request, at):
        alarms.ring(alarms.FILED, assistance_request, at, standing)
    elif not _alarm().exists():
        # Settled in the meantime, it would ring for nobody until the sweep rings anew: seconds.
        ring_for_all(at, standing)


def ring_for_all(at: datetime, standing: Standing | None = None) -> Alarm:
    """The standing alarm. One that was taken long enough ago rings again."""
    return duty.ring(
        kind=alarms.CHECK_FIRST,
        subject=None,
        label=gettext_noop("The list to check first"),
        at=at,
        standing=standing,
    )


def settle(at: datetime) -> None:
    """Nothing is left that the standing alarm stands for."""
    if _alarm().exists():
        duty.settle(kind=alarms.CHECK_FIRST, subject=None, at=at)


@transaction.atomic
def found_real(
    *, assistance_request: AssistanceRequest, by: User, at: datetime
) -> AssistanceRequest:
    """ "This is real": the mark goes, and without an owner it rings on its own, at once.

    A text that was held back because of the mark is promised anew.
    """
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    if not locked.check_first:
        raise MoveRefused(_("%(reference)s is not marked.") % {"reference": locked.reference})
    locked.check_first = False
    locked.save(update_fields=["check_first"])
    log.record(verb="request.found_real", target=locked, by=by, at=at, label=locked.reference)
    if locked.state == State.SUBMITTED:
        alarms.ring(alarms.FILED, locked, at)
    held_back = Message.objects.about(locked).filter(
        purpose=REQUEST_RECEIVED,
        not_sent_reason__in=[NotSent.TEXTED_LATELY, NotSent.HELD_BACK],
    )
    if held_back.exists():
        outbox.enqueue(
            purpose=REQUEST_RECEIVED,
            subject=locked,
            people=[locked.leader],
            at=at,
            label=locked.reference,
            occurrence="real",
        )
    return locked


def not_confirmed(
    *, requests: Iterable[AssistanceRequest], note: str, by: User, at: datetime
) -> Outcome:
    """Close several as not confirmed: taken and closed by `by`, each on its own."""
    if not (by.may(Permission.REQUEST_WORK) and by.may(Permission.REQUEST_CLOSE)):
        raise PermissionDenied
    return _each(requests, lambda one: _close(one, note=note, by=by, at=at))


def take(*, requests: Iterable[AssistanceRequest], by: User, at: datetime) -> Outcome:
    """ "I have these": the first step on each is a call, as on any other."""
    return _each(requests, lambda one: desk.take(assistance_request=one, by=by, at=at))


def reopen(*, requests: Iterable[AssistanceRequest], by: User, at: datetime) -> Outcome:
    """Undo `not_confirmed`: open again, with `by` as their owner and still marked."""
    note = _("Closed by mistake, with others.")
    return _each(
        requests, lambda one: closing.reopen(assistance_request=one, note=note, by=by, at=at)
    )


def _each(
    requests: Iterable[AssistanceRequest], act: Callable[[AssistanceRequest], object]
) -> Outcome:
    done, left = [], []
    for one in requests:
        try:
            act(one)
        except Refused:
            left.append(one.reference)
        else:
            done.append(one.reference)
    return Outcome(done, left)


@transaction.atomic
def _close(one: AssistanceRequest, *, note: str, by: User, at: datetime) -> None:
    alarms.lock(one)
    if not AssistanceRequest.objects.locked(one.pk).check_first:
        raise MoveRefused(_("%(reference)s is not marked.") % {"reference": one.reference})
    desk.take(assistance_request=one, by=by, at=at)
    closing.close(
        assistance_request=one, close_reason=CloseReason.NOT_CONFIRMED, note=note, by=by, at=at
    )


def _is_one_of_many(assistance_request: AssistanceRequest, at: datetime) -> bool:
    """Whether another doubtful one came lately, or is being filed at this moment.

    Nobody waits for the lock: whoever doesn't get it knows that there is another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return True
    return (
        AssistanceRequest.objects.filter(check_first=True, submitted_at__gt=at - BURST)
        .exclude(pk=assistance_request.pk)
        .exists()
    )


def _alarm():
    return Alarm.objects.open().filter(kind=alarms.CHECK_FIRST)


def _title_now() -> str:
    count = AssistanceRequest.objects.to_check().count()
    return ngettext(
        "%(count)d request to check first", "%(count)d requests to check first", count
    ) % {"count": count}


def _look_after(subject_id: int, by: User, at: datetime) -> None:
    """Who takes the alarm looks at them; each still gets an owner, or the alarm rings again."""


def register_kind() -> None:
    kinds.register(
        kinds.AlarmKind(
            code=alarms.CHECK_FIRST,
            title=gettext_lazy("Requests to check first"),
            title_now=_title_now,
            path=lambda _nothing: reverse("requests:checking"),
            take=_look_after,
        )
    )
