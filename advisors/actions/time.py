"""An advisor's own time: usual hours, absences, limits, and "not now"."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from advisors import rules
from advisors.models import Absence, Advisor, Window
from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.refusals import Refused

LIMITS = (
    "hours_per_week",
    "max_active",
    "max_critical",
    "on_call",
    "reach_from",
    "reach_until",
    "may_text",
    "avoids_children_harmed",
)
AVOIDED = ("avoided_settings", "avoided_types")


class TimeRefused(Refused):
    """These hours can't be kept as given."""


@transaction.atomic
def set_windows(
    *, advisor: Advisor, windows: Iterable[tuple[int, time, time]], by: User, at: datetime
) -> None:
    """The usual week, as (weekday, opens, closes) by the advisor's own clock; none is allowed."""
    locked = _own(advisor, by)
    wanted = sorted(set(windows))
    for (weekday, _opens, closes), (next_weekday, next_opens, _closes) in pairwise(wanted):
        if weekday == next_weekday and next_opens < closes:
            raise TimeRefused(_("Two stretches of one day overlap. Make them one."))
    held = set(locked.windows.values_list("weekday", "opens", "closes"))
    if held == set(wanted):
        return
    locked.windows.all().delete()
    Window.objects.bulk_create(
        Window(advisor=locked, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in wanted
    )
    log.record(verb="advisor.hours_set", target=locked, by=by, at=at, windows=len(wanted))


@transaction.atomic
def add_absence(
    *, advisor: Advisor, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> Absence:
    """Time away, [starts_at, ends_at). No offer comes in it."""
    locked = _own(advisor, by)
    if ends_at <= starts_at:
        raise TimeRefused(_("The last day can’t be before the first."))
    if ends_at <= at:
        raise TimeRefused(_("This time has passed. Choose days that are still to come."))
    try:
        with transaction.atomic():
            absence = Absence.objects.create(advisor=locked, starts_at=starts_at, ends_at=ends_at)
    except IntegrityError:
        raise TimeRefused(
            _("You are away for part of that time already. Remove that entry first.")
        ) from None
    log.record(
        verb="advisor.absence_added",
        target=locked,
        by=by,
        at=at,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, by: User, at: datetime) -> None:
    locked = _own(absence.advisor, by)
    log.record(
        verb="advisor.absence_removed",
        target=locked,
        by=by,
        at=at,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
    )
    absence.delete()


@transaction.atomic
def set_limits(*, advisor: Advisor, limits: Mapping[str, Any], by: User, at: datetime) -> Advisor:
    """How much, when and what about. `limits` may name any of LIMITS and AVOIDED."""
    locked = _own(advisor, by)
    changed = [name for name in LIMITS if name in limits and getattr(locked, name) != limits[name]]
    for name in changed:
        setattr(locked, name, limits[name])
    locked.save(update_fields=changed)
    for name in AVOIDED:
        if name not in limits:
            continue
        wanted = {getattr(item, "pk", item) for item in limits[name]}
        if wanted != set(getattr(locked, name).values_list("pk", flat=True)):
            getattr(locked, name).set(wanted)
            changed.append(name)
    if changed:
        log.record(verb="advisor.limits_set", target=locked, by=by, at=at, fields=changed)
    return locked


@transaction.atomic
def not_now(*, advisor: Advisor, until: datetime | None, by: User, at: datetime) -> Advisor:
    """No offers until a moment, or, with None, until they say. No reason is asked or kept."""
    locked = _own(advisor, by)
    if until is not None and until <= at:
        raise TimeRefused(_("This time has passed."))
    locked.away_until, locked.away_open_ended = until, until is None
    locked.save(update_fields=["away_until", "away_open_ended"])
    log.record(
        verb="advisor.not_now",
        target=locked,
        by=by,
        at=at,
        until=until,
    )
    return locked


@transaction.atomic
def available_again(*, advisor: Advisor, by: User, at: datetime) -> Advisor:
    """The end of "not now". Absences that were entered stay."""
    locked = _own(advisor, by)
    if locked.is_not_now(at):
        log.record(verb="advisor.available_again", target=locked, by=by, at=at)
    locked.away_until, locked.away_open_ended = None, False
    locked.save(update_fields=["away_until", "away_open_ended"])
    return locked


@transaction.atomic
def set_rest_waived(*, advisor: Advisor, waived: bool, by: User, at: datetime) -> Advisor:
    """The rest after a critical request is theirs to end early, or to take after all."""
    locked = _own(advisor, by)
    if locked.rest_until is None or locked.rest_until <= at:
        raise TimeRefused(_("There is no rest to end."))
    if locked.rest_waived != waived:
        locked.rest_waived = waived
        locked.save(update_fields=["rest_waived"])
        verb = "advisor.rest_waived" if waived else "advisor.rest_taken"
        log.record(verb=verb, target=locked, by=by, at=at)
    return locked


def _own(advisor: Advisor, by: User) -> Advisor:
    if not rules.may_keep_time(by, advisor):
        raise PermissionDenied
    # The person is joined by an inner join that must not be locked with the row.
    return (
        Advisor.objects.select_for_update(of=("self",)).select_related("person").get(pk=advisor.pk)
    )
