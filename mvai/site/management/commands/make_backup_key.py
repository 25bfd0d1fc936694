"""`manage.py make_backup_key FILE`: a new key; its public half is for BACKUP_KEYS."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mvai.site.backups.age import make_key
from mvai.site.backups.files import new_file
from mvai.site.backups.refusing import BackupRefused


class Command(BaseCommand):
    help = "Write a new private key to FILE, and print the public key for BACKUP_KEYS."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; keep it off this machine")

    def handle(self, *, file: Path, **options: Any) -> None:
        private, public = make_key()
        try:
            with new_file(file) as out:
                out.write(f"# public key: {public}\n{private}\n".encode())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"The key can't be written: {error.strerror}.") from None
        self.stdout.write(public)
