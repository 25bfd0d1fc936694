"""What an import would make of one item: line by line, before anything is written.

Nothing here writes. The plan is made again in the transaction that carries it out, so that what
was shown and what is done can't drift apart.
"""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from mvai.web.refusals import Refused
from resources.actions import plan_files
from resources.actions.reading import read_edition
from resources.models import Edition, EditionState, Item
from resources.models.edition import WORDS
from resources.rules import editions as rules
from resources.rules import front_matter
from resources.rules.archives import Archive
from resources.rules.catalog_file import Place, place_of
from resources.rules.import_plans import Found, ItemPlan, Step
from resources.states import FROZEN, OPEN, LineWhat

NEW, CHANGED, SAME, REFUSED = LineWhat.NEW, LineWhat.CHANGED, LineWhat.SAME, LineWhat.REFUSED


def contents(archive: Archive) -> Iterator[tuple[str, list[str]]]:
    """The zip's entries by the item they belong to; those with a name of another kind first."""

    def owner(path: str) -> str:
        place = place_of(path)
        return place.slug if place else ""

    names = sorted(archive.names, key=lambda path: (owner(path), path))
    for slug, paths in groupby(names, owner):
        # A name may be there twice; its line says so.
        yield slug, list(dict.fromkeys(paths))


def plan(archive: Archive, slug: str, paths: list[str], *, as_it_was: bool) -> ItemPlan:
    item = Item.objects.filter(slug=slug).first() if slug else None
    known = list(item.editions.prefetch_related("files")) if item else []
    made = ItemPlan(slug, print_of(item, known))
    if not slug:
        for path in paths:
            made.says(path, REFUSED, _why_no_place(archive, path))
        return made
    by_language: dict[str, list[Found]] = {}
    for path in paths:
        place = place_of(path)
        assert place is not None
        if place.file:
            continue
        try:
            found = read_edition(archive, place)
        except Refused as reason:
            made.says(path, REFUSED, str(reason))
        else:
            by_language.setdefault(place.language, []).append(found)
    for language, group in by_language.items():
        ours = {one.number: one for one in known if one.language == language}
        group.sort(key=lambda found: found.place.number)
        (_plan_as_it_was if as_it_was else _plan_language)(made, group, ours, bool(known))
    places = [place for path in paths if (place := place_of(path)) and place.file]
    plan_files.plan(archive, made, places, known)
    return made


def print_of(item: Item | None, known: list[Edition]) -> str:
    """What the item looks like: where this differs, somebody has changed it in between."""
    if item is None:
        return ""
    said = sorted(
        f"{one.pk} {one.state} {one.revision} {one.changed_at.isoformat()} "
        + ",".join(sorted(file.sha256 for file in one.files.all()))
        for one in known
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def differing(edition: Edition, words: Mapping[str, Any]) -> list[str]:
    """The facts that the file says otherwise; how lines end is no difference."""
    return [name for name in WORDS if _plain(getattr(edition, name)) != _plain(words[name])]


def _plan_language(
    made: ItemPlan, group: list[Found], ours: dict[int, Edition], _is_there: bool
) -> None:
    """What an editor brings: nothing comes in published, and nothing published changes."""
    newest = max(ours, default=0)
    open_now = next((one.number for one in ours.values() if one.is_open), None)
    for found in group:
        place, before = found.place, ours.get(found.place.number)
        fields = differing(before, found.words) if before else []
        state = _state_here(found)
        number, copied = place.number, None
        if before and not fields:
            made.says(place.path, SAME)
            continue
        if before and not before.is_open:
            if found is not group[-1] or open_now is not None or place.number != newest:
                made.says(place.path, REFUSED, _why_it_stays(place, open_now))
                continue
            number, copied, before = newest + 1, before, None
            state = state if state in OPEN else EditionState.IN_REVIEW
        elif before is None and place.number < newest:
            said = _("The library has a newer version of this, %(number)s.") % {"number": newest}
            made.says(place.path, REFUSED, said)
            continue
        if before is None and state in OPEN:
            if open_now is not None:
                said = _(
                    "Version %(number)s has to be published first: one version is written at a "
                    "time."
                ) % {"number": open_now}
                made.says(place.path, REFUSED, said)
                continue
            open_now = number
        if before is not None:
            state = state if state in OPEN else EditionState.DRAFT
        step = Step(found, number, state, before, copied)
        if why := _what_is_missing(step):
            made.says(place.path, REFUSED, why)
            continue
        made.steps.append(step)
        if copied:
            said = _("What was published stays; this becomes version %(number)s.") % {
                "number": number
            }
            made.says(place.path, CHANGED, said, fields)
        elif before:
            made.says(place.path, CHANGED, fields=fields)
        else:
            made.says(place.path, NEW, _why_not_published(found, state))


def _plan_as_it_was(
    made: ItemPlan, group: list[Found], ours: dict[int, Edition], is_there: bool
) -> None:
    """What an operator restores: states and dates as the file says, into an empty place."""
    taken: set[str] = set()
    for found in group:
        place, before = found.place, ours.get(found.place.number)
        state = EditionState(found.facts["state"])
        if before and not differing(before, found.words) and before.state == state:
            made.says(place.path, SAME)
            continue
        if is_there:
            said = _("The library has this item already. As it was, it comes into an empty place.")
            made.says(place.path, REFUSED, said)
            continue
        step = Step(found, place.number, state)
        why = _what_is_missing(step) or _why_not_dated(found, state)
        one = "open" if state in OPEN else str(state)
        if not why and one in taken and state in OPEN | {EditionState.PUBLISHED}:
            why = _("Another version in this language is in the same state.")
        taken.add(one)
        if why:
            made.says(place.path, REFUSED, why)
            continue
        made.steps.append(step)
        made.says(place.path, NEW)


def _state_here(found: Found) -> EditionState:
    """What was replaced or withdrawn comes as that; what is published, to be published here."""
    state = EditionState(found.facts["state"])
    if state == EditionState.PUBLISHED:
        return EditionState.IN_REVIEW
    return state


def _why_not_published(found: Found, state: EditionState) -> str:
    if found.facts["state"] == EditionState.PUBLISHED and state == EditionState.IN_REVIEW:
        return _("It comes in as “in review”: a second person publishes it.")
    return ""


def _why_it_stays(place: Place, open_now: int | None) -> str:
    if open_now is not None and open_now > place.number:
        return _(
            "Other words than ours, and version %(number)s is being written. Publish or withdraw "
            "that one first."
        ) % {"number": open_now}
    return _("This version was published with other words. Those stay as they are.")


def _what_is_missing(step: Step) -> str:
    ended_unseen = step.state == EditionState.WITHDRAWN and not step.found.facts.get("published_at")
    if step.state == EditionState.DRAFT or ended_unseen:
        return ""
    words = step.found.words
    probe = Edition(kind=words["kind"], card=words["card"], text=words["text"])
    probe.address = words["address"]
    return rules.what_is_missing(probe)


def _why_not_dated(found: Found, state: EditionState) -> str:
    facts = found.facts
    published, ended = facts.get("published_at"), facts.get("ended_at")
    if state in (EditionState.PUBLISHED, EditionState.SUPERSEDED) and not published:
        return _("It says that it was published, and not when.")
    if state in FROZEN - {EditionState.PUBLISHED} and not ended:
        return _("It says that it has ended, and not when.")
    return ""


def _why_no_place(archive: Archive, path: str) -> str:
    if why := archive.why_not(path):
        return why
    if path.lower().endswith(".zip"):
        return _("A zip inside the zip isn’t opened.")
    return _("Its name is not one such as items/first-24-hours/en-1.md.")


def _plain(value: Any) -> Any:
    return front_matter.plain(value).strip() if isinstance(value, str) else value
