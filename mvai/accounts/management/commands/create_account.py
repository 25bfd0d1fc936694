from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mvai.accounts import actions
from mvai.accounts.messages import password_path
from mvai.accounts.roles import Role
from mvai.outbox import links
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person


class Command(BaseCommand):
    help = (
        "Make an account and print a link with which its person chooses a password. "
        "The second factor is set up at the first sign-in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="The person’s full name.")
        parser.add_argument(
            "--role",
            action="append",
            required=True,
            choices=[role for role in Role.values if role != Role.SYSTEM],
            help="May be given several times.",
        )
        parser.add_argument("--title", default="", help="Rank or title.")
        parser.add_argument("--cell", default="", help="For pages and texts.")

    @transaction.atomic
    def handle(self, *, email: str, name: str, role: list[str], **options: Any) -> None:
        at = timezone.now()
        person = Person.objects.create(full_name=name, title=options["title"])
        try:
            user = actions.create_account(email=email, person=person, roles=role, by=None, at=at)
        except actions.AccountRefused as refusal:
            raise CommandError(str(refusal)) from None
        if options["cell"]:
            add_contact_point(
                person=person, channel=Channel.SMS, value=options["cell"], at=at, consented=True
            )
        self.stdout.write(f"{user.email} has an account. Its person chooses a password here:")
        self.stdout.write(links.absolute(password_path(user)))
