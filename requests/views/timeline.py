"""The time line: dense at first, sparse later, open at its end. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests.models import FollowUp
from requests.states import OPEN_FOLLOW_UP, FollowUpState

WIDTH, LEFT, RIGHT = 620, 24, 590
LEAST_DAYS = 730.0
YEAR_STARTS, YEAR_ENDS = timedelta(days=335), timedelta(days=395)
CLOSE = 40  # nearer than this, two labels would touch

SHORT = {
    "H24": _("24 h"), "H72": _("72 h"), "D7": _("1 wk"), "D14": _("2 wk"), "D30": _("30 d"),
    "D60": _("60 d"), "D90": _("90 d"), "M6": _("6 mo"), "M8": _("8 mo"), "M11": _("11 mo"),
    "M12": _("1 yr"), "M18": _("18 mo"), "M24": _("2 yr"), "M36": _("3 yr"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One contact on the line: where, how it went, and its label if there is room."""

    x: int
    style: str  # "", "done", "due" or "missed"
    title: str
    label: str = ""
    label_y: int = 78


@dataclass(frozen=True, slots=True)
class TimeLine:
    marks: list[Mark]
    now_x: int
    year_x: int
    year_width: int

    @property
    def drawn(self) -> SafeString:
        """The marks as parts of the picture, each with its title and its label."""
        # Texts are escaped; the rest is ours.
        return mark_safe("\n".join(map(_drawn, self.marks)))  # noqa: S308


def timeline_of(
    follow_ups: Iterable[FollowUp],
    contacts: Iterable[datetime],
    *,
    start: datetime,
    happened_at: datetime,
    now: datetime,
) -> TimeLine | None:
    """The picture from `start` on, or None while nothing is planned. One year is the incident's."""
    planned = [one for one in follow_ups if one.state != FollowUpState.MOVED]
    if not planned:
        return None
    last = max([one.due_at for one in planned] + [now])
    longest = max(_days(start, last), LEAST_DAYS)

    def place(moment: datetime) -> int:
        return _place(_days(start, moment), longest)

    marks = [Mark(place(at), "done", gettext("Contact")) for at in contacts]
    marks += _labeled(planned, place, now)
    year = place(happened_at + YEAR_STARTS)
    return TimeLine(
        marks=marks,
        now_x=place(now),
        year_x=year,
        year_width=place(happened_at + YEAR_ENDS) - year,
    )


def _drawn(mark: Mark) -> str:
    style = f" mark--{mark.style}" if mark.style else ""
    circle = (
        f'<circle class="mark{style}" cx="{mark.x}" cy="46" r="7">'
        f"<title>{escape(mark.title)}</title></circle>"
    )
    if not mark.label:
        return circle
    return (
        f'{circle}<text x="{mark.x}" y="{mark.label_y}" text-anchor="middle">'
        f"{escape(mark.label)}</text>"
    )


def _labeled(planned: list[FollowUp], place, now: datetime) -> list[Mark]:
    """Labels below the line; where two would touch, the later one goes above, or stays away."""
    taken = {78: -CLOSE, 24: -CLOSE}
    marks = []
    for one in sorted(planned, key=lambda found: found.due_at):
        x = place(one.due_at)
        row = next((y for y, edge in taken.items() if x - edge >= CLOSE), 0)
        if row:
            taken[row] = x
        short = str(
            SHORT.get(one.milestone) or gettext("%(count)s yr") % {"count": one.milestone[1:]}
        )
        marks.append(Mark(x, _style(one, now), str(one.label), short if row else "", row or 78))
    return marks


def _style(follow_up: FollowUp, now: datetime) -> str:
    if follow_up.state == FollowUpState.DONE:
        return "done"
    if follow_up.state in OPEN_FOLLOW_UP:
        return "due" if follow_up.due_at <= now else ""
    return "missed"


def _days(start: datetime, moment: datetime) -> float:
    return max((moment - start) / timedelta(days=1), 0.0)


def _place(days: float, longest: float) -> int:
    return round(LEFT + (RIGHT - LEFT) * math.log1p(days) / math.log1p(longest))
