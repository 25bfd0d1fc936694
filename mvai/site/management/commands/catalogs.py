"""`manage.py catalogs`: write out the languages' words, so that gettext can read them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mvai.web import catalogs


class Command(BaseCommand):
    help = "Compile the catalogs in locale/ that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for source in catalogs.compile_stale(settings.LOCALE_PATHS):
            self.stdout.write(f"Compiled {source.relative_to(settings.ROOT)}.")
