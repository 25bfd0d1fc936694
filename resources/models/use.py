"""How much an item is used, and nothing about by whom."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q, Sum

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from resources.models.item import Item
from resources.states import Use

if TYPE_CHECKING:
    from mvai.accounts.models import User


class ItemUseQuerySet(models.QuerySet["ItemUse"]):
    def visible_to(self, user: "User") -> Self:
        return self if user.may(Permission.LIBRARY_EDIT) else self.none()

    def since(self, day: date) -> Self:
        return self.filter(day__gte=day)

    def totals(self) -> "models.QuerySet[ItemUse, dict[str, int]]":
        """A row an item, the most opened first."""
        sums = {f"{use}_sum": Sum(use) for use in Use.values}
        return self.values("item_id", "item__slug").annotate(**sums).order_by("-opened_sum", "item")


class ItemUse(Kept):
    """How often an item was opened, printed and kept on a device on one day.

    No reader, no address, no hour: a row can't say who was reading.
    """

    retention: ClassVar = RetentionClass.REFERENCE

    item = models.ForeignKey(Item, models.PROTECT, related_name="uses")
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    printed = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)

    objects: ClassVar = ItemUseQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-day", "item")
        constraints = [
            models.UniqueConstraint(fields=["item", "day"], name="resources_use_counted_by_day"),
            models.CheckConstraint(
                name="resources_use_is_of_something",
                condition=Q(opened__gt=0) | Q(printed__gt=0) | Q(kept__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["day"], name="resources_use_day")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.day}"
