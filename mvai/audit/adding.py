"""Adds rows that may be there already, without a savepoint and without reading them back."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.db.models.constants import OnConflict


def add_if_new(rows: Sequence[Model]) -> bool:
    """Insert those rows that repeat none in the table; True when every one of them was new.

    One statement. All rows are of one model, and have their keys once all were new; after a
    False the caller reads what it needs.
    """
    model: Any = type(rows[0])
    key = model._meta.pk
    # `bulk_create(ignore_conflicts=True)` does the same, but keeps the keys to itself.
    answer = model._base_manager.all()._insert(
        rows,
        fields=[field for field in model._meta.local_concrete_fields if field is not key],
        returning_fields=[key],
        on_conflict=OnConflict.IGNORE,
    )
    added = [row for row in answer if row is not None]
    if len(added) < len(rows):
        return False
    for row, (pk,) in zip(rows, added, strict=True):
        row.pk = pk
        row._state.adding = False
    return True
