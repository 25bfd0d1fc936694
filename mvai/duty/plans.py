"""How an alarm rings: whom it pages, by which channels, how long after it began. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from mvai.duty.models import LATEST, Audience
from mvai.people.models import Channel
from mvai.web.refusals import Refused

MOST_STEPS = 12
NOW = timedelta(0)
MINUTE = timedelta(minutes=1)

# By these a page can go. What only shows in the portal wakes nobody.
CHANNELS = (Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.PORTAL)
WAKING = frozenset({Channel.SMS, Channel.EMAIL, Channel.VOICE})


class PlannedStep(NamedTuple):
    """Whom to page, and how long after it began to ring. No channels: as each person wishes."""

    audience: str
    after: timedelta
    channels: tuple[str, ...] = ()


Plan = tuple[PlannedStep, ...]


class PlanRefused(Refused):
    """No alarm can ring like this; `row` is the step to blame, counted from 0."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


def _plan(*audiences: Audience) -> Plan:
    return tuple(PlannedStep(who, 5 * step * MINUTE) for step, who in enumerate(audiences))


# product.md, the duty officer
STANDARD = _plan(Audience.PRIMARY, Audience.BACKUP, Audience.MANAGER, Audience.ALL_STAFF)
MANAGER_FIRST = _plan(Audience.MANAGER, Audience.PRIMARY, Audience.BACKUP, Audience.ALL_STAFF)


def in_order(steps: Iterable[PlannedStep]) -> Plan:
    """By their delay; those of one minute stay as they were given."""
    return tuple(sorted(steps, key=lambda step: step.after))


def check(steps: Sequence[PlannedStep]) -> None:
    """Raises PlanRefused for a plan by which nobody, or not everybody meant, would be paged."""
    if not steps:
        raise PlanRefused(_("A plan needs at least one step."))
    if len(steps) > MOST_STEPS:
        raise PlanRefused(_("A plan has at most %(count)s steps.") % {"count": MOST_STEPS})
    for row, step in enumerate(steps):
        _check_step(row, step, steps[:row])
    if all(step.after > NOW for step in steps):
        raise PlanRefused(_("The first step must ring at once: give it 0 minutes."), 0)


def _check_step(row: int, step: PlannedStep, earlier: Sequence[PlannedStep]) -> None:
    if not NOW <= step.after <= LATEST:
        raise PlanRefused(_("A step comes within two hours: give it 0 to 120 minutes."), row)
    if step.after % MINUTE:
        raise PlanRefused(_("Give whole minutes."), row)
    if step.audience not in Audience.values:
        raise PlanRefused(_("Choose who is paged."), row)
    if set(step.channels) - set(CHANNELS):
        raise PlanRefused(_("Choose channels of the list."), row)
    if step.channels and not WAKING.intersection(step.channels):
        raise PlanRefused(
            _("What only shows in the portal wakes nobody. Choose one more channel."), row
        )
    if any(one[:2] == step[:2] for one in earlier):
        raise PlanRefused(_("These people are already paged at this minute."), row)
