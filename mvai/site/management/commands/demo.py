from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from mvai.accounts.models import User
from mvai.audit import log
from mvai.site.demo import doors, doubtful, inbound, past, shelf
from mvai.site.demo.advisors import make_advisors
from mvai.site.demo.approached import offer_help
from mvai.site.demo.cast import STAFF, make_plan, make_shifts, make_staff
from mvai.site.demo.places import make_agencies
from mvai.site.demo.roster import ROSTER
from mvai.site.demo.story import tell
from mvai.site.ownership import become_the_owner

# What a reset leaves in place: terms, support lines and periods, and Django's own tables.
KEPT_TABLES = ("taxonomy_", "audit_retentionperiod", "django_", "pgtrigger")


class Command(BaseCommand):
    help = "Load the demonstration: fictional agencies, people, requests, shifts and messages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="erase everything first, then load it anew"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is an account already"
        )
        parser.add_argument("--logins", action="store_true", help="say who can sign in, and how")

    def handle(self, *, reset: bool, if_empty: bool, logins: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set MVAI_DEMO=1: the demonstration is for trying the portal only.")
        if settings.ENVIRONMENT.is_production:
            raise CommandError("This is a production installation; nothing was changed.")
        if logins:
            self._say_who_signs_in()
            return
        if reset:
            become_the_owner()
            self._erase()
        elif User.objects.exists():
            if if_empty:
                return
            raise CommandError("There are accounts here already. Use --reset to start over.")
        self._load(timezone.now())

    def _say_who_signs_in(self) -> None:
        self.stdout.write(
            f"Sign in with one click at {settings.SITE_URL}{reverse('accounts:demo')}"
        )
        for member in STAFF:
            labels = ", ".join(str(role.label) for role in member.roles)
            self.stdout.write(f"  {member.name:<18} {labels}")
        self.stdout.write(f"  {ROSTER[0].name:<18} Advisor, and {len(ROSTER) - 1} others")

    def _erase(self) -> None:
        """Empty every table but the terms, as the owner of the database."""
        with transaction.atomic(), connection.cursor() as cursor:
            tables = [
                name
                for name in connection.introspection.table_names(cursor)
                if not name.startswith(KEPT_TABLES) or name == "django_session"
            ]
            quoted = ", ".join(connection.ops.quote_name(name) for name in tables)
            cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
        self.stdout.write("Everything was erased.")

    def _load(self, at: datetime) -> None:
        call_command("load_library", stdout=self.stdout)
        with transaction.atomic():
            agencies = make_agencies()
            staff = make_staff(at=at)
            make_shifts(staff, at=at)
            make_plan(staff, at=at)
            advisors = make_advisors(agencies=agencies, at=at)
            told = tell(staff=staff, agencies=agencies, at=at)
            told += inbound.receive(staff=staff, at=at)
            offer_help(staff=staff, at=at)
            doors.open_all(staff=staff, at=at)
            told += doubtful.file(at=at)
            shelf.fill(staff=staff, at=at)
            past.send_the_rest(at)
            log.record(verb="demonstration.loaded", by=None, at=at, requests=told)
        self.stdout.write(
            f"{len(agencies)} agencies, {len(staff)} staff, {len(advisors)} advisors"
            f" and {told} requests are in the demonstration. All of them are invented."
        )
