"""`manage.py retention`: what is past its period, and removes it; `--dry-run` only says so."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from mvai.audit import periods, purging


class Command(BaseCommand):
    help = "Remove what is past its period, as the portal does each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and stop")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        cutoffs = periods.cutoffs(now)
        for rule in purging.registered():
            due = purging.due(rule, cutoffs).count()
            held = purging.held(rule, cutoffs).count()
            self.stdout.write(f"{rule.name:<18} due {due:>7}   under legal hold {held:>7}")
        if dry_run:
            return
        for rule in purging.registered():
            removed = 0
            while count := purging.run_batch(rule, now):
                removed += count
            if removed:
                self.stdout.write(f"{rule.name:<18} removed {removed}")
