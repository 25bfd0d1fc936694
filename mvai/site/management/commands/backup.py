"""`manage.py backup FILE`: the whole portal in one file, sealed to the keys of BACKUP_KEYS."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from mvai.audit import log
from mvai.site.backups.making import make
from mvai.site.backups.refusing import BackupRefused


class Command(BaseCommand):
    help = "Write the whole portal to FILE, sealed to the public keys in BACKUP_KEYS."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; it must not be there yet")

    def handle(self, *, file: Path, **options: Any) -> None:
        now = timezone.now()
        try:
            content = make(path=file, keys=settings.BACKUP_KEYS, media=settings.MEDIA_ROOT, at=now)
            log.record(verb="backup.made", by=None, at=now, rows=content.total)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"The backup can't be written: {error.strerror}.") from None
        except DatabaseError as error:
            raise CommandError(f"The database can't be read: {first_line(error)}") from None
        self.stdout.write(
            f"{file}: {content.total} rows of {len(content.rows)} tables,"
            f" {content.files} stored files, as of {content.made_at}."
        )


def first_line(error: DatabaseError) -> str:
    """What PostgreSQL said, without the lines that name values."""
    return (str(error).strip().splitlines() or ["no reason given"])[0]
