"""What readers find the library by. With `actions.marking` the only writer of `CatalogRow`."""

from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from operator import add

from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.utils import translation

from mvai.taxonomy.models import Need, Phase
from resources.actions import marking
from resources.models import CatalogRow, Edition, EditionState, Item
from resources.rules import markdown
from resources.rules.words import fold
from resources.states import Kind

# The words of a language as PostgreSQL cuts them.
CONFIGURATIONS = {"en": "english", "es": "spanish"}


def put_on_show(item: Item) -> None:
    """Make the item's rows what its editions say: one for each language of readers, or none.

    Whoever changes several items calls `put_all_on_show` after all of it, and waits for nothing
    then.
    """
    put_all_on_show([item])


@transaction.atomic
def put_all_on_show(items: Collection[Item]) -> None:
    marking.wait_for_turn()
    for item in items:
        _put_on_show(item)
    marking.mark_items(items)


def _put_on_show(item: Item) -> None:
    shown: dict[str, Edition] = {}
    for edition in item.editions.filter(
        state__in=[EditionState.PUBLISHED, EditionState.IN_REVIEW, EditionState.DRAFT]
    ).order_by("-state"):  # published first, then what is in review
        if edition.language not in shown or edition.is_published:
            shown[edition.language] = edition
    kept = []
    for language, _name in settings.LANGUAGES:
        if found := _for_readers_of(language, shown):
            # They may type in either language, whichever they then read.
            others = [
                one
                for one in shown.values()
                if one != found and (one.is_published or not found.is_published)
            ]
            _put(item, found, others, language)
            kept.append(language)
    item.rows.exclude(for_language__in=kept).delete()


def _for_readers_of(language: str, shown: dict[str, Edition]) -> Edition | None:
    """Their own language before another, what is published before what isn't."""
    first, second = shown.get(language), shown.get(settings.LANGUAGE_CODE)
    either = [edition for edition in (first, second) if edition]
    published = [edition for edition in either if edition.is_published]
    return next(iter(published or either), None)


def _put(item: Item, edition: Edition, others: Iterable[Edition], language: str) -> None:
    every = [edition, *others]
    CatalogRow.objects.update_or_create(
        item=item,
        for_language=language,
        defaults={
            "edition": edition,
            "is_draft": not edition.is_published,
            "slug": item.slug,
            "title": edition.title,
            "kind": edition.kind,
            "sort": item.sort,
            "facets": facets_of(edition),
            "words": " ".join(dict.fromkeys(" ".join(_said(one) for one in every).split())),
            "title_words": reduce(add, [_title(one) for one in every]),
            "lead": reduce(add, [part for one in every for part in _lead(one)]),
            "body": reduce(add, [part for one in every for part in (*_lead(one), _body(one))]),
            "put_at": Now(),
        },
    )


def _said(edition: Edition) -> str:
    return fold(f"{edition.title} {' '.join(edition.keywords)} {edition.summary}")


def _lead(edition: Edition) -> Iterator[SearchVector]:
    """In the words of its language, by where each stands."""
    words = CONFIGURATIONS[edition.language]
    for weight, said in (
        ("A", edition.title),
        ("B", " ".join(edition.keywords)),
        ("C", f"{edition.summary} {_names(edition)}"),
    ):
        yield SearchVector(Value(fold(said)), weight=weight, config=words)


def _title(edition: Edition) -> SearchVector:
    words = CONFIGURATIONS[edition.language]
    return SearchVector(Value(fold(edition.title)), config=words)


def _body(edition: Edition) -> SearchVector:
    said = markdown.plain(f"{edition.card}\n\n{edition.text}")
    return SearchVector(Value(fold(said)), config=CONFIGURATIONS[edition.language])


def _names(edition: Edition) -> str:
    """What its facets are called, for whoever types what could also be chosen."""
    with translation.override(edition.language):
        return " ".join(
            str(term)
            for terms in (
                [Kind(edition.kind).label],
                Need.objects.filter(code__in=edition.needs),
                Phase.objects.filter(code__in=edition.phases),
            )
            for term in terms
        )


def facets_of(edition: Edition) -> list[str]:
    """What it is counted under."""
    return sorted(
        [
            f"kind:{edition.kind}",
            *(f"need:{code}" for code in edition.needs),
            *(f"phase:{code}" for code in edition.phases),
            *(f"for:{code}" for code in edition.audiences),
            *(f"at:{code}" for code in edition.settings),
        ]
    )
