"""Offering help to an agency that has not asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests.actions.approaches import no_contact_details_words
from requests.forms.choices import STATES, AgencyField
from requests.forms.desk import MomentField
from requests.forms.intake import PlaceForm
from requests.rules.private import holds_contact_details
from requests.states import TRY_AGAIN, TryOutcome


class ApproachForm(PlaceForm):
    """Which agency, its published number, and how we heard of it. Nothing about people."""

    agency = AgencyField(
        label=_("Agency"),
        required=True,
        error_messages={"required": _("Which agency is it?")},
    )
    state_code = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Choose")), *STATES],
        help_text=_("For an agency that is not in the directory."),
    )
    city = None  # type: ignore[assignment]
    zip_code = None  # type: ignore[assignment]
    published_number = forms.CharField(
        label=_("Published number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_(
            "Only a number that the agency itself publishes. Where the directory has one, that is "
            "used."
        ),
    )
    learned_from = forms.CharField(
        label=_("How did we hear of it?"),
        max_length=160,
        error_messages={"required": _("Say in one line how we heard of it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("One line, such as: evening news. No names of victims or suspects."),
    )
    all_the_same = forms.BooleanField(label=_("Ask them all the same"), required=False)

    field_order = [
        "agency", "agency_id", "state_code", "published_number", "learned_from", "all_the_same",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("agency", "agency_id", "state_code"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_agency(self) -> str:
        return _without_contact_details(self.cleaned_data["agency"])

    def clean_learned_from(self) -> str:
        return _without_contact_details(self.cleaned_data["learned_from"])

    def facts(self) -> dict[str, Any]:
        """As actions.approaches.begin takes them."""
        typed = self.cleaned_data["agency"]
        named = ("state_code", "published_number", "learned_from", "all_the_same")
        return {name: self.cleaned_data[name] for name in named} | {
            "agency": self._listed(typed),
            "agency_text": typed,
        }


class TryForm(forms.Form):
    """How one try went."""

    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=[(one.value, one.label) for one in TryOutcome if one != TryOutcome.ACCEPTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it went.")},
    )
    next_try_at = MomentField(
        label=_("Next try"),
        required=False,
        help_text=_("Left empty: in an hour, after a word left in four, after “later” tomorrow."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") not in TRY_AGAIN:
            cleaned["next_try_at"] = None  # a no has no next try, whatever stands there
        return cleaned


class AcceptForm(forms.Form):
    """They said yes: whom to call, as they want it. The first thing of theirs that is kept."""

    agreed = forms.BooleanField(
        label=_("They want help, and agree that we keep this name and number"),
        error_messages={"required": _("Without their yes nothing of theirs is kept.")},
    )
    call_name = forms.CharField(
        label=_("Who should we call?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Ask for a name. A last name is enough.")},
    )
    call_number = forms.CharField(
        label=_("Number"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Ask for a number where we can reach them.")},
    )
    agreed_to_texts = forms.BooleanField(label=_("They agreed to texts"), required=False)


def _without_contact_details(text: str) -> str:
    if holds_contact_details(text):
        raise forms.ValidationError(no_contact_details_words())
    return text
