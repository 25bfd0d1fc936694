from django.core.management.base import BaseCommand

from mvai.web import sealing


class Command(BaseCommand):
    help = "Print a new key for MFA_KEY. To rotate, put it before the old one, with a comma."
    requires_system_checks = []

    def handle(self, **options) -> None:
        self.stdout.write(sealing.make_key())
