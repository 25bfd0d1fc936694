"""How alarms ring and when the desk is open, as the program manager writes it."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.duty import kinds, plans
from mvai.duty.hours import Stretch
from mvai.duty.models import DeskHours, PlanStep
from mvai.web.refusals import Refused


@transaction.atomic
def change_plan(
    *, kind: str, steps: Sequence[plans.PlannedStep], by: User, at: datetime
) -> plans.Plan:
    """From now on alarms of this kind ring like this, in the order of their delays.

    What rings already keeps the steps it began with. Raises PlanRefused with the row to blame.
    """
    _may(by)
    plans.check(steps)
    ordered = plans.in_order(steps)
    code = kinds.get(kind).code
    _erase_plan(code)
    try:
        PlanStep.objects.bulk_create(
            PlanStep(
                kind=code,
                number=number,
                audience=step.audience,
                after=step.after,
                channels=list(step.channels),
            )
            for number, step in enumerate(ordered, start=1)
        )
    except IntegrityError as error:
        if "duty_one_plan_step_per_number" not in str(error):
            raise
        raise Refused(_("Somebody changed this plan at the same moment. Try again.")) from None
    log.record(verb="plan.changed", by=by, at=at, kind=code, steps=len(ordered))
    return ordered


@transaction.atomic
def restore_plan(*, kind: str, by: User, at: datetime) -> None:
    """Back to the plan the kind came with."""
    _may(by)
    code = kinds.get(kind).code
    if _erase_plan(code):
        log.record(verb="plan.restored", by=by, at=at, kind=code)


@transaction.atomic
def change_hours(*, stretches: Sequence[Stretch], by: User, at: datetime) -> None:
    """The hours the desk keeps from now on; none is around the clock.

    What waits for the desk to open rings sooner if it opens sooner now, and never later
    (waiting.bring_forward).
    """
    _may(by)
    DeskHours.objects.all().delete()
    try:
        DeskHours.objects.bulk_create(
            DeskHours(weekday=one.weekday, opens=one.opens, closes=one.closes) for one in stretches
        )
    except IntegrityError as error:
        if "duty_desk_opens_once_at_a_time" not in str(error):
            raise
        raise Refused(_("Somebody changed the hours at the same moment. Try again.")) from None
    log.record(verb="hours.changed", by=by, at=at, stretches=len(stretches))


def _may(by: User) -> None:
    if not by.may(Permission.SHIFT_EDIT):
        raise PermissionDenied


def _erase_plan(kind: str) -> int:
    return PlanStep.objects.filter(kind=kind).delete()[0]
