"""Lists what browsers refused on our pages."""

from typing import Any

from django.core.management.base import BaseCommand

from mvai.site.models import BrowserReport

SHOWN = 100


class Command(BaseCommand):
    help = "What browsers refused by the content security policy, the latest days first."

    def handle(self, *args: Any, **options: Any) -> None:
        found = BrowserReport.objects.all()[:SHOWN]
        for one in found:
            blocked, page = one.blocked or "-", one.page or "-"
            self.stdout.write(f"{one.day}  {one.count:6}  {one.directive}  {blocked}  {page}")
        if not found:
            self.stdout.write("Nothing was refused.")
