"""Agreed and proposed times as each side reads them: both clocks, with whose they are. Pure but
for one query.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from advisors.models import Advisor
from mvai.web import times
from requests.models import AgreedTime, AssistanceRequest, Engagement
from requests.states import OPEN_AGREED, AgreedState

LEADER, ADVISOR, DESK = "leader", "advisor", "desk"


@dataclass(frozen=True, slots=True)
class Talk:
    """One time, in the words of its reader: their own clock first."""

    row: AgreedTime
    lines: tuple[str, ...]
    is_past: bool  # it has begun, and nobody wrote down that it took place


@dataclass(frozen=True, slots=True)
class Talks:
    """What is agreed, or may be chosen, between the leader and one advisor."""

    engagement: Engagement
    agreed: Talk | None
    proposed: tuple[Talk, ...]


def talks_of(
    assistance_request: AssistanceRequest,
    engagements: Iterable[Engagement],
    *,
    reader: str,
    now: datetime,
) -> list[Talks]:
    """Those of these engagements, in their order."""
    rows = list(
        AgreedTime.objects.filter(
            assistance_request=assistance_request, state__in=sorted(OPEN_AGREED)
        )
    )
    found = []
    for engagement in engagements:
        mine = [row for row in rows if row.engagement_id == engagement.pk]
        agreed = next((row for row in mine if row.is_agreed), None)
        proposed = [
            row for row in mine if row.state == AgreedState.PROPOSED and row.starts_at > now
        ]
        found.append(
            Talks(
                engagement,
                _talk(agreed, assistance_request, engagement, reader, now) if agreed else None,
                tuple(_talk(row, assistance_request, engagement, reader, now) for row in proposed),
            )
        )
    return found


def zones_of(assistance_request: AssistanceRequest, advisor: Advisor) -> dict[str, str]:
    """Whose clock is which, the leader's first."""
    return {
        LEADER: assistance_request.time_zone or settings.TIME_ZONE,
        ADVISOR: advisor.person.time_zone or settings.TIME_ZONE,
    }


def clocks_of(assistance_request: AssistanceRequest, advisor: Advisor, now: datetime) -> dict:
    """The two clocks, to choose by whose a time is typed: "Ellen Park’s, it is 2:12 p.m. PT"."""
    zones = zones_of(assistance_request, advisor)
    names = {LEADER: assistance_request.call_name, ADVISOR: advisor.person.addressed_as}
    return {
        code: _("%(name)s’s: it is %(time)s there")
        % {"name": names[code], "time": times.clock_words(now, zone)}
        for code, zone in zones.items()
    }


def both_clocks(
    at: datetime, *, own: tuple[str, str], other: tuple[str, str], now: datetime
) -> tuple[str, ...]:
    """A moment by two clocks, each a pair of zone and whose time it is.

    "Thu Nov 26, 2:00 p.m. CT, your time" and "12:00 noon PT, Chief Reyes’s time"; the second
    names its day where it is another. One line where both clocks are the same.
    """
    (own_zone, whose), (other_zone, whose_other) = own, other
    first = times.full_words(at, own_zone, now)
    second = times.full_words(at, other_zone, now)
    if first == second:
        return (_("%(when)s, for both of you") % {"when": first},)
    local, local_there = (at.astimezone(times.zone_of(zone)) for zone in (own_zone, other_zone))
    if local.date() == local_there.date():
        second = second.rpartition(", ")[2]
    return f"{first}, {whose}", f"{second}, {whose_other}"


def _talk(
    row: AgreedTime,
    assistance_request: AssistanceRequest,
    engagement: Engagement,
    reader: str,
    now: datetime,
) -> Talk:
    zones = zones_of(assistance_request, engagement.advisor)
    names = {
        LEADER: assistance_request.call_name,
        ADVISOR: engagement.advisor.person.addressed_as,
    }
    sides = {
        code: (
            zone,
            _("your time") if code == reader else _("%(name)s’s time") % {"name": names[code]},
        )
        for code, zone in zones.items()
    }
    own, other = (ADVISOR, LEADER) if reader == ADVISOR else (LEADER, ADVISOR)
    lines = both_clocks(row.starts_at, own=sides[own], other=sides[other], now=now)
    return Talk(row, lines, is_past=row.is_agreed and row.starts_at <= now)
