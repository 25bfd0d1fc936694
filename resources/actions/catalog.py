"""What readers find the library by. The only writer of `CatalogRow`."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from resources.models import CatalogRow, Edition, EditionState, Item
from resources.rules import markdown

# The words of a language as PostgreSQL cuts them.
CONFIGURATIONS = {"en": "english", "es": "spanish"}


@transaction.atomic
def put_on_show(item: Item) -> None:
    """Make the item's rows what its editions say: one for each language of readers, or none."""
    shown: dict[str, Edition] = {}
    for edition in item.editions.filter(
        state__in=[EditionState.PUBLISHED, EditionState.IN_REVIEW, EditionState.DRAFT]
    ).order_by("-state"):  # published first, then what is in review
        if edition.language not in shown or edition.is_published:
            shown[edition.language] = edition
    kept = []
    for language, _name in settings.LANGUAGES:
        if found := _for_readers_of(language, shown):
            _put(item, found, language)
            kept.append(language)
    item.rows.exclude(for_language__in=kept).delete()


def put_all_on_show(items: Iterable[Item]) -> None:
    for item in items:
        put_on_show(item)


def _for_readers_of(language: str, shown: dict[str, Edition]) -> Edition | None:
    """Their own language before another, what is published before what isn't."""
    first, second = shown.get(language), shown.get(settings.LANGUAGE_CODE)
    either = [edition for edition in (first, second) if edition]
    published = [edition for edition in either if edition.is_published]
    return next(iter(published or either), None)


def _put(item: Item, edition: Edition, language: str) -> None:
    words = CONFIGURATIONS[edition.language]
    said = f"{edition.title} {' '.join(edition.keywords)}"
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
            "words": said.lower(),
            "lead": SearchVector(Value(edition.title), weight="A", config=words)
            + SearchVector(Value(" ".join(edition.keywords)), weight="B", config=words)
            + SearchVector(Value(edition.summary), weight="C", config=words),
            "body": SearchVector(
                Value(markdown.plain(f"{edition.card}\n\n{edition.text}")), config=words
            ),
        },
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
