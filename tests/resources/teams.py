"""A team's checklist made from an item, and what its tests ask of it."""

import uuid

from django.apps import apps
from django.db import connection

from resources.actions import team, team_addresses, team_versions
from tests.factories import NOON
from tests.factories.resources import EditionFactory

TEXT = """## First hour

- [ ] Name the incident commander.
- [ ] Call the neighboring chief.

## Days 2 and 3

- [ ] Sleep six hours.
"""


def item(text=TEXT, **given):
    return EditionFactory(
        **{"kind": "checklist", "title": "The first 24 hours", "text": text, **given}
    )


def shared(edition=None, **given):
    edition = edition or item()
    said = {
        "edition": edition,
        "lines": team_versions.lines_of(edition),
        "title": edition.title,
        "agency": "Riverton PD",
        "time_zone": "America/Chicago",
        "ticked": (),
        "press": uuid.uuid4(),
        "at": NOON,
    }
    return team.share(**{**said, **given})


def line_of(checklist, words):
    return checklist.lines.get(text__startswith=words)


def write(line, *, began_with=None, **said):
    shown = {name: getattr(line, name) for name in ("owner", "due_at", "note")}
    return team.write_line(
        checklist=line.checklist,
        line_id=line.pk,
        began_with=shown if began_with is None else began_with,
        said=shown | said,
        at=NOON,
    )


def tick(line, done=True, at=NOON):
    return team.set_done(checklist=line.checklist, line_id=line.pk, is_done=done, at=at)


def address(checklist, ending=""):
    return f"/library/team/{team_addresses.team_token(checklist, NOON)}/{ending}"


def manage_address(checklist, ending=""):
    return f"/library/team/manage/{team_addresses.manage_token(checklist, NOON)}/{ending}"


def rows_everywhere() -> dict[str, int]:
    """How many rows each table of ours has, but for the log's."""
    counts = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if not table.startswith("audit_"):
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
    return counts
