"""Counts that an item was opened, printed or kept. The only writer of `ItemUse`."""

from datetime import date

from django.db.models import F

from resources.models import Item, ItemUse
from resources.states import Use


def count(*, item: Item, use: Use, day: date) -> None:
    """One more on that day. Not in the log: nobody did it that we know of."""
    row, is_new = ItemUse.objects.get_or_create(item=item, day=day, defaults={use.value: 1})
    if not is_new:
        ItemUse.objects.filter(pk=row.pk).update(**{use.value: F(use.value) + 1})
