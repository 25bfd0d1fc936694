"""What the editors' desk lists: items by where their editions stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from resources.models import Edition, EditionState, Item
from resources.models.edition import EditionQuerySet
from resources.models.item import ItemQuerySet


@dataclass(frozen=True, slots=True)
class Section:
    """A tab of the desk. An item is in it with any of its editions."""

    code: str
    label: str | Promise
    editions: Callable[[date], EditionQuerySet]
    order: tuple[str, ...]  # of Edition's fields; the first edition of an item counts


def _withdrawn(today: date) -> EditionQuerySet:
    """Where nothing else took their place: neither on show nor being written."""
    others = Edition.objects.filter(item=OuterRef("item"), language=OuterRef("language"))
    standing = others.filter(state__in=["draft", "in_review", "published"])
    return Edition.objects.filter(~Exists(standing), state=EditionState.WITHDRAWN)


SECTIONS = {
    section.code: section
    for section in (
        Section(
            "writing",
            _("Being written"),
            lambda today: Edition.objects.filter(state=EditionState.DRAFT),
            ("-changed_at",),
        ),
        Section(
            "review", _("To review"), lambda today: Edition.objects.in_review(), ("submitted_at",)
        ),
        Section("published", _("Published"), lambda today: Edition.objects.published(), ("title",)),
        Section("due", _("Due for review"), Edition.objects.due_for_review, ("review_by_date",)),
        Section("withdrawn", _("Withdrawn"), _withdrawn, ("-ended_at",)),
    )
}
FIRST = "writing"


def counts(items: ItemQuerySet, today: date) -> dict[str, int]:
    """How many items are in each section."""
    return {
        code: items.filter(pk__in=section.editions(today).values("item")).count()
        for code, section in SECTIONS.items()
    }


def items_in(items: ItemQuerySet, section: Section, *, today: date, by: User) -> QuerySet[Item]:
    """In the section's order; of those to review, what this editor may publish comes first."""
    editions = section.editions(today)
    field = section.order[0].removeprefix("-")
    own = editions.filter(item=OuterRef("pk"))
    moment = own.order_by(*section.order).values(field)[:1]
    found = items.filter(pk__in=editions.values("item")).annotate(moment=Subquery(moment))
    by_moment = F("moment").desc() if section.order[0].startswith("-") else F("moment").asc()
    if section.code == "review":
        others = own.exclude(Q(changed_by=by) | Q(submitted_by=by))
        found = found.annotate(is_for_me=Exists(others))
        return found.order_by("-is_for_me", by_moment, "pk")
    return found.order_by(by_moment, "sort", "slug")


def searched(items: ItemQuerySet, said: str) -> ItemQuerySet:
    """Items that have every word in an address, a title or a line on what one gets."""
    for word in said.split():
        editions = Edition.objects.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        items = items.filter(Q(slug__icontains=word) | Q(pk__in=editions.values("item")))
    return items
