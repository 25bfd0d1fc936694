"""Ring, take, give back, settle; and the steps in between that page one person after another."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.audit.adding import add_if_new
from mvai.duty import kinds, paging
from mvai.duty.models import (
    RINGING,
    Alarm,
    AlarmState,
    AlarmStep,
    Audience,
    Shift,
    StepOutcome,
)
from mvai.web.refusals import Refused
from mvai.web.times import clock_words

REPEATS_EVERY = timedelta(minutes=10)

# What was taken and still isn't in order after this long rings again (product.md, the duty
# officer: an acknowledged request without a call).
RINGS_AGAIN_AFTER = timedelta(minutes=15)

BATCH = 50


class AlarmTaken(Refused):
    """Somebody else has it. The message says who, and since when."""


class AlarmSettled(Refused):
    """What the alarm rang for is already in order."""


class ShiftRefused(Refused):
    """The shift can't be as asked; `field` is the form field that says why."""

    def __init__(self, message: str, field: str = "starts_at") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic(savepoint=False)
def ring(*, kind: str, subject: Model, label: str, at: datetime) -> Alarm:
    """Ring until somebody takes it. Asked twice for the same subject, it rings once.

    An alarm that was taken long enough ago for its cause to be in order rings again.
    """
    alarm = Alarm(
        kind=kinds.get(kind).code,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        label=label,
        rang_at=at,
    )
    if not add_if_new([alarm]):
        alarm = _open_alarm(kind, subject).get()
        if alarm.taken_at is None or at < alarm.taken_at + RINGS_AGAIN_AFTER:
            return alarm
        _ring_again(alarm, AlarmState.RINGING, at)
    with log.together():
        log.record(verb="alarm.rang", target=alarm, at=at, label=label, kind=kind)
        _start_paging(alarm, at)
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
    alarm.state = AlarmState.TAKEN
    alarm.taken_by, alarm.taken_at = by, at
    alarm.save(update_fields=["state", "taken_by", "taken_at"])
    log.record(verb="alarm.taken", target=alarm, by=by, at=at, label=alarm.label)
    _stop_ringing(alarm, at, has_it=by)
    kinds.get(alarm.kind).take(alarm.subject_id, by, at)
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
    alarm.given_back_by = alarm.taken_by
    _ring_again(alarm, AlarmState.GIVEN_BACK, at)
    log.record(verb="alarm.given_back", target=alarm, by=by, at=at, label=alarm.label)
    _start_paging(alarm, at)
    return alarm


@transaction.atomic
def settle(*, kind: str, subject: Model, at: datetime) -> Alarm | None:
    """What it rang for is in order. None when no alarm was open; safe to repeat."""
    alarm = _open_alarm(kind, subject).first()
    if alarm is None:
        return None
    was_ringing = alarm.is_ringing
    alarm.state, alarm.settled_at = AlarmState.SETTLED, at
    alarm.save(update_fields=["state", "settled_at"])
    if was_ringing:
        _stop_ringing(alarm, at)
    log.record(verb="alarm.settled", target=alarm, at=at, label=alarm.label, kind=kind)
    return alarm


def run_due_steps(now: datetime) -> int:
    """Page whoever is next for every alarm whose time has come. Returns the steps run.

    Run twice, late or in two processes, each step is done once.
    """
    due = AlarmStep.objects.due(now).filter(alarm=OuterRef("pk"), ringing=OuterRef("generation"))
    waiting = Alarm.objects.ringing().filter(Exists(due)).order_by("rang_at")
    ran = 0
    for pk in list(waiting.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            # The alarm is locked before its steps, here and in `take`: no deadlock, and
            # nobody is paged for an alarm that was taken a moment ago.
            alarm = waiting.filter(pk=pk).select_for_update(skip_locked=True).first()
            if alarm is not None:
                ran += _run_due_steps(alarm, now)
    return ran


def _open_alarm(kind: str, subject: Model):
    """At most one, locked."""
    return (
        Alarm.objects.open()
        .filter(kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk)
        .select_for_update()
    )


def _ring_again(alarm: Alarm, state: AlarmState, at: datetime) -> None:
    alarm.state = state
    alarm.generation += 1
    alarm.rang_at = at
    alarm.taken_by = alarm.taken_at = None
    alarm.save(
        update_fields=["state", "generation", "rang_at", "taken_by", "taken_at", "given_back_by"]
    )


def _start_paging(alarm: Alarm, at: datetime) -> None:
    """Freeze the steps of this ringing, and page whom the first of them is for."""
    steps = [
        AlarmStep(
            alarm=alarm,
            ringing=alarm.generation,
            number=number,
            audience=audience,
            due_at=at + after,
        )
        for number, (audience, after) in enumerate(kinds.get(alarm.kind).plan, start=1)
    ]
    _page_due(alarm, steps, at)
    AlarmStep.objects.bulk_create(steps)


def _run_due_steps(alarm: Alarm, now: datetime) -> int:
    """The alarm's row is locked."""
    steps = list(_steps(alarm).pending().order_by("number"))
    ran = _page_due(alarm, steps, now)
    if ran:
        for step in steps[: ran + 1]:  # the next one may have been brought forward, or is new
            step.save()
    return ran


def _page_due(alarm: Alarm, steps: list[AlarmStep], now: datetime) -> int:
    """Page for the steps whose time has come and say how many there were; saves no step.

    `steps` are those not done yet, in order. An empty one brings the next forward: there is
    nobody to wait for. When the last is done, one more joins them: everyone, again and again.
    """
    ran = 0
    while ran < len(steps) and steps[ran].due_at <= now:
        step = steps[ran]
        _page(alarm, step, now)
        ran += 1
        if ran == len(steps):
            steps.append(
                AlarmStep(
                    alarm=alarm,
                    ringing=alarm.generation,
                    number=step.number + 1,
                    audience=Audience.ALL_STAFF,
                    due_at=now + REPEATS_EVERY,
                )
            )
        elif step.outcome == StepOutcome.EMPTY:
            steps[ran].due_at = min(steps[ran].due_at, now)
    return ran


def _page(alarm: Alarm, step: AlarmStep, now: datetime) -> None:
    reached = paging.page(alarm=alarm, step=step, at=now)
    step.paged = len(reached.paged)
    step.outcome = StepOutcome.PAGED if reached.anybody else StepOutcome.EMPTY
    step.done_at = now
    log.record(
        verb="alarm.paged",
        target=alarm,
        at=now,
        label=alarm.label,
        audience=step.audience,
        outcome=step.outcome,
        paged=step.paged,
    )


def _steps(alarm: Alarm):
    return AlarmStep.objects.filter(alarm=alarm, ringing=alarm.generation)


def _stop_ringing(alarm: Alarm, at: datetime, has_it: User | None = None) -> None:
    _steps(alarm).pending().update(done_at=at, outcome=StepOutcome.NOT_NEEDED)
    paging.stop(alarm=alarm, at=at, has_it=has_it)


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


# Shifts


@transaction.atomic
def add_shift(
    *, user: User, role: str, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> Shift:
    """Put `user` on call for [starts_at, ends_at). Raises ShiftRefused with the field to blame."""
    _may_edit_shifts(by)
    shift = Shift(user=user, role=role, starts_at=starts_at, ends_at=ends_at)
    _save_shift(shift)
    log.record(verb="shift.added", target=shift, by=by, at=at, role=role)
    return shift


@transaction.atomic
def change_shift(
    *,
    shift: Shift,
    user: User,
    role: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    at: datetime,
) -> Shift:
    _may_edit_shifts(by)
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.ends_at <= at:
        raise ShiftRefused(_("This shift is over and stays on record as it was."), "starts_at")
    shift.user, shift.role, shift.starts_at, shift.ends_at = user, role, starts_at, ends_at
    _save_shift(shift)
    log.record(verb="shift.changed", target=shift, by=by, at=at, role=role)
    return shift


@transaction.atomic
def end_shift(*, shift: Shift, by: User, at: datetime) -> Shift:
    """End a shift that is running, now."""
    _may_edit_shifts(by)
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if not shift.starts_at < at < shift.ends_at:
        raise ShiftRefused(_("Only a shift that is running can be ended."))
    shift.ends_at = at
    shift.save(update_fields=["ends_at"])
    log.record(verb="shift.ended", target=shift, by=by, at=at, role=shift.role)
    return shift


@transaction.atomic
def remove_shift(*, shift: Shift, by: User, at: datetime) -> None:
    """Take a shift off the roster that hasn't begun. Past ones stay on record."""
    _may_edit_shifts(by)
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.starts_at <= at:
        raise ShiftRefused(_("This shift has begun. End it instead."))
    log.record(verb="shift.removed", target=shift, by=by, at=at, role=shift.role)
    shift.delete()


def _may_edit_shifts(by: User) -> None:
    if not by.may(Permission.SHIFT_EDIT):
        raise PermissionDenied


def _save_shift(shift: Shift) -> None:
    if shift.ends_at <= shift.starts_at:
        raise ShiftRefused(_("The shift must end after it starts."), "ends_at")
    if shift.ends_at - shift.starts_at > Shift.LONGEST:
        raise ShiftRefused(_("A shift lasts at most seven days."), "ends_at")
    if not (shift.user.is_active and shift.user.is_staff_member):
        raise ShiftRefused(_("Choose somebody who works the desk."), "user")
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        if "duty_one_person_per_role_at_a_time" not in str(error):
            raise
        raise ShiftRefused(_overlap(_in_the_way(shift))) from None


def _in_the_way(shift: Shift) -> Iterable[Shift]:
    return (
        Shift.objects.touching(shift.starts_at, shift.ends_at)
        .filter(role=shift.role)
        .exclude(pk=shift.pk)
        .select_related("user__person")[:3]
    )


def _overlap(shifts: Iterable[Shift]) -> str:
    names = ", ".join(sorted({shift.user.display_name for shift in shifts}))
    return _("%(names)s is already on call in this role for part of that time.") % {"names": names}


__all__ = [
    "RINGING",
    "AlarmSettled",
    "AlarmTaken",
    "ShiftRefused",
    "add_shift",
    "change_shift",
    "end_shift",
    "give_back",
    "remove_shift",
    "ring",
    "run_due_steps",
    "settle",
    "take",
]
