"""The items the portal comes with, from their files."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from mvai.audit import log
from mvai.web.refusals import Refused
from resources.actions.catalog import put_all_on_show
from resources.actions.synonyms import load_synonyms
from resources.models import Edition, EditionState, Item
from resources.rules import front_matter

FIRST_ITEMS = Path(__file__).parent.parent / "first_items"


@transaction.atomic
def load_items(*, folder: Path = FIRST_ITEMS, at: datetime) -> int:
    """Add every item of a folder, and renew drafts nobody has touched; returns how many files.

    What a person wrote, reviewed or published is left alone. Links to other programs' works
    come published: there is no text of ours to review.
    """
    names = sorted(folder.glob("*.md"))
    changed: dict[int, Item] = {}
    for path in names:
        parts = front_matter.NAME.fullmatch(path.name)
        if parts is None or parts["language"] not in dict(settings.LANGUAGES):
            raise Refused(f"{path.name}: not a name such as first-24-hours.en.md.")
        try:
            text = front_matter.read(path.read_text(encoding="utf-8"))
        except Refused as reason:
            raise Refused(f"{path.name}: {reason}") from reason
        item = _load(parts["slug"], parts["language"], text, at)
        changed |= {item.pk: item} if item else {}
    if folder == FIRST_ITEMS:
        load_synonyms(at=at)
    put_all_on_show(changed.values())
    log.record(verb="library.loaded", by=None, at=at, files=len(names))
    return len(names)


def _load(slug: str, language: str, text: front_matter.Text, at: datetime) -> Item | None:
    """The item, where anything of it is written."""
    facts: dict[str, Any] = {**text.facts, "card": text.card, "text": text.full}
    sort = facts.pop("sort")
    item, _is_new = Item.objects.get_or_create(slug=slug, defaults={"sort": sort, "created_at": at})
    item = Item.objects.locked(item.pk)
    if item.imported_at:
        return None
    edition = item.editions.filter(language=language).newest_first().first()
    if edition is None:
        edition = Edition(item=item, language=language)
    elif (
        edition.changed_by_id is not None
        or edition.submitted_by_id is not None
        or (not edition.is_open and _says_the_same(edition, facts))
    ):
        return None
    elif not edition.is_open:
        facts["number"] = edition.number + 1
        edition = _follow(edition, at)
    for name, value in facts.items():
        setattr(edition, name, value)
    if edition.state == EditionState.PUBLISHED:
        edition.published_at = at
    edition.changed_at = at
    edition.save()
    return item


def _follow(before: Edition, at: datetime) -> Edition:
    """The next edition of a link of ours whose words changed."""
    before.state, before.ended_at = EditionState.SUPERSEDED, at
    before.save()
    return Edition(item=before.item, language=before.language)


def _says_the_same(edition: Edition, facts: dict[str, Any]) -> bool:
    return all(
        getattr(edition, name) == value
        for name, value in facts.items()
        if name not in ("number", "state")
    )
