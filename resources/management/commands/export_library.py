"""`manage.py export_library FILE`: the whole catalog as one zip."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from resources.actions.exporting import export_library

_PROGRESS_EVERY = 100


class Command(BaseCommand):
    help = "Write every edition with its files into a zip; the same library is the same bytes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already; nothing was written.")
        part = file.with_name(f"{file.name}.part")
        try:
            with part.open("wb") as target:
                count = export_library(target, by=None, at=timezone.now(), on_progress=self._say)
            part.rename(file)
        except OSError as problem:
            raise CommandError(f"{file} can't be written: {problem.strerror}.") from problem
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"{count:,} editions are in {file}.")

    def _say(self, count: int) -> None:
        if count % _PROGRESS_EVERY == 0:
            self.stdout.write(f"  {count:,} editions written")
