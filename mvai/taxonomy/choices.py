"""The lists as form choices."""

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from mvai.taxonomy.models import Term


def choices_of(*lists: type[Term]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen today, (code, label) by the name of the list ("Setting"), in one query."""
    parts = [
        kind.objects.active()
        .order_by()
        .values_list(Value(kind.__name__, CharField()), "sort", "code", "label")
        for kind in lists
    ]
    found: dict[str, list[tuple[str, str]]] = {kind.__name__: [] for kind in lists}
    for name, _sort, code, label in sorted(parts[0].union(*parts[1:], all=True)):
        found[name].append((code, _(label)))
    return found
