from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import Need, Phase
from resources.models.catalog import CatalogRowQuerySet
from resources.states import Audience, Kind


class LibraryFilter(forms.Form):
    """Narrows the library; a value it doesn't know is ignored, never an error page."""

    q = forms.CharField(label=_("Search the library"), max_length=80, required=False)
    need = forms.ModelChoiceField(
        Need.objects.none(), label=_("About"), required=False, empty_label=_("Anything")
    )
    phase = forms.ModelChoiceField(
        Phase.objects.none(), label=_("When"), required=False, empty_label=_("Any time")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Any kind")), *Kind.choices], required=False
    )
    audience = forms.ChoiceField(
        label=_("For whom"), choices=[("", _("Anyone")), *Audience.choices], required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = Need.objects.active().exclude(code__in=["UNSURE"])
        self.fields["phase"].queryset = Phase.objects.active()

    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrow(self, rows: CatalogRowQuerySet) -> CatalogRowQuerySet:
        asked = self.cleaned_data
        facets = [
            f"{name}:{value}"
            for name, value in (
                ("need", asked["need"] and asked["need"].pk),
                ("phase", asked["phase"] and asked["phase"].pk),
                ("kind", asked["kind"]),
                ("for", asked["audience"]),
            )
            if value
        ]
        rows = rows.filter(facets__contains=facets) if facets else rows
        for word in asked["q"].lower().split():
            rows = rows.filter(words__contains=word)
        return rows
