"""The slow door: what a leader wants to be ready for, and what staff write about it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import Need
from mvai.web.days import in_living_time
from mvai.web.lines import LineField
from mvai.web.traps import TrapForm
from requests.forms.choices import TermsForm
from requests.forms.intake import NOTE_LENGTH, PlaceForm
from requests.models import Inquiry, InquiryState, InquiryStep, ReadyBy
from requests.rules.inquiries import FOR_NEEDS, MOVES


class PrepareForm(TrapForm, TermsForm, PlaceForm):
    """Whom to answer, and about what."""

    TERMS = {"needs": Need}
    city = state_code = zip_code = None  # type: ignore[assignment]  # not asked here

    full_name = LineField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Tell us who to answer. A last name is enough.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reach = LineField(
        label=_("E-mail or number"),
        max_length=254,
        error_messages={"required": _("Give an e-mail address or a number for the answer.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    needs = forms.MultipleChoiceField(
        label=_("What do you want to be ready for?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ready_by = forms.ChoiceField(
        label=_("By when?"), required=False, choices=ReadyBy.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("One line for us"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("280 characters. No names of victims or suspects, please."),
    )
    # Set by the page that offered the call first.
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field: Any = self.fields["needs"]
        field.choices = [one for one in field.choices if one[0] in FOR_NEEDS]

    def clean_reach(self) -> str:
        """An address is checked, since the answer goes there; any number will do."""
        reach: str = self.cleaned_data["reach"]
        if "@" in reach:
            try:
                validate_email(reach)
            except ValidationError:
                raise ValidationError(
                    _now("This isn’t an e-mail address. It looks like name@agency.gov.")
                ) from None
        return reach

    @property
    def says_it_happened(self) -> bool:
        """And was not yet offered the call."""
        said = self.cleaned_data.get("ready_by") == ReadyBy.HAPPENED
        return said and not self.cleaned_data.get("anyway")

    def facts(self) -> dict[str, Any]:
        """What was answered, under the names the inquiry keeps it by."""
        typed = self.cleaned_data["agency"]
        names = ("full_name", "reach", "needs", "ready_by", "note")
        return {name: self.cleaned_data[name] for name in names} | {
            "agency": self._listed(typed),
            "agency_text": typed,
        }


class CarryOnForm(forms.Form):
    """How far an inquiry is, and what comes next."""

    state = forms.ChoiceField(
        label=_("Where it stands"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say where it stands.")},
    )
    outcome = forms.CharField(
        label=_("What was done, in a line"),
        required=False,
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to close it. No incident facts."),
    )
    next_step = forms.ChoiceField(
        label=_("What comes next"),
        required=False,
        choices=InquiryStep.choices,
        widget=forms.RadioSelect,
        help_text=_("Not needed when you close it."),
    )
    due_on = forms.DateField(
        label=_("By when"),
        required=False,
        validators=[in_living_time],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *arguments: Any, inquiry: Inquiry, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        allowed = {inquiry.state, *MOVES[inquiry.state]}
        field.choices = [one for one in InquiryState.choices if one[0] in allowed]


class HappenedForm(forms.Form):
    """Whom the desk calls, where only an e-mail address is known."""

    call_number = LineField(
        label=_("Number to call"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("Without one the desk writes first."),
    )
