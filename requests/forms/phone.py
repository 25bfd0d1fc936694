"""A request that the desk writes down while somebody is on the phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests.forms.intake import FILING_FOR, NOTE_LENGTH, ROLES, PlaceForm

# What is read aloud before the tick. Change it with people.actions.SPOKEN_CONSENT_VERSION.
SPOKEN_CONSENT = _(
    "May we text you about this request at this number? There will be few. Message and data "
    "rates may apply. You can stop them at any time by answering STOP."
)


class PhoneRequestForm(PlaceForm):
    """Short enough to fill in while listening: in the order in which people say it."""

    call_name = forms.CharField(
        label=_("Who should we call?"),
        max_length=200,
        error_messages={"required": _("Ask for a name. A last name is enough.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    call_number = forms.CharField(
        label=_("Number"),
        max_length=60,
        error_messages={"required": _("Ask for a number where we can reach them.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    filer_role = forms.ChoiceField(
        label=_("Caller’s role"), required=False, choices=[("", _("Not said")), *ROLES]
    )
    filing_for = forms.ChoiceField(
        label=_("Calling for"), required=False, choices=[("", _("Not said")), *FILING_FOR]
    )
    note = forms.CharField(
        label=_("One line on what was said"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("No names of victims or suspects, and no criminal-case facts."),
    )
    agreed_to_texts = forms.BooleanField(
        label=_("They agreed to texts"),
        required=False,
        help_text=_("Without the tick no text goes to this number: we only call."),
    )

    field_order = [
        "call_name",
        "call_number",
        "agency",
        "agency_id",
        "city",
        "state_code",
        "zip_code",
        "filer_role",
        "filing_for",
        "note",
        "agreed_to_texts",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.PLACE:
            self.fields[name].widget.attrs["autocomplete"] = "off"  # of the desk's own agency
        self.fields["agency"].help_text = ""

    def details(self) -> dict[str, Any]:
        """What was answered, under the names the request keeps it by."""
        named = ("filer_role", "filing_for", "note", "agreed_to_texts")
        return {name: self.cleaned_data[name] for name in named} | self.place()
