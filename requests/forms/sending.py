"""Sending a page of the library to a leader."""

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.models import CatalogRow
from resources.models.catalog import CatalogRowQuerySet


class SendItemForm(forms.Form):
    """Which page, and whether they asked for it. Pages that readers can't open can't be sent."""

    row = forms.ModelChoiceField(
        CatalogRow.objects.none(),
        label=_("Page"),
        to_field_name="slug",
        error_messages={"invalid_choice": _("This page is not in the library any more.")},
    )
    was_asked = forms.BooleanField(label=_("They asked for it"), required=False)

    def __init__(self, *args, on_show: CatalogRowQuerySet, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].queryset = on_show.select_related("item")


class LibrarySearchForm(forms.Form):
    q = forms.CharField(label=_("Search the library"), max_length=80, required=False)
