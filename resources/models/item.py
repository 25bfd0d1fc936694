from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.urls import reverse

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass

if TYPE_CHECKING:
    from mvai.accounts.models import User

# What the library's own pages are called can't be an item's address.
OUR_PAGES = ["ready", "desk", "kept", "team", "files", "es", "en", "search"]


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: "User") -> Self:
        """The editors' list, with what readers don't see yet."""
        return self if user.may(Permission.LIBRARY_EDIT) else self.none()

    def were_on_show(self) -> Self:
        """Readers may hold the address of these, whatever became of them."""
        return self.filter(editions__published_at__isnull=False).distinct()

    def locked(self, pk: int) -> "Item":
        """Whoever changes an item's editions holds its row: one at a time."""
        return self.select_for_update(no_key=True).get(pk=pk)


class Item(Kept):
    """One guidance topic under an address that never changes. Its words are its editions'."""

    retention: ClassVar = RetentionClass.REFERENCE

    slug = models.SlugField(max_length=80, unique=True)
    sort = models.PositiveSmallIntegerField(default=100)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    # Since then its words are not those that the portal came with: actions.loading stays away.
    imported_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ItemQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("sort", "slug")
        constraints = [
            models.CheckConstraint(
                name="resources_slug_is_no_page_of_ours",
                condition=~models.Q(slug__in=OUR_PAGES),
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("resources:item", args=[self.slug])
