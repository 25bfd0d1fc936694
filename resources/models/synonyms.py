from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass

if TYPE_CHECKING:
    from mvai.accounts.models import User

LONGEST_TERM = 40
MOST_TERMS = 30


class SynonymGroupQuerySet(models.QuerySet["SynonymGroup"]):
    def visible_to(self, user: "User") -> Self:
        return self.in_use() if user.may(Permission.LIBRARY_EDIT) else self.none()

    def in_use(self) -> Self:
        return self.filter(removed_at=None)


class SynonymGroup(Kept):
    """Words that mean the same to whoever searches the library, in any language.

    One that came with the portal has a `code`, by which a newer portal knows it again: removed,
    it stays as a row, so that it doesn't come back.
    """

    retention: ClassVar = RetentionClass.REFERENCE

    code = models.SlugField(max_length=40, blank=True)
    terms = ArrayField(models.CharField(max_length=LONGEST_TERM))  # folded (rules.words.fold)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SynonymGroupQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("terms", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="resources_synonyms_come_once"
            ),
            models.CheckConstraint(
                name="resources_synonyms_are_several",
                condition=Q(terms__len__gte=2, terms__len__lte=MOST_TERMS),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.terms)

    def get_absolute_url(self) -> str:
        return reverse("resources:synonym", args=[self.pk])
