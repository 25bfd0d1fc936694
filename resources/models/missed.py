from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from resources.models.item import Item

if TYPE_CHECKING:
    from mvai.accounts.models import User


class MissedSearchQuerySet(models.QuerySet["MissedSearch"]):
    def visible_to(self, user: "User") -> Self:
        return self if user.may(Permission.LIBRARY_EDIT) else self.none()

    def waiting(self) -> Self:
        """Nobody has said yet what becomes of them; the most asked first."""
        return self.filter(settled_on=None).order_by("-times", "-last_on", "words")

    def settled(self) -> Self:
        return self.exclude(settled_on=None).order_by("-settled_on", "words")


class MissedSearch(Kept):
    """Words that found nothing in the library, and on how many occasions. Never whose.

    `answer` is the item that readers of these words are shown since an editor chose it.
    """

    retention: ClassVar = RetentionClass.SEARCH

    words = models.CharField(max_length=80)  # folded (rules.words.fold)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    times = models.PositiveIntegerField(default=1)
    # Days, not moments: a moment could be laid beside a request's.
    first_on: "models.DateField[date, date]" = models.DateField()
    last_on: "models.DateField[date, date]" = models.DateField()
    answer = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = MissedSearchQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-times", "words")
        constraints = [
            models.UniqueConstraint(
                fields=["words", "language"], name="resources_missed_words_stand_once"
            ),
            models.CheckConstraint(
                name="resources_missed_words_are_words", condition=~Q(words="") & Q(times__gte=1)
            ),
            models.CheckConstraint(
                name="resources_missed_answered_only_when_settled",
                condition=Q(answer=None) | Q(settled_on__isnull=False),
            ),
            models.CheckConstraint(
                name="resources_missed_settled_by_somebody",
                condition=Q(settled_on=None, settled_by=None)
                | Q(settled_on__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words
