"""Writes one item of an import: all of it, or nothing. Beside workflow.py and loading.py the only
writer of an edition's words and state."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.refusals import Refused
from resources.actions import attaching, carrying
from resources.actions.catalog import put_on_show
from resources.actions.planning import plan
from resources.models import Attachment, Edition, EditionState, Item
from resources.rules.archives import Archive
from resources.rules.import_plans import Incoming, ItemPlan, Step
from resources.states import FileState, Scan

_HISTORY = ("submitted_at", "published_at", "ended_at", "note", "last_reviewed_date")


class ChangedMeanwhile(Refused):
    """The item isn't what it was when somebody looked at what the import would do."""


@transaction.atomic
def write_item(
    *,
    archive: Archive,
    slug: str,
    paths: list[str],
    as_it_was: bool = False,
    saw: str | None = None,
    by: User | None,
    at: datetime,
) -> ItemPlan:
    """Take in what is new and changed of one item; what became of each file is in the plan.

    `saw` is the item's print from the dry run. Raises ChangedMeanwhile where it differs by now.
    """
    item = Item.objects.select_for_update(no_key=True).filter(slug=slug).first() if slug else None
    made = plan(archive, slug, paths, as_it_was=as_it_was)
    if saw is not None and saw != made.saw:
        raise ChangedMeanwhile(_("Somebody has changed this item since. Import the zip once more."))
    if not made.steps:
        return made
    if item is None:
        sort = made.steps[0].found.facts["sort"]
        item = Item.objects.create(slug=slug, sort=sort, created_at=at)
    for step in made.steps:
        _write(archive, item, step, as_it_was=as_it_was, by=by, at=at)
    item.imported_at = at
    item.save(update_fields=["imported_at"])
    put_on_show(item)
    log.record(
        verb="library.restored" if as_it_was else "library.imported",
        target=item,
        by=by,
        at=at,
        versions=len(made.steps),
        files=sum(len(step.files) for step in made.steps),
    )
    return made


def _write(
    archive: Archive, item: Item, step: Step, *, as_it_was: bool, by: User | None, at: datetime
) -> None:
    facts, before = step.found.facts, step.before
    edition = before or Edition(item=item, language=step.found.place.language, number=step.number)
    for name, value in step.found.words.items():
        setattr(edition, name, value)
    edition.state = step.state
    if before is not None:
        edition.revision += 1
    if as_it_was:
        for name in (*_HISTORY, "review_by_date"):
            setattr(edition, name, facts.get(name) or getattr(edition, name))
        edition.changed_at = facts.get("changed_at") or at
    else:
        _as_brought(edition, step, by, at)
    edition.save()
    if step.copied:
        coming = {one.name for one in step.files}
        carrying.carry_over(step.copied, edition, but=coming)
    for one in step.files:
        _take_in(archive, edition, one, as_it_was=as_it_was, by=by, at=at)


def _as_brought(edition: Edition, step: Step, by: User | None, at: datetime) -> None:
    """Whoever imports has written it: somebody else publishes."""
    facts = step.found.facts
    edition.changed_by, edition.changed_at = by, at
    edition.submitted_by = edition.submitted_at = None
    if step.state == EditionState.IN_REVIEW:
        edition.submitted_by, edition.submitted_at = by, at
    elif step.state in (EditionState.SUPERSEDED, EditionState.WITHDRAWN):
        edition.ended_at = facts.get("ended_at") or at
        edition.published_at = facts.get("published_at")
        if step.state == EditionState.SUPERSEDED:
            edition.published_at = edition.published_at or at
        edition.last_reviewed_date = facts["last_reviewed_date"]
        edition.note = facts.get("note", "")


def _take_in(
    archive: Archive,
    edition: Edition,
    one: Incoming,
    *,
    as_it_was: bool,
    by: User | None,
    at: datetime,
) -> Attachment:
    data = archive.read(one.path, most=attaching.LARGEST)
    made = attaching.take_in(edition=edition, name=one.name, kind=one.kind, data=data, by=by, at=at)
    fact = one.fact
    if as_it_was and fact:
        made.added_at = fact.get("added") or at
        if fact.get("state") == FileState.RELEASED and fact.get("decided"):
            made.state, made.decided_at = FileState.RELEASED, fact["decided"]
            made.scan = Scan.CLEAN if fact.get("scan") == Scan.CLEAN else Scan.NOT_SCANNED
        made.save()
    return made
