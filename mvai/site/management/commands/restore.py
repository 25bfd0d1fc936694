"""`manage.py restore FILE --identity KEY`: a backup back into an empty, migrated database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from mvai.site.backups.refusing import BackupRefused
from mvai.site.backups.restoring import restore
from mvai.site.management.commands.backup import first_line
from mvai.site.ownership import become_the_owner


class Command(BaseCommand):
    help = "Fill an empty, migrated database from a backup. On any error it stays empty."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a backup that `manage.py backup` wrote")
        parser.add_argument(
            "--identity", type=Path, required=True, help="the file with the private key"
        )

    def handle(self, *, file: Path, identity: Path, **options: Any) -> None:
        become_the_owner()
        try:
            content = restore(
                path=file, identity=identity, media=settings.MEDIA_ROOT, at=timezone.now()
            )
        except BackupRefused as refused:
            raise CommandError(f"{refused} Nothing was restored.") from None
        except OSError as error:
            raise CommandError(
                f"The backup can't be restored: {error.strerror}. Nothing was restored."
            ) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {first_line(error)}. Nothing was restored."
            ) from None
        self.stdout.write(
            f"{content.total} rows of {len(content.rows)} tables and {content.files} stored files"
            f" are back, as of {content.made_at} (version {content.version})."
        )
