"""Whether messages move, and the log is whole, in words for the line on top of staff pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.audit import checking
from mvai.audit.models import AuditPosition
from mvai.outbox import cycle
from mvai.outbox.models import ChannelGate, Heartbeat, Message
from mvai.outbox.states import UNSENT
from mvai.outbox.sweeps import FAILS
from mvai.outbox.watchdog import PIPELINE, ROUTINE, is_silent
from mvai.people.models import Channel
from mvai.web.prepared import Prepared, given_time
from mvai.web.times import when_words

URGENT_LATE = timedelta(seconds=30)
ROUTINE_LATE = timedelta(minutes=10)
STILL_FAILS = timedelta(minutes=3)  # since its last failure; a sweep comes every few seconds
UNSENT_FOR = timedelta(hours=24)  # older ones stay in the list of messages
MANY = 99  # more are not counted
_LATE, _UNSENT = "late", "unsent"
_CLOSED = Q(paused_at__isnull=False) | Q(rests_until__isnull=False)
_GATE, _UNSOUND = "gate:", "unsound"


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing that is late: what, since when, and what to do."""

    code: str
    text: str
    since: datetime | None = None

    def __str__(self) -> str:
        return self.text


def _unsettled() -> QuerySet:
    """What is late or could not be sent: when it was to leave, or failed; each kind oldest first.

    Of each kind a few more than are counted: in a long outage there may be thousands, and every
    page of the staff asks.
    """

    def late(*, urgent: bool, before: str) -> QuerySet:
        found = Message.objects.underway().filter(urgent=urgent)
        return _first(_LATE, found.filter(promised_for__lte=given_time(before)), "promised_for")

    # Of what could not be sent, only the latest is looked at.
    unsent = Message.objects.filter(state__in=UNSENT, told_at=None)
    sent_again = Message.objects.filter(again_of__isnull=False).values("again_of")
    unsent = unsent.exclude(pk__in=sent_again).filter(ended_at__gt=given_time("unsent_since"))
    return late(urgent=True, before="urgent_before").union(
        late(urgent=False, before="routine_before"), _first(_UNSENT, unsent, "ended_at"), all=True
    )


def _first(what: str, found: QuerySet, time: str) -> QuerySet:
    named = found.order_by(time).annotate(what=Value(what), at=F(time))
    return named.values("what", "at")[: MANY + 1]


def _heartbeats_and_gates() -> QuerySet:
    closed = ChannelGate.objects.filter(_CLOSED).annotate(
        name=Concat(Value(_GATE), "channel"), at=Coalesce("paused_at", "rests_until")
    )
    unsound = AuditPosition.objects.filter(name=checking.POSITION, found_at__isnull=False)
    unsound = unsound.annotate(what=Value(_UNSOUND), since=F("found_at"))
    return Heartbeat.objects.values("name", "at").union(
        closed.values("name", "at"), unsound.values("what", "since"), all=True
    )


# Every page of the staff asks these.
_HEARD = Prepared(_heartbeats_and_gates)
_UNSETTLED = Prepared(_unsettled)


def state(now: datetime) -> list[Warning]:
    """What is late now, the gravest first; empty when all is well. Two queries."""
    rows = {row["name"]: row["at"] for row in _HEARD.rows()}
    unsound = rows.pop(_UNSOUND, None)
    heard = {name: at for name, at in rows.items() if not name.startswith(_GATE)}
    unsettled: dict[str, list[datetime]] = {_LATE: [], _UNSENT: []}
    for row in _UNSETTLED.rows(
        urgent_before=now - URGENT_LATE,
        routine_before=now - ROUTINE_LATE,
        unsent_since=now - UNSENT_FOR,
    ):
        unsettled[row["what"]].append(row["at"])
    closed = _gates(now) if len(heard) < len(rows) else []
    warnings = [_silence(heard, now), *closed, _cycle(heard, now), _stands_still(heard, now)]
    if late := unsettled[_LATE]:
        warnings.append(_late(len(late), min(late), now))
    if unsent := unsettled[_UNSENT]:
        warnings.append(_unsent(len(unsent), min(unsent)))
    if unsound is not None:
        warnings.append(_unsound(unsound, now))
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


def _stands_still(heard: dict[str, datetime], now: datetime) -> Warning | None:
    """Something that the portal does by itself fails each time it is tried."""
    failing = [
        name.removeprefix(FAILS)
        for name, at in sorted(heard.items())
        if name.startswith(FAILS) and now - at < STILL_FAILS
    ]
    if not failing:
        return None
    text = _(
        "A part of what the portal does by itself stands still ({names}). The rest goes on."
        " Please tell the operators."
    )
    return Warning("stands_still", text.format(names=", ".join(failing)))


def _unsound(since: datetime, now: datetime) -> Warning:
    text = _(
        "The audit log does not agree with its seals, since {time}. Please tell whoever runs the"
        " portal. Nothing you do here is affected."
    )
    return Warning("unsound", text.format(time=when_words(since, now)), since)


def _late(count: int, since: datetime, now: datetime) -> Warning:
    text = ngettext(
        "{count} message is late, since {time}. If it can’t wait, call.",
        "{count} messages are late, the oldest since {time}. What can’t wait, say by phone.",
        count,
    )
    if count > MANY:
        text = _(
            "More than {count} messages are late, the oldest since {time}."
            " What can’t wait, say by phone."
        )
    said = text.format(count=min(count, MANY), time=when_words(since, now))
    return Warning("late", said, since)


def _unsent(count: int, since: datetime) -> Warning:
    text = ngettext(
        "{count} message could not be sent. It is under Messages, Unsent.",
        "{count} messages could not be sent. They are under Messages, Unsent.",
        count,
    )
    if count > MANY:
        text = _("More than {count} messages could not be sent. They are under Messages, Unsent.")
    return Warning("unsent", text.format(count=min(count, MANY)), since)
