"""The editors' forms for words: those that mean the same, and those that found nothing."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from resources.models import Item
from resources.models.synonyms import LONGEST_TERM, MOST_TERMS
from resources.rules.words import fold, key

_BETWEEN = re.compile(r"[,;\n]")


class SynonymsForm(forms.Form):
    terms = forms.CharField(
        label=_("Words that mean the same"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "English and Spanish together, with commas between. Small letters, no accents needed."
        ),
        max_length=LONGEST_TERM * MOST_TERMS,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean_terms(self) -> list[str]:
        said = [fold(term) for term in _BETWEEN.split(self.cleaned_data["terms"])]
        terms = list({key(term): term for term in said if term}.values())
        if len(terms) < 2:
            raise ValidationError(_("Two different words at least."))
        if len(terms) > MOST_TERMS:
            raise ValidationError(_("At most %(most)s words.") % {"most": MOST_TERMS})
        if any(len(term) > LONGEST_TERM for term in terms):
            raise ValidationError(
                _("A word or expression has at most %(most)s letters.") % {"most": LONGEST_TERM}
            )
        return terms


class MissedForm(forms.Form):
    answer = forms.ModelChoiceField(
        Item.objects.none(),
        label=_("Answered by"),
        required=False,
        empty_label=_("No page: these words are not for us"),
        help_text=_("Whoever types these words is shown that page from now on."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].queryset = Item.objects.all()  # type: ignore[attr-defined]
