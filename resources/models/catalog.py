"""What is on show, and what readers find it by."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from mvai.audit.models import Kept, RetentionClass
from resources.models.edition import Edition
from resources.models.item import Item

_LOOKED_AT = 200  # rows that share a need, before they are compared


class CatalogRowQuerySet(models.QuerySet["CatalogRow"]):
    def on_show(self, *, language: str, with_drafts: bool) -> Self:
        """What a reader of this language may see: drafts appear in the demonstration only."""
        rows = self.filter(for_language=language)
        return rows if with_drafts else rows.filter(is_draft=False)

    def without_words(self) -> Self:
        """Rows to be shown: what they are searched by stays in the database."""
        return self.defer("title_words", "lead", "body", "words")


class CatalogRow(Kept):
    """An item as readers of one language find it: its edition in that language, else another.

    Written by `actions.catalog` from the editions, with the marks of the lists of words that mean
    the same (`actions.marking`). It is narrow on purpose: searching and counting read this table,
    and never the texts.
    """

    retention: ClassVar = RetentionClass.REFERENCE

    item = models.ForeignKey(Item, models.PROTECT, related_name="rows")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rows")
    for_language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    is_draft = models.BooleanField()
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    sort = models.PositiveSmallIntegerField()
    # "need:MEDIA", "phase:DAY1", "kind:card", "for:head", "at:K12", sorted
    facets = ArrayField(models.CharField(max_length=30), default=list)
    # Folded words (rules.words.fold) of every language that readers of this row may use.
    title_words = SearchVectorField()  # alone, so that a search for titles needs no second look
    lead = SearchVectorField()  # title A, keywords and names of its facets B, summary C
    body = SearchVectorField()  # all of that, and what it says
    words = models.TextField(default="")  # of title, keywords and summary, for slips of the finger
    put_at = models.DateTimeField(db_default=Now())  # what is kept in memory is read again after it

    objects: ClassVar = CatalogRowQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("sort", "slug")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "for_language"], name="resources_one_row_an_item_and_language"
            ),
        ]
        indexes = [
            GinIndex(fields=["title_words"], name="resources_titles"),
            GinIndex(fields=["lead"], name="resources_lead"),
            GinIndex(fields=["body"], name="resources_body"),
            GinIndex(fields=["facets"], name="resources_facets"),
            GinIndex(fields=["words"], name="resources_words", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["for_language", "sort", "slug"], name="resources_in_order"),
            models.Index(fields=["for_language", "is_draft", "put_at"], name="resources_put"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:item", args=[self.slug])


def near(rows: CatalogRowQuerySet, facets: list[str], *, most: int = 4) -> list[CatalogRow]:
    """Those of the rows that are about the same, and for the same time: the most alike first."""
    about = {one for one in facets if one.startswith(("need:", "phase:"))}
    needs = [one for one in about if one.startswith("need:")]
    # In the library's order, so that what begins it wins a tie; a reader looks at four.
    found = list(
        rows.filter(facets__overlap=needs)
        .select_related("edition")
        .order_by("sort", "slug")[:_LOOKED_AT]
    )
    return sorted(found, key=lambda row: -len(about & set(row.facets)))[:most]
