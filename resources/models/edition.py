"""One wording of an item, in one language."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings as portal
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from resources.models.item import Item
from resources.states import FROZEN, OPEN, Audience, EditionState, Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from mvai.accounts.models import User

# What a reader reads, and finds it by: the facts of an edition that its author writes.
WORDS = (
    "title",
    "kind",
    "summary",
    "needs",
    "phases",
    "audiences",
    "settings",
    "minutes",
    "advisory",
    "author",
    "address",
    "sources",
    "license",
    "is_funded",
    "keywords",
    "card",
    "text",
)
REVIEW_AHEAD = timedelta(days=30)  # so long before its day a review is called for
_NOW = [state.value for state in sorted(OPEN)]
_THEN = [state.value for state in sorted(FROZEN)]


def _codes(label: "_StrPromise") -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=label)


def _quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _columns(row: str) -> str:
    return ", ".join(f'{row}."{name}"' for name in WORDS)


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: "User") -> Self:
        """What editors see: everything, for editors only."""
        return self if user.may(Permission.LIBRARY_EDIT) else self.none()

    def published(self) -> Self:
        return self.filter(state=EditionState.PUBLISHED)

    def open(self) -> Self:
        """Being written or reviewed: at most one for an item and language."""
        return self.filter(state__in=_NOW)

    def due_for_review(self, today: date) -> Self:
        """On show, and to be looked at again within a month, or overdue."""
        return self.published().filter(review_by_date__lte=today + REVIEW_AHEAD)

    def in_review(self) -> Self:
        return self.filter(state=EditionState.IN_REVIEW)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class Edition(Kept):
    """One version of an item in one language, from first draft to the day it is replaced.

    The words of one that was published never change (a trigger holds it): what a reader printed
    can be found again. `revision` counts savings, so that two editors don't overwrite each other.
    """

    retention: ClassVar = RetentionClass.REFERENCE

    item = models.ForeignKey(Item, models.PROTECT, related_name="editions")
    language = models.CharField(_("language"), max_length=8, choices=portal.LANGUAGES)
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(max_length=12, choices=EditionState, default=EditionState.DRAFT)
    revision = models.PositiveIntegerField(default=1)

    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    summary = models.CharField(_("what one gets"), max_length=250)
    needs = _codes(_("about"))  # codes of taxonomy.Need, as of Phase and Setting below
    phases = _codes(_("when"))
    audiences = ArrayField(
        models.CharField(max_length=20, choices=Audience),
        default=list,
        blank=True,
        verbose_name=_("for whom"),
    )
    settings = _codes(_("where"))  # none: for any
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=3)
    advisory = models.CharField(_("before you read"), max_length=250, blank=True)
    author = models.CharField(_("author organization"), max_length=160, default="MVAI")
    address = models.URLField(_("address"), max_length=500, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)  # [{"title", "address"}]
    license = models.CharField(_("license"), max_length=160, blank=True)
    is_funded = models.BooleanField(_("shows the award’s disclaimer"), default=True)
    keywords = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("also found by")
    )
    card = models.TextField(_("on one page"), blank=True)  # Markdown
    text = models.TextField(_("full text"), blank=True)  # Markdown

    last_reviewed_date = models.DateField(_("last reviewed"), null=True, blank=True)
    review_by_date = models.DateField(_("review by"), null=True, blank=True)

    # Nobody where it came with the portal.
    changed_by = models.ForeignKey(
        portal.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        portal.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        portal.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # superseded or withdrawn
    note = models.CharField(max_length=500, blank=True)  # what the reviewer asked, why withdrawn

    objects: ClassVar = EditionQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("item", "language", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "language", "number"], name="resources_numbers_are_given_once"
            ),
            models.UniqueConstraint(
                fields=["item", "language"],
                condition=Q(state=EditionState.PUBLISHED),
                name="resources_one_edition_is_published",
            ),
            models.UniqueConstraint(
                fields=["item", "language"],
                condition=Q(state__in=_NOW),
                name="resources_one_edition_is_open",
            ),
            models.CheckConstraint(
                name="resources_edition_state_is_known",
                condition=Q(state__in=EditionState.values),
            ),
            models.CheckConstraint(
                name="resources_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="resources_language_is_ours",
                condition=Q(language__in=[code for code, _name in portal.LANGUAGES]),
            ),
            models.CheckConstraint(
                name="resources_edition_has_a_title", condition=~Q(title="") & ~Q(summary="")
            ),
            # A draft may still lack its words; what anyone reads has them.
            models.CheckConstraint(
                name="resources_links_have_an_address_and_others_a_card",
                condition=Q(state=EditionState.DRAFT)
                | Q(state=EditionState.WITHDRAWN, published_at=None)
                | Q(kind=Kind.EXTERNAL, card="", text="") & ~Q(address="")
                | ~Q(kind=Kind.EXTERNAL) & ~Q(card="") & Q(address=""),
            ),
            models.CheckConstraint(
                name="resources_published_at_iff_it_was_published",
                condition=Q(state__in=["published", "superseded"], published_at__isnull=False)
                | Q(state__in=_NOW, published_at=None)
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="resources_ended_at_iff_it_ended",
                condition=Q(state__in=["superseded", "withdrawn"], ended_at__isnull=False)
                | Q(state__in=[*_NOW, "published"], ended_at=None),
            ),
            # Spelled out: a check that comes to NULL passes.
            models.CheckConstraint(
                name="resources_a_second_person_publishes",
                condition=Q(published_by=None)
                | Q(changed_by=None)
                | ~Q(published_by=F("changed_by")),
            ),
        ]
        triggers = [
            *Kept.Meta.triggers,
            pgtrigger.Protect(
                name="words_of_the_published_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.state IN ({_quoted(_THEN)})"
                    f" AND ({_columns('OLD')}) IS DISTINCT FROM ({_columns('NEW')})"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:edition", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_published(self) -> bool:
        return self.state == EditionState.PUBLISHED

    @property
    def is_in_review(self) -> bool:
        return self.state == EditionState.IN_REVIEW

    @property
    def is_withdrawn(self) -> bool:
        return self.state == EditionState.WITHDRAWN

    @property
    def was_given_up(self) -> bool:
        """A draft that no reader ever saw."""
        return self.is_withdrawn and self.published_at is None

    @property
    def is_external(self) -> bool:
        return self.kind == Kind.EXTERNAL
