"""Whether messages move, in words for the line on top of every staff page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.outbox.models import Heartbeat, Message
from mvai.outbox.states import UNDERWAY, UNSENT
from mvai.outbox.watchdog import PIPELINE, is_silent
from mvai.web.prepared import Prepared, given_time, totals
from mvai.web.times import when_words

URGENT_LATE = timedelta(seconds=30)
ROUTINE_LATE = timedelta(minutes=10)
UNSENT_FOR = timedelta(hours=24)  # older ones stay in the list of messages


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing that is late: what, since when, and what to do."""

    code: str
    text: str
    since: datetime | None = None

    def __str__(self) -> str:
        return self.text


def _unsettled() -> QuerySet:
    late = Q(state__in=UNDERWAY) & (
        Q(urgent=True, promised_for__lte=given_time("urgent_before"))
        | Q(urgent=False, promised_for__lte=given_time("routine_before"))
    )
    sent_again = Message.objects.filter(again_of__isnull=False).values("again_of")
    unsent = Q(state__in=UNSENT) & ~Q(pk__in=sent_again)
    # What is underway has not ended; of the rest only the latest are looked at.
    lately = Q(ended_at=None) | Q(ended_at__gt=given_time("unsent_since"))
    return totals(
        Message.objects.unsettled().filter(lately),
        late=Count("pk", filter=late),
        late_since=Min("promised_for", filter=late),
        unsent=Count("pk", filter=unsent),
        unsent_since=Min("ended_at", filter=unsent),
    )


# Every page of the staff asks these.
_HEARD = Prepared(lambda: Heartbeat.objects.values("name", "at"))
_UNSETTLED = Prepared(_unsettled)


def state(now: datetime) -> list[Warning]:
    """What is late now, the gravest first; empty when all is well. Two queries."""
    heard = {row["name"]: row["at"] for row in _HEARD.rows()}
    [found] = _UNSETTLED.rows(
        urgent_before=now - URGENT_LATE,
        routine_before=now - ROUTINE_LATE,
        unsent_since=now - UNSENT_FOR,
    )
    warnings = [_silence(heard, now)] if PIPELINE in heard else []
    if found["late"]:
        warnings.append(_late(found["late"], found["late_since"], now))
    if found["unsent"]:
        warnings.append(_unsent(found["unsent"], found["unsent_since"]))
    return [warning for warning in warnings if warning is not None]


def _silence(heard: dict[str, datetime], now: datetime) -> Warning | None:
    since = heard[PIPELINE]
    if not is_silent(since, now):
        return None
    if is_silent(heard.get("watchdog"), now):
        text = _("No messages are being sent since {time}. Please call instead.")
    else:
        text = _("Messages take up to half a minute longer since {time}. They are being sent.")
    return Warning("pipeline_silent", text.format(time=when_words(since, now)), since)


def _late(count: int, since: datetime, now: datetime) -> Warning:
    text = ngettext(
        "{count} message is late, since {time}. If it can’t wait, call.",
        "{count} messages are late, the oldest since {time}. What can’t wait, say by phone.",
        count,
    )
    return Warning("late", text.format(count=count, time=when_words(since, now)), since)


def _unsent(count: int, since: datetime) -> Warning:
    text = ngettext(
        "{count} message could not be sent. It is under Messages, Unsent.",
        "{count} messages could not be sent. They are under Messages, Unsent.",
        count,
    )
    return Warning("unsent", text.format(count=count), since)
