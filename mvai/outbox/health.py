"""Whether messages move, in words for the line on top of every staff page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.outbox import cycle
from mvai.outbox.models import ChannelGate, Heartbeat, Message
from mvai.outbox.states import UNDERWAY, UNSENT
from mvai.outbox.watchdog import PIPELINE, ROUTINE, is_silent
from mvai.people.models import Channel
from mvai.web.prepared import Prepared, given_time, totals
from mvai.web.times import when_words

URGENT_LATE = timedelta(seconds=30)
ROUTINE_LATE = timedelta(minutes=10)
UNSENT_FOR = timedelta(hours=24)  # older ones stay in the list of messages
_CLOSED = Q(paused_at__isnull=False) | Q(rests_until__isnull=False)
_GATE = "gate:"


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
    unsent = Q(state__in=UNSENT, told_at=None) & ~Q(pk__in=sent_again)
    # What is underway has not ended; of the rest only the latest are looked at.
    lately = Q(ended_at=None) | Q(ended_at__gt=given_time("unsent_since"))
    return totals(
        Message.objects.unsettled().filter(lately),
        late=Count("pk", filter=late),
        late_since=Min("promised_for", filter=late),
        unsent=Count("pk", filter=unsent),
        unsent_since=Min("ended_at", filter=unsent),
    )


def _heartbeats_and_gates() -> QuerySet:
    closed = ChannelGate.objects.filter(_CLOSED).annotate(
        name=Concat(Value(_GATE), "channel"), at=Coalesce("paused_at", "rests_until")
    )
    return Heartbeat.objects.values("name", "at").union(closed.values("name", "at"), all=True)


# Every page of the staff asks these.
_HEARD = Prepared(_heartbeats_and_gates)
_UNSETTLED = Prepared(_unsettled)


def state(now: datetime) -> list[Warning]:
    """What is late now, the gravest first; empty when all is well. Two queries."""
    rows = {row["name"]: row["at"] for row in _HEARD.rows()}
    heard = {name: at for name, at in rows.items() if not name.startswith(_GATE)}
    [found] = _UNSETTLED.rows(
        urgent_before=now - URGENT_LATE,
        routine_before=now - ROUTINE_LATE,
        unsent_since=now - UNSENT_FOR,
    )
    closed = _gates(now) if len(heard) < len(rows) else []
    warnings = [_silence(heard, now), *closed, _cycle(heard, now)]
    if found["late"]:
        warnings.append(_late(found["late"], found["late_since"], now))
    if found["unsent"]:
        warnings.append(_unsent(found["unsent"], found["unsent_since"]))
    return [warning for warning in warnings if warning is not None]


def _silence(heard: dict[str, datetime], now: datetime) -> Warning | None:
    silent = [heard[lane] for lane in (PIPELINE, ROUTINE) if lane in heard]
    silent = [since for since in silent if is_silent(since, now)]
    if not silent:
        return None
    since = min(silent)
    if is_silent(heard.get("watchdog"), now):
        text = _("No messages are being sent since {time}. Please call instead.")
    elif PIPELINE in heard and is_silent(heard[PIPELINE], now):
        text = _("Messages take up to half a minute longer since {time}. They are being sent.")
    else:
        text = _("Messages that are not urgent take longer since {time}. They are being sent.")
    return Warning("pipeline_silent", text.format(time=when_words(since, now)), since)


def _gates(now: datetime) -> list[Warning]:
    """Channels that a person has paused, or that rest after failures."""
    found = ChannelGate.objects.filter(_CLOSED).select_related("paused_by__person")
    return [_gate(gate, now) for gate in found.order_by("channel")]


def _gate(gate: ChannelGate, now: datetime) -> Warning:
    words: dict[str, str] = {"channel": str(Channel(gate.channel).label)}
    if gate.paused_at is not None and gate.paused_by is not None:
        words |= {"name": gate.paused_by.display_name, "reason": gate.pause_reason}
        words["time"] = when_words(gate.paused_at, now)
        text = _(
            "{channel}: paused by {name} since {time} ({reason}). Messages wait. Use another way."
        )
        return Warning("paused", text.format(**words), gate.paused_at)
    text = _(
        "{channel}: the provider does not answer as it should. We try again by ourselves."
        " What can’t wait, say by phone."
    )
    return Warning("resting", text.format(**words))


def _cycle(heard: dict[str, datetime], now: datetime) -> Warning | None:
    if not cycle.is_late(heard, now):
        return None
    since = heard[cycle.HEARD_AS]
    text = _(
        "Our own test message has not come back since {time}. E-mail may not arrive."
        " If it matters, call."
    )
    return Warning("cycle", text.format(time=when_words(since, now)), since)


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
