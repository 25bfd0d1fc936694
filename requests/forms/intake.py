"""Asking for a call: two fields, and later whatever the leader cares to add."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mvai.agencies.models import Agency
from mvai.taxonomy.models import IncidentType, Need, Setting
from mvai.web.scanned import ScannedForm
from mvai.web.traps import TrapForm
from mvai.web.zones import ZONES
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
NOON = time(12)

SEEN_BY_DESK = _("Seen by the duty officer.")
SEEN_BY_HELPERS = _("Seen by the desk and the advisors who say yes.")
SEEN_BY_ASKED = _("Seen by the desk. Advisors who are asked see it without your name.")


def seen(field: forms.Field, words: Any) -> forms.Field:
    """The field, with the line that stands beside it: who sees the answer."""
    field.seen_by = words  # type: ignore[attr-defined]
    return field


class AgencyForm(forms.Form):
    """An agency, chosen from the directory or in one's own words."""

    agency = seen(
        AgencyField(label=_("Agency"), help_text=_("As you would say it. Any spelling will do.")),
        SEEN_BY_HELPERS,
    )
    agency_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def _listed(self, typed: str) -> Agency | None:
        chosen = self.cleaned_data.get("agency_id")
        agency = Agency.objects.filter(pk=chosen).first() if typed and chosen else None
        # Someone who typed on after choosing means what stands there now, not what was chosen.
        return agency if agency and typed.casefold().startswith(agency.name.casefold()) else None


class IntakeForm(TrapForm, AgencyForm):
    """Whom to call, and on whose behalf. Only the name and the number are needed."""

    call_name = seen(
        forms.CharField(
            label=_("Who should we call?"),
            max_length=200,
            error_messages={"required": _("Tell us who to ask for. A last name is enough.")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        SEEN_BY_HELPERS,
    )
    call_number = forms.CharField(
        label=_("Number"),
        max_length=60,
        error_messages={"required": _("Give a number where we can reach you.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    filing_for = seen(
        forms.ChoiceField(
            label=_("I am filing for"),
            required=False,
            choices=FILING_FOR,
            initial="me",
            widget=forms.RadioSelect,
        ),
        SEEN_BY_DESK,
    )
    filer_role = seen(
        forms.ChoiceField(
            label=_("Role"), required=False, choices=[("", _("Choose, or leave it")), *ROLES]
        ),
        SEEN_BY_HELPERS,
    )
    # The device's, filled in by the page's script: it makes the promised time the leader's own.
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        """A zone we know, or none: what a device says is no reason to refuse help."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in KNOWN_ZONES and "/" in zone and zone[:4] != "Etc/" else ""

    def is_enough(self) -> bool:
        """Whether there is somebody to call. Nothing that is wrong elsewhere stands in the way."""
        self.is_valid()
        return not {"call_name", "call_number"} & self.errors.keys()

    def details(self) -> dict[str, Any]:
        """What was said beside the name and the number, as far as it can be understood."""
        said = {name: self.cleaned_data.get(name) or "" for name in self.BESIDE}
        typed = self.cleaned_data.get("agency") or self.data.get("agency", "")
        return {name: value for name, value in said.items() if value} | {
            "agency": self._listed(typed),
            "agency_text": typed,
        }

    BESIDE = ("time_zone", "filing_for", "filer_role")


class PlaceForm(AgencyForm):
    """Where the agency is. A base for the forms that ask it."""

    PLACE = ("agency", "agency_id", "city", "state_code", "zip_code")

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


class DetailsForm(ScannedForm, TermsForm, PlaceForm):
    """What the leader may add after the call is promised. Each answer is optional.

    `zone` is the zone the request has: days and times are read by its clock.
    """

    TERMS = {"incident_types": IncidentType, "setting": Setting, "needs": Need}
    SCANNED = ("safe_times", "other_contact", "note")
    NOT_DETAILS = (*PlaceForm.PLACE, "happened_on", "happened_time", "zone")

    filer_role = seen(
        forms.ChoiceField(
            label=_("Your role"), required=False, choices=ROLES, widget=forms.RadioSelect
        ),
        SEEN_BY_HELPERS,
    )
    filing_for = seen(
        forms.ChoiceField(
            label=_("I am filing for"),
            required=False,
            choices=FILING_FOR,
            widget=forms.RadioSelect,
            help_text=_("We ask no advisor before the leader has said yes."),
        ),
        SEEN_BY_DESK,
    )
    zone = forms.ChoiceField(label=_("If that is not your time"), required=False)
    is_ongoing = seen(ThreeWayField(label=_("Is it still going on?")), SEEN_BY_ASKED)
    happened_on = seen(
        forms.DateField(
            label=_("On which day"),
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Give the day, such as 11/23/2026.")},
        ),
        SEEN_BY_ASKED,
    )
    happened_time = forms.TimeField(
        label=_("At about"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("If you know it. Your own clock."),
        error_messages={"invalid": _("Give the time, such as 14:30.")},
    )
    setting = seen(
        forms.ChoiceField(label=_("Where it happened"), required=False, widget=forms.RadioSelect),
        SEEN_BY_ASKED,
    )
    incident_types = seen(
        forms.MultipleChoiceField(
            label=_("What happened"), required=False, widget=forms.CheckboxSelectMultiple
        ),
        SEEN_BY_ASKED,
    )
    needs = seen(
        forms.MultipleChoiceField(
            label=_("What would help?"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("We look for a peer in your own role first."),
        ),
        SEEN_BY_ASKED,
    )
    contact_mode = seen(
        forms.ChoiceField(
            label=_("How should we reach you?"),
            required=False,
            choices=CONTACT_MODES,
            widget=forms.RadioSelect,
        ),
        SEEN_BY_HELPERS,
    )
    safe_times = seen(
        forms.CharField(
            label=_("Good times to call"),
            required=False,
            max_length=120,
            help_text=_("For example: after 6 p.m., not during the 3 p.m. briefing."),
        ),
        SEEN_BY_HELPERS,
    )
    others_may_take = seen(
        forms.BooleanField(label=_("Someone else may take the call"), required=False),
        SEEN_BY_DESK,
    )
    other_contact = seen(
        forms.CharField(
            label=_("Who, and their number"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        SEEN_BY_DESK,
    )
    email = seen(
        forms.EmailField(
            label=_("E-mail, for a copy without details"),
            required=False,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        ),
        SEEN_BY_DESK,
    )
    note = seen(
        forms.CharField(
            label=_("One line for the person who calls"),
            required=False,
            max_length=NOTE_LENGTH,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("No names of victims or suspects, and no criminal-case facts, please."),
        ),
        SEEN_BY_DESK,
    )

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone, self._now = ZoneInfo(zone), now
        self.fields["zone"].choices = [("", _("It is right")), *ZONES]  # type: ignore[attr-defined]
        for name in ("city", "state_code", "zip_code", "zone"):
            seen(self.fields[name], SEEN_BY_HELPERS)
        seen(self.fields["happened_time"], SEEN_BY_ASKED)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, clock = cleaned.get("happened_on"), cleaned.get("happened_time")
        if clock and not day and "happened_on" not in self.errors:
            day = timezone.localtime(self._now, self._zone).date()
        if day:
            when = datetime.combine(day, clock or NOON, tzinfo=self._zone)
            if when.date() > timezone.localtime(self._now, self._zone).date():
                self.add_error("happened_on", _("That day is still to come."))
            else:
                # "Today", before noon, without a time: no later than now.
                cleaned["happened_at"] = min(when, self._now)
        return cleaned

    def details(self) -> dict[str, Any]:
        """What was answered and may be kept, under the names the request keeps it by.

        What is wrong or kept back is left out: one bad answer never costs the others.
        """
        place = self.place() if not {*self.PLACE} & self.errors.keys() else {}
        out = {*self.NOT_DETAILS, *self.kept_back}
        said = {name: self.cleaned_data[name] for name in self.cleaned_data if name not in out}
        if zone := self.cleaned_data.get("zone"):
            said["zone"] = zone
        return said | place
