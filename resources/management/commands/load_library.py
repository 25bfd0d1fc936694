from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mvai.web.refusals import Refused
from resources.actions.loading import load_items


class Command(BaseCommand):
    help = "Add or renew the library's first items; what a person has published is left alone."

    def handle(self, **options: object) -> None:
        try:
            loaded = load_items(at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{loaded} files are in the library.")
