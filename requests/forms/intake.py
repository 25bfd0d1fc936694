"""Asking for a call: two fields, and later whatever the leader cares to add."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.agencies.models import Agency
from mvai.taxonomy.models import IncidentType, Need, Setting
from requests.forms.choices import STATES, AgencyField, TermsForm, ThreeWayField

ROLES = [
    ("LE_CHIEF", _("Chief")),
    ("LE_SHERIFF", _("Sheriff")),
    ("LE_STATE", _("State police command")),
    ("LE_CAMPUS", _("Campus chief")),
    ("LE_TRIBAL", _("Tribal chief")),
    ("LE_COMMAND", _("Deputy or incident commander")),
    ("LE_PIO", _("Public information officer")),
    ("OTHER", _("Someone else")),
]
FILING_FOR = [
    ("me", _("Me")),
    ("my_chief", _("My chief or sheriff")),
    ("another", _("Another agency")),
]
CONTACT_MODES = [("voice", _("Call me")), ("text", _("Text first")), ("any", _("Either is fine"))]
NOTE_LENGTH = 280
KNOWN_ZONES = available_timezones()


class IntakeForm(forms.Form):
    """Whom to call. Everything else is asked later, and nothing of it is required."""

    call_name = forms.CharField(
        label=_("Who should we call?"),
        max_length=200,
        error_messages={"required": _("Tell us who to ask for. A last name is enough.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    call_number = forms.CharField(
        label=_("Number"),
        max_length=60,
        error_messages={"required": _("Give a number where we can reach you.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    # The device's, filled in by the page's script: it makes the promised time the leader's own.
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        """A zone we know, or none: what a device says is no reason to refuse help."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in KNOWN_ZONES and "/" in zone and zone[:4] != "Etc/" else ""


class PlaceForm(forms.Form):
    """Where the agency is. A base for the forms that ask it."""

    PLACE = ("agency", "agency_id", "city", "state_code", "zip_code")

    agency = AgencyField(
        label=_("Agency"), help_text=_("As you would say it. Any spelling will do.")
    )
    agency_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    city = forms.CharField(label=_("City or county"), required=False, max_length=100)
    state_code = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Choose")), *STATES]
    )
    zip_code = forms.CharField(
        label=_("ZIP code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )

    def place(self) -> dict[str, Any]:
        """The agency and place, under the names the request keeps them by."""
        typed = self.cleaned_data.get("agency") or ""
        return {
            "agency": self._listed(typed),
            "agency_text": typed,
            "city": self.cleaned_data["city"],
            "state_code": self.cleaned_data["state_code"],
            "zip_code": self.cleaned_data["zip_code"],
        }

    def _listed(self, typed: str) -> Agency | None:
        agency = Agency.objects.filter(pk=self.cleaned_data.get("agency_id") or 0).first()
        # Someone who typed on after choosing means what stands there now, not what was chosen.
        return agency if agency and typed.casefold().startswith(agency.name.casefold()) else None


class DetailsForm(TermsForm, PlaceForm):
    """What the leader may add after the call is promised. Each answer is optional."""

    TERMS = {"incident_types": IncidentType, "setting": Setting, "needs": Need}

    filer_role = forms.ChoiceField(
        label=_("Your role"), required=False, choices=ROLES, widget=forms.RadioSelect
    )
    filing_for = forms.ChoiceField(
        label=_("I am filing for"), required=False, choices=FILING_FOR, widget=forms.RadioSelect
    )
    incident_types = forms.MultipleChoiceField(
        label=_("What happened"), required=False, widget=forms.CheckboxSelectMultiple
    )
    setting = forms.ChoiceField(
        label=_("Where it happened"), required=False, widget=forms.RadioSelect
    )
    is_ongoing = ThreeWayField(label=_("Is it still going on?"))
    needs = forms.MultipleChoiceField(
        label=_("What would help?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    contact_mode = forms.ChoiceField(
        label=_("How should we reach you?"),
        required=False,
        choices=CONTACT_MODES,
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=_("E-mail, for a copy without details"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    safe_times = forms.CharField(
        label=_("Good times to call"),
        required=False,
        max_length=120,
        help_text=_("For example: after 6 p.m., not during the 3 p.m. briefing."),
    )
    others_may_take = forms.BooleanField(
        label=_("Someone else in my office may take the call"), required=False
    )
    note = forms.CharField(
        label=_("One line for the person who calls"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No names of victims or suspects, and no criminal-case facts, please."),
    )

    # Its own list of fields first, the place among them: the order in which people tell it.
    field_order = [
        "filer_role",
        "filing_for",
        "agency",
        "agency_id",
        "incident_types",
        "setting",
        "city",
        "state_code",
        "zip_code",
        "is_ongoing",
        "needs",
        "contact_mode",
        "email",
        "safe_times",
        "others_may_take",
        "note",
    ]

    def details(self) -> dict[str, Any]:
        """What was answered, under the names the request keeps it by."""
        asked = [name for name in self.cleaned_data if name not in self.PLACE]
        return {name: self.cleaned_data[name] for name in asked} | self.place()
