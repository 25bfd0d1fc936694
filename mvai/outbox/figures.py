"""How many messages wait, how long, and how fast they leave; for page, command and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from mvai.outbox.models import ChannelGate, Heartbeat, Message
from mvai.outbox.states import UNDERWAY
from mvai.people.models import Channel

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """One channel now. `oldest` is when the longest waiting urgent or routine one was promised."""

    channel: Channel
    gate: ChannelGate | None
    waiting_urgent: int
    waiting_routine: int
    oldest: datetime | None
    left_in_a_minute: int
    left_in_an_hour: int
    last_left_at: datetime | None

    @property
    def is_paused(self) -> bool:
        return self.gate is not None and self.gate.paused_at is not None

    @property
    def is_resting(self) -> bool:
        return self.gate is not None and self.gate.rests_until is not None


def by_channel(now: datetime) -> list[ChannelFigures]:
    """Every channel, in the order of its name in code. Three queries."""
    gates = {gate.channel: gate for gate in ChannelGate.objects.select_related("paused_by__person")}
    waiting: dict[str, dict[str, Any]] = {
        row["channel"]: dict(row)
        for row in Message.objects.filter(state__in=UNDERWAY, due_at__lte=now)
        .values("channel")
        .annotate(
            urgent_ones=Count("pk", filter=Q(urgent=True)),
            routine_ones=Count("pk", filter=Q(urgent=False)),
            oldest=Min("promised_for"),
        )
    }
    left: dict[str, dict[str, Any]] = {
        row["channel"]: dict(row)
        for row in Message.objects.filter(handed_over_at__gt=now - HOUR)
        .values("channel")
        .annotate(
            in_a_minute=Count("pk", filter=Q(handed_over_at__gt=now - MINUTE)),
            in_an_hour=Count("pk"),
        )
    }
    return [
        ChannelFigures(
            channel=channel,
            gate=gates.get(channel),
            waiting_urgent=waiting.get(channel, {}).get("urgent_ones", 0),
            waiting_routine=waiting.get(channel, {}).get("routine_ones", 0),
            oldest=waiting.get(channel, {}).get("oldest"),
            left_in_a_minute=left.get(channel, {}).get("in_a_minute", 0),
            left_in_an_hour=left.get(channel, {}).get("in_an_hour", 0),
            last_left_at=Message.objects.filter(channel=channel, handed_over_at__isnull=False)
            .order_by("-pk")
            .values_list("handed_over_at", flat=True)
            .first(),
        )
        for channel in Channel
    ]


def unsent() -> int:
    return Message.objects.unsent().count()


def heartbeats() -> dict[str, datetime]:
    return dict(Heartbeat.objects.order_by("name").values_list("name", "at"))
