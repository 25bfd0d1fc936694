"""A plan and a week as pictures: where each mark stands. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from mvai.duty.hours import MIDNIGHT, Hours
from mvai.duty.models import Audience
from mvai.duty.plans import MINUTE, NOW, Plan, PlannedStep
from mvai.people.models import Channel
from mvai.web.times import hour_words

WIDTH, LEFT, RIGHT = 620, 150, 600
LANE, TOP = 34, 26
SHORTEST = timedelta(minutes=25)
TICKS = (MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE)
MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Lane:
    """One step: from when on its people are paged."""

    y: int
    label: str
    x: int
    call_x: int | None  # where nobody has it by then, they are called
    words: str


@dataclass(frozen=True, slots=True)
class PlanPicture:
    lanes: list[Lane]
    ticks: list[tuple[int, str]]
    height: int
    again_y: int
    again_x: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT


def of_plan(plan: Plan, *, called_after: timedelta, again_every: timedelta) -> PlanPicture:
    """Each step a lane of its own, from the moment it pages; at last everyone, again and again."""
    last = max((step.after for step in plan), default=NOW)
    whole = max(last + again_every + 2 * MINUTE, SHORTEST)

    def place(after: timedelta) -> int:
        return round(LEFT + (RIGHT - LEFT) * (after / whole))

    lanes = [
        Lane(
            y=TOP + LANE * number + LANE // 2,
            label=str(Audience(step.audience).label),
            x=place(step.after),
            call_x=place(step.after + called_after) if _calls_later(step) else None,
            words=step_words(step),
        )
        for number, step in enumerate(plan)
    ]
    again_y = TOP + LANE * len(plan) + LANE // 2
    return PlanPicture(
        lanes=lanes,
        ticks=_ticks(whole, place),
        height=again_y + LANE // 2 + 4,
        again_y=again_y,
        again_x=place(last + again_every),
    )


def step_words(step: PlannedStep) -> str:
    """ "Backup after 5 minutes, by text message and phone call"."""
    who = Audience(step.audience).label
    minutes = int(step.after / MINUTE)
    when = _("at once") if not minutes else _("after %(count)s min") % {"count": minutes}
    by = channel_words(step.channels)
    return _("%(who)s %(when)s, %(by)s") % {"who": who, "when": when, "by": by}


def channel_words(channels: tuple[str, ...]) -> str:
    if not channels:
        return _("as each person wishes")
    return ", ".join(str(Channel(one).label).lower() for one in channels)


def _calls_later(step: PlannedStep) -> bool:
    return not step.channels or (Channel.VOICE in step.channels and len(step.channels) > 1)


def _ticks(whole: timedelta, place) -> list[tuple[int, str]]:
    every = next((tick for tick in TICKS if whole / tick <= MOST_TICKS), TICKS[-1])
    count = int(whole / every) + 1
    return [(place(every * number), str(int(every * number / MINUTE))) for number in range(count)]


# A week


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of the week, with the parts of it in which the desk is open."""

    label: str
    y: int
    bars: list[tuple[int, int]]  # x and width
    words: str


def of_week(hours: Hours) -> list[DayBar]:
    """The usual week, Monday first. Around the clock, each day is full."""
    return [DayBar(str(WEEKDAYS[day]), TOP + LANE * day, *_day(hours, day)) for day in range(7)]


def _day(hours: Hours, day: int) -> tuple[list[tuple[int, int]], str]:
    if hours.around_the_clock:
        return [(LEFT, RIGHT - LEFT)], _("all day")
    bars, words = [], []
    for stretch in hours.stretches:
        if stretch.weekday != day:
            continue
        start, end = (
            _part(stretch.opens),
            1.0 if stretch.closes == MIDNIGHT else _part(stretch.closes),
        )
        bars.append((_x(start), _x(end) - _x(start)))
        words.append(
            _("%(since)s to %(until)s")
            % {"since": _hour(stretch.opens), "until": _hour(stretch.closes)}
        )
    return bars, ", ".join(words) or _("closed")


def _part(clock: time) -> float:
    return (clock.hour * 60 + clock.minute) / (24 * 60)


def _x(part: float) -> int:
    return round(LEFT + (RIGHT - LEFT) * part)


def _hour(clock: time) -> str:
    return hour_words(datetime(2000, 1, 3, clock.hour, clock.minute, tzinfo=UTC))


def hour_ticks() -> list[tuple[int, str]]:
    return [(_x(hour / 24), _hour(time(hour % 24))) for hour in (0, 6, 12, 18, 24)]
