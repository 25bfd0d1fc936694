from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import Need, Phase
from resources.models import EntryQuerySet, Kind
from resources.rules.readiness import QUESTIONS, Said


class ReadyForm(forms.Form):
    """One answer to each question; none has to be given."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=str(question.text),
                required=False,
                choices=Said.choices,
                widget=forms.RadioSelect,
            )


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

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = Need.objects.active().exclude(code__in=["LEADER", "UNSURE"])
        self.fields["phase"].queryset = Phase.objects.active()

    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrow(self, entries: EntryQuerySet) -> EntryQuerySet:
        asked = self.cleaned_data
        for word in asked["q"].split():
            entries = entries.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(text__icontains=word)
                | Q(author__icontains=word)
            )
        return entries.about(
            need=asked["need"].pk if asked["need"] else "",
            phase=asked["phase"].pk if asked["phase"] else "",
            kind=asked["kind"],
        )
