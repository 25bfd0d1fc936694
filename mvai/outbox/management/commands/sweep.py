"""`manage.py sweep`: does once what beat, worker and watchdog do every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mvai.outbox import sweeps


class Command(BaseCommand):
    help = "Do everything that has fallen due, once; exit 1 if a part of it failed."

    def handle(self, **options: Any) -> None:
        done = sweeps.run_all(timezone.now())
        for name, count in done.items():
            self.stdout.write(f"{name}\t{'failed' if count is None else count}")
        if None in done.values():
            raise SystemExit(1)
