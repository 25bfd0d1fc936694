"""What the first call brought: the facts that decide who is asked, and how soon."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import IncidentType, Need, Setting
from mvai.web.zones import zones_with
from requests.forms.choices import TermsForm, ThreeWayField
from requests.forms.desk import MomentField
from requests.forms.intake import CONTACT_MODES, ROLES, PlaceForm
from requests.states import Urgency

BRIEF_LENGTH = 1200


class TriageForm(TermsForm, PlaceForm):
    """The facts of a request. Times are the agency's own."""

    TERMS = {"setting": Setting, "incident_types": IncidentType, "needs": Need}
    NOT_FACTS = (*PlaceForm.PLACE, "urgency_override", "override_reason")

    filer_role = forms.ChoiceField(
        label=_("The leader is"), required=False, choices=[("", _("Not known yet")), *ROLES]
    )
    setting = forms.ChoiceField(label=_("Setting"), required=False)
    incident_types = forms.MultipleChoiceField(
        label=_("What happened"), required=False, widget=forms.CheckboxSelectMultiple
    )
    happened_at = MomentField(
        label=_("When it began, by the agency's clock"),
        required=False,
        help_text=_("Leave it empty when it has not happened: a question ahead of time."),
    )
    is_ongoing = ThreeWayField(label=_("Still going on?"))
    children_harmed = ThreeWayField(label=_("Children among those harmed?"))
    officers_harmed = ThreeWayField(label=_("Officers or staff among those harmed?"))
    needs = forms.MultipleChoiceField(
        label=_("What would help"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one. “I don't know yet” is one of them.")},
    )
    leader_says_now = forms.BooleanField(label=_("The leader says it can't wait"), required=False)
    is_preparedness = forms.BooleanField(
        label=_("Nothing has happened: they want to be ready"), required=False
    )
    event_at = MomentField(
        label=_("Next hard day, if there is one"),
        required=False,
        help_text=_("A first funeral, a hearing, an anniversary."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone there"), required=False)
    contact_mode = forms.ChoiceField(
        label=_("Reach them by"), required=False, choices=CONTACT_MODES, widget=forms.RadioSelect
    )
    safe_times = forms.CharField(label=_("Good times to call"), required=False, max_length=120)
    urgency_override = forms.ChoiceField(
        label=_("Urgency"),
        required=False,
        choices=[("", _("As the facts say")), *Urgency.choices],
    )
    override_reason = forms.CharField(
        label=_("Why another urgency?"), required=False, max_length=280
    )

    def __init__(self, *args, zone: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone
        self.fields["time_zone"].choices = zones_with(zone, unknown=_("Not known yet"))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("urgency_override") and not cleaned.get("override_reason"):
            self.add_error("override_reason", _("Say why in a few words: the log keeps it."))
        zone = cleaned.get("time_zone") or self._zone
        for name in ("happened_at", "event_at"):
            if zone and cleaned.get(name):
                # The field reads the desk's clock; the caller told it by their own.
                typed = timezone.localtime(cleaned[name]).replace(tzinfo=None)
                cleaned[name] = typed.replace(tzinfo=ZoneInfo(zone))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What is known now, under the names the request keeps it by."""
        known = [name for name in self.cleaned_data if name not in self.NOT_FACTS]
        return {name: self.cleaned_data[name] for name in known} | self.place()


class BriefForm(forms.Form):
    """Six lines, written once, read by every advisor who accepts."""

    brief = forms.CharField(
        label=_("Brief"),
        max_length=BRIEF_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Six lines: what happened, where it stands, who leads, what worries them, what they "
            "asked for, when they are free. No names of victims or suspects."
        ),
    )
