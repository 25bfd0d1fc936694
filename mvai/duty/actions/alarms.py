"""Ring, take, give back, settle."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.audit.adding import add_if_new
from mvai.duty import desk, kinds, paging
from mvai.duty.actions import steps
from mvai.duty.models import Alarm, AlarmState
from mvai.duty.moves import move
from mvai.web.refusals import Refused
from mvai.web.times import clock_words

# What was taken and still isn't in order after this long rings again (product.md, the duty
# officer: an acknowledged request without a call).
RINGS_AGAIN_AFTER = timedelta(minutes=15)


class AlarmTaken(Refused):
    """Somebody else has it. The message says who, and since when."""


class AlarmSettled(Refused):
    """What the alarm rang for is already in order."""


@transaction.atomic(savepoint=False)
def ring(
    *,
    kind: str,
    subject: Model | None,
    label: str,
    at: datetime,
    standing: desk.Standing | None = None,
) -> Alarm:
    """Ring until somebody takes it. Asked twice for the same subject, it rings once.

    Without a subject it is about everything of its kind at once: there is one such alarm.

    While the desk is closed by plan and nobody is on duty, it rings from when the desk opens or
    the next shift starts. An alarm that was taken long enough ago for its cause to be in order
    rings again. `standing` is the desk's at `at`, where the caller has it at hand.
    """
    standing = standing or desk.standing(at)
    new = Alarm(
        kind=kinds.get(kind).code,
        **_about(subject),
        label=label,
        raised_at=at,
        rang_at=standing.rings_from,
    )
    alarm = None
    # One that is in the way may be settled before we have its lock: then ours is new after all.
    while alarm is None:
        is_new = bool(add_if_new([new]))
        alarm = new if is_new else _open_alarm(kind, subject).first()
    if not is_new and (alarm.taken_at is None or at < alarm.taken_at + RINGS_AGAIN_AFTER):
        return alarm
    with log.together():
        if not is_new:
            _ring_again(alarm, AlarmState.RINGING, standing, given_back_by=None)
        log.record(verb="alarm.rang", target=alarm, at=at, label=label, kind=kind)
        steps.start(alarm, standing)
    return alarm


@transaction.atomic
def take(*, alarm: Alarm, by: User, at: datetime) -> Alarm:
    """`by` has it: the ringing stops, and those who were paged are told who has it.

    The first to come wins. Raises AlarmTaken for everybody after, AlarmSettled when there is
    nothing left to take, PermissionDenied for somebody who doesn't work the desk.
    """
    if not (by.is_active and by.may(Permission.ALARM_TAKE)):
        raise PermissionDenied
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if not alarm.is_ringing:
        if alarm.taken_by_id == by.pk:
            return alarm
        raise _refusal(alarm, by)
    move(alarm, to=AlarmState.TAKEN, by=by, at=at, taken_by=by, taken_at=at)
    log.record(verb="alarm.taken", target=alarm, by=by, at=at, label=alarm.label)
    _stop_ringing(alarm, at, has_it=by)
    kinds.take(alarm, by, at)
    alarm.refresh_from_db()
    return alarm


@transaction.atomic
def give_back(*, alarm: Alarm, by: User, at: datetime) -> Alarm:
    """`by` can't keep it: it rings again, for the others first."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if not by.may(Permission.ALARM_TAKE):
        raise PermissionDenied
    if alarm.state != AlarmState.TAKEN:
        raise AlarmSettled(_("This alarm isn’t with anybody now."))
    if alarm.taken_by_id != by.pk and not by.may(Permission.SHIFT_EDIT):
        raise _refusal(alarm, by)
    release(alarm, by=by, at=at)
    return alarm


def release(alarm: Alarm, *, by: User, at: datetime) -> None:
    """A locked alarm that somebody has rings again, whoever says so. The caller asks who may."""
    standing = desk.standing(at)
    _ring_again(alarm, AlarmState.GIVEN_BACK, standing, by=by, given_back_by=alarm.taken_by)
    log.record(verb="alarm.given_back", target=alarm, by=by, at=at, label=alarm.label)
    steps.start(alarm, standing)


@transaction.atomic
def settle(*, kind: str, subject: Model | None, at: datetime) -> Alarm | None:
    """What it rang for is in order. None when no alarm was open; safe to repeat."""
    alarm = _open_alarm(kind, subject).first()
    return None if alarm is None else _settle(alarm, at)


@transaction.atomic
def settle_by_hand(*, alarm: Alarm, by: User, at: datetime) -> Alarm:
    """Who has it says that it is in order, where nothing else could tell.

    Raises AlarmTaken when somebody else has it, AlarmSettled when nobody needs to say so.
    """
    if not by.may(Permission.ALARM_TAKE):
        raise PermissionDenied
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if alarm.state != AlarmState.TAKEN or not kinds.is_settled_by_hand(alarm):
        raise AlarmSettled(_("There is nothing to settle here by hand."))
    if alarm.taken_by_id != by.pk and not by.may(Permission.SHIFT_EDIT):
        raise _refusal(alarm, by)
    return _settle(alarm, at, by=by)


def _settle(alarm: Alarm, at: datetime, by: User | None = None) -> Alarm:
    was_ringing = alarm.is_ringing
    move(alarm, to=AlarmState.SETTLED, by=by, at=at, settled_at=at)
    if was_ringing:
        _stop_ringing(alarm, at)
    log.record(verb="alarm.settled", target=alarm, by=by, at=at, label=alarm.label, kind=alarm.kind)
    return alarm


def _open_alarm(kind: str, subject: Model | None):
    """At most one, locked."""
    return Alarm.objects.open().filter(kind=kind, **_about(subject)).select_for_update()


def _about(subject: Model | None) -> dict[str, Any]:
    if subject is None:
        return {"subject_type": "", "subject_id": 0}
    return {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}


def _ring_again(
    alarm: Alarm,
    to: AlarmState,
    standing: desk.Standing,
    *,
    given_back_by: User | None,
    by: User | None = None,
) -> None:
    move(
        alarm,
        to=to,
        by=by,
        at=standing.at,
        generation=alarm.generation + 1,
        rang_at=standing.rings_from,
        taken_by=None,
        taken_at=None,
        given_back_by=given_back_by,
    )


def _stop_ringing(alarm: Alarm, at: datetime, has_it: User | None = None) -> None:
    # Messages before steps: a page that fails for good at this moment holds its message and
    # brings a step forward (paging.unreached).
    paging.stop(alarm=alarm, at=at, has_it=has_it)
    steps.stop(alarm, at)


def _refusal(alarm: Alarm, reader: User) -> Refused:
    if alarm.taken_by is None or alarm.taken_at is None:
        return AlarmSettled(_("This is settled. Nothing is left to do."))
    return AlarmTaken(
        _("%(name)s has it since %(time)s.")
        % {
            "name": alarm.taken_by.display_name,
            "time": clock_words(alarm.taken_at, reader.person.time_zone),
        }
    )
