"""Loading the first entries of the library from their Markdown files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from mvai.audit import log
from mvai.taxonomy.models import Need, Phase
from mvai.web.refusals import Refused
from resources.models import Entry, Kind

FIRST_ENTRIES = Path(__file__).parent / "first_entries"
_FIELDS = {"title", "kind", "summary", "needs", "phases", "audience", "advisory", "minutes"} | {
    "author",
    "address",
    "sort",
    "state",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A Markdown file: `name: value` lines, a line of dashes, then the text."""

    slug: str
    facts: dict[str, str]
    text: str

    @classmethod
    def read(cls, path: Path) -> "Draft":
        head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
        facts = {}
        for line in head.splitlines():
            name, colon, value = line.partition(":")
            if not colon or name.strip() not in _FIELDS:
                raise Refused(f"{path.name}: “{line}” is not a known line.")
            facts[name.strip()] = value.strip()
        if missing := {"title", "kind", "summary"} - facts.keys():
            raise Refused(f"{path.name}: {', '.join(sorted(missing))} is missing.")
        if facts["kind"] not in Kind.values:
            raise Refused(f"{path.name}: {facts['kind']} is not a kind of entry.")
        return cls(path.stem, facts, text.strip())

    def codes(self, name: str) -> list[str]:
        return self.facts.get(name, "").split()


@transaction.atomic
def load_entries(*, folder: Path = FIRST_ENTRIES, at: datetime) -> int:
    """Add or renew every entry of a folder; returns how many. A published one is left alone."""
    published = set(
        Entry.objects.exclude(kind=Kind.EXTERNAL)
        .filter(state="published")
        .values_list("slug", flat=True)
    )
    drafts = [Draft.read(path) for path in sorted(folder.glob("*.md"))]
    for draft in drafts:
        if draft.slug in published:
            continue
        facts = draft.facts
        entry, _ = Entry.objects.update_or_create(
            slug=draft.slug,
            defaults={
                "title": facts["title"],
                "kind": facts["kind"],
                "summary": facts["summary"],
                "text": draft.text,
                "audience": facts.get("audience", ""),
                "advisory": facts.get("advisory", ""),
                "author": facts.get("author", "MVAI"),
                "address": facts.get("address", ""),
                "minutes": int(facts.get("minutes", 3)),
                "state": facts.get("state", "draft"),
                "sort": int(facts.get("sort", 100)),
                "changed_at": at,
            },
        )
        entry.needs.set(Need.objects.in_bulk(draft.codes("needs")).values())
        entry.phases.set(Phase.objects.in_bulk(draft.codes("phases")).values())
    log.record(verb="library.loaded", by=None, at=at, entries=len(drafts))
    return len(drafts)
