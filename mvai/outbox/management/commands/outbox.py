"""`manage.py outbox`: what waits, how long, how fast it leaves; exit 1 when something is late."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mvai.outbox import figures, health


class Command(BaseCommand):
    help = "Show the depth, ages and rates of the outbox; exit 1 when something is late."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write("channel   urgent  routine  oldest  left/min  left/h  state")
        for row in figures.by_channel(now):
            state = "paused" if row.is_paused else "resting" if row.is_resting else "open"
            self.stdout.write(
                f"{row.channel.value:<9} {row.waiting_urgent:>6}  {row.waiting_routine:>7}  "
                f"{_age(row.oldest, now):>6}  {row.left_in_a_minute:>8}  {row.left_in_an_hour:>6}"
                f"  {state}"
            )
        self.stdout.write(f"unsent    {figures.unsent():>6}")
        for name, at in figures.heartbeats().items():
            self.stdout.write(f"{name:<9} heard {_age(at, now)} ago")
        late = health.state(now)
        for warning in late:
            self.stdout.write(f"! {warning}")
        if late:
            raise SystemExit(1)


def _age(since: datetime | None, now: datetime) -> str:
    if since is None:
        return "-"
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
