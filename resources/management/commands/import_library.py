"""`manage.py import_library FILE`: takes a catalog in, item by item."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from mvai.accounts.models import User
from mvai.web.refusals import Refused
from resources.actions.importing import write_item
from resources.actions.planning import contents, plan
from resources.rules.archives import MB, Limits, opened
from resources.rules.import_plans import ItemPlan
from resources.states import LineWhat

# Whoever runs this has the server: the limits are those of a mistake, not of an attack.
BY_COMMAND = Limits(packed=3_900 * MB, unpacked=8_000 * MB, entries=60_000)


class Command(BaseCommand):
    help = (
        "Take in a zip of `export_library`. What is published in it comes as “in review”, for a "
        "second person; with --as-it-was states and dates are kept, for an empty library. Safe to "
        "repeat; each item comes in whole or not at all."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say it, and change nothing")
        parser.add_argument("--as-it-was", action="store_true", help="restore states and dates")
        parser.add_argument("--by", metavar="E-MAIL", help="the editor in whose name it comes in")

    def handle(
        self, *, file: Path, dry_run: bool, as_it_was: bool, by: str | None, **options: Any
    ) -> None:
        user = _editor(by) if by else None
        counts: Counter[str] = Counter()
        try:
            with file.open("rb") as source, opened(source, BY_COMMAND) as archive:
                for slug, paths in contents(archive):
                    if dry_run:
                        made = plan(archive, slug, paths, as_it_was=as_it_was)
                    else:
                        try:
                            made = write_item(
                                archive=archive,
                                slug=slug,
                                paths=paths,
                                as_it_was=as_it_was,
                                by=user,
                                at=timezone.now(),
                            )
                        except DatabaseError as error:
                            made = _refused(slug, paths, type(error).__name__)
                    self._tell(made, counts)
        except OSError as problem:
            raise CommandError(f"{file} can't be read: {problem.strerror}.") from problem
        except Refused as reason:
            raise CommandError(f"{reason} Nothing was changed.") from reason
        said = ", ".join(f"{counts[what]:,} {LineWhat(what).label}" for what in LineWhat.values)
        self.stdout.write(f"{said}.{' Nothing was changed.' if dry_run else ''}")
        if counts[LineWhat.REFUSED]:
            raise CommandError("Some files were refused; the lines above say why.")

    def _tell(self, made: ItemPlan, counts: Counter[str]) -> None:
        for line in made.in_order():
            counts[line.what] += 1
            said = " ".join(filter(None, [line.why, ", ".join(line.fields)]))
            name = line.path.encode("ascii", "backslashreplace").decode()
            self.stdout.write(f"{line.what.label:9} {name}{f': {said}' if said else ''}")


def _refused(slug: str, paths: list[str], why: str) -> ItemPlan:
    made = ItemPlan(slug, "")
    for path in paths:
        made.says(path, LineWhat.REFUSED, f"The database refuses it ({why}). Nothing came in.")
    return made


def _editor(email: str) -> User:
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(f"Nobody has an account with {email}.")
    return found
