"""The roster, as the program manager writes it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.duty.models import Shift
from mvai.web.refusals import Refused


class ShiftRefused(Refused):
    """The shift can't be as asked; `field` is the form field that says why."""

    def __init__(self, message: str, field: str = "starts_at") -> None:
        super().__init__(message, field)


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
