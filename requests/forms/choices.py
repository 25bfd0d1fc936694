"""Answers that several forms offer, in the order in which people look for them."""

from typing import Any

from django import forms
from django.db.models import CharField, Value
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"

YES_NO_UNKNOWN = [("yes", _("Yes")), ("no", _("No")), (UNKNOWN, _("I don't know"))]
TRUTH = {"yes": True, "no": False}

STATE_CODES = (
    "AL", "AK", "AS", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "GU", "HI",
    "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO",
    "MP", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "VI", "WA", "WV", "WI", "WY",
)  # fmt: skip
STATES = [(code, code) for code in STATE_CODES]


def terms(*lists: type) -> dict[str, list[tuple[str, str]]]:
    """The codes and words of several lists by the name of the list, in one query."""
    parts = [
        kind.objects.active()
        .order_by()
        .values_list(Value(kind.__name__, CharField()), "sort", "code", "label")
        for kind in lists
    ]
    found: dict[str, list[tuple[str, str]]] = {kind.__name__: [] for kind in lists}
    for name, _sort, code, label in sorted(parts[0].union(*parts[1:], all=True)):
        found[name].append((code, _now(label)))
    return found


class TermsForm(forms.Form):
    """A form whose choices come from the taxonomy: `TERMS` says which field offers which list."""

    TERMS: dict[str, Any] = {}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = terms(*dict.fromkeys(self.TERMS.values()))
        for name, kind in self.TERMS.items():
            field = self.fields[name]
            start = [("", _("Not known yet"))] if _is_drop_down(field) else []
            field.choices = [*start, *offered[kind.__name__]]


def _is_drop_down(field: forms.Field) -> bool:
    return type(field.widget) is forms.Select


class ThreeWayField(forms.ChoiceField):
    """Yes, no, or not known; None is a fact too, and the start."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(choices=YES_NO_UNKNOWN, **kwargs)

    def prepare_value(self, value):
        if value is None or isinstance(value, bool):
            return {True: "yes", False: "no", None: ""}[value]
        return value

    def clean(self, value):
        return TRUTH.get(super().clean(value))


class AgencyField(forms.CharField):
    """An agency by name: the listed one when the name is its name, else the text as typed.

    The page's script puts the listed agency's id in a hidden field; typing on makes it stale, so
    the id counts only while the text still names that agency.
    """

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "autocomplete": "organization",
            "data-suggest": reverse_lazy("agencies:suggest"),
            "data-suggest-into": "id_agency_id",
        }
