"""A newer wording of the item, offered to a team's copy. What the team wrote is never touched."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from mvai.audit import log
from resources.models import CatalogRow, Edition, EditionState, Kind, TeamChecklist, TeamLine
from resources.models.catalog import CatalogRowQuerySet
from resources.rules import markdown
from resources.rules import team as rules

A_BOX = "[ ]"  # how a line to tick is written


def lines_of(edition: Edition) -> list[markdown.Line]:
    """The lines to tick: those of the full text, else those of the card."""
    return markdown.lines(edition.text) or markdown.lines(edition.card)


def shareable(*, language: str, with_drafts: bool) -> CatalogRowQuerySet:
    """The items on show that have lines to tick, for readers of this language."""
    rows = CatalogRow.objects.on_show(language=language, with_drafts=with_drafts)
    ticks = Edition.objects.filter(
        Q(text__contains=A_BOX) | Q(card__contains=A_BOX), item=OuterRef("item")
    )
    return rows.filter(Exists(ticks)).exclude(kind=Kind.EXTERNAL)


def to_share(slug: str, *, language: str, with_drafts: bool) -> tuple[CatalogRow, Edition] | None:
    """An item on show and its wording that has lines to tick; None where it has none.

    The full text is there in English first: its lines go before those of a translated card.
    """
    row = (
        CatalogRow.objects.on_show(language=language, with_drafts=with_drafts)
        .filter(slug=slug)
        .select_related("edition")
        .first()
    )
    if row is None or row.edition.is_external:
        return None
    whole = Edition.objects.filter(item=row.item_id, language=settings.LANGUAGE_CODE)
    english = whole.published().first() or (whole.open().first() if with_drafts else None)
    for edition in (row.edition, english):
        if edition is not None and markdown.lines(edition.text):
            return row, edition
    return (row, row.edition) if lines_of(row.edition) else None


def newest(checklist: TeamChecklist, *, with_drafts: bool) -> Edition | None:
    """The wording that readers have now, in the language of the copy; None for none newer."""
    states = [EditionState.PUBLISHED]
    if with_drafts:
        states += [EditionState.IN_REVIEW, EditionState.DRAFT]
    rows = Edition.objects.filter(
        item=checklist.item_id, language=checklist.edition.language, state__in=states
    )
    found = rows.newest_first().first()
    if found is None or (found.pk, found.revision) == (checklist.edition_id, checklist.revision):
        return None
    return found if found.number >= checklist.edition.number else None


def offer_of(checklist: TeamChecklist, edition: Edition) -> rules.Offer:
    return rules.compare(list(checklist.lines.all()), lines_of(edition))


@transaction.atomic
def take_over(
    *, checklist: TeamChecklist, edition: Edition, picked: Collection[str], at: datetime
) -> TeamChecklist:
    """Bring the copy up to this wording with what was picked; the rest is not offered again.

    A line that was removed is set aside, one that was changed keeps its owner, note and tick.
    """
    # The lines before the checklist, as whoever changes one does: nobody waits in a circle.
    have = list(TeamLine.objects.select_for_update(no_key=True).filter(checklist=checklist))
    locked = TeamChecklist.objects.select_for_update(no_key=True).get(pk=checklist.pk)
    now = lines_of(edition)
    offer = rules.compare(have, now)
    number = locked.changes + 1
    for one in offer.changed:
        if f"change-{one.line.pk}" in picked:
            one.line.key, one.line.text = one.new.key, rules.clipped(one.new.text)
            one.line.section = one.new.section[:160]
            _touch(one.line, number)
    for line in offer.removed:
        if f"remove-{line.pk}" in picked:
            line.set_aside_at = at
            _touch(line, number)
    for new in offer.added:
        if f"add-{new.key}" in picked:
            made = TeamLine.objects.create(
                checklist=locked,
                key=new.key,
                section=new.section[:160],
                position=rules.place_of(new, now, have),
                text=rules.clipped(new.text),
                number=number,
            )
            have.append(made)
    locked.edition, locked.revision = edition, edition.revision
    locked.changes, locked.changed_at = F("changes") + 1, at  # type: ignore[assignment]
    locked.save(update_fields=["edition", "revision", "changes", "changed_at"])
    log.record(
        verb="team_checklist.brought_up_to_date",
        target=locked,
        at=at,
        version=edition.number,
        picked=len(picked),
        offered=len(offer.codes()),
    )
    return locked


def _touch(line: TeamLine, number: int) -> None:
    line.version += 1
    line.number = number
    line.save(update_fields=["key", "text", "section", "set_aside_at", "version", "number"])


__all__ = ["lines_of", "newest", "offer_of", "shareable", "take_over", "to_share"]
