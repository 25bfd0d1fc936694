"""Fields that several of the advisors' forms share."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.agencies import states
from mvai.agencies.models import Agency
from mvai.agencies.names import key_for
from mvai.web.days import in_living_time

STATES = [("", _("Not known")), *sorted(states.NAMES.items(), key=lambda pair: pair[1])]


def agency_words(agency: Agency | None) -> str:
    """ "Riverton Police Department, MN": a name that the agency fields read back."""
    return f"{agency.name}, {agency.state}" if agency else ""


def agency_named(text: str) -> Agency:
    """The agency of the directory that `text` names, by ORI or as "Name, ST".

    Raises a ValidationError that lists what it may mean: a wrong guess would open a gate.
    """
    text = " ".join(text.split())
    name, _comma, state = text.rpartition(",")
    state = states.state_code(state) if name else ""
    by_ori = Agency.objects.filter(ori=text.upper())
    by_name = Agency.objects.filter(name_key=key_for(name if state else text))
    found = list((by_ori | (by_name.filter(state=state) if state else by_name))[:2])
    if len(found) == 1:
        return found[0]
    near = [agency_words(agency) for agency in Agency.objects.matching(text, limit=3)]
    if near:
        raise forms.ValidationError(
            _now("“%(text)s” isn’t one agency of our list. Did you mean: %(near)s?")
            % {"text": text, "near": "; ".join(near)}
        )
    raise forms.ValidationError(
        _now("No agency in our list is called “%(text)s”. Write it as “Name, ST”, or leave it out.")
        % {"text": text}
    )


class AgencyField(forms.CharField):
    """One agency of the directory, written out; suggestions where there is JavaScript."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 220)
        super().__init__(**options)
        self.widget.attrs |= {
            "autocomplete": "off",
            "data-suggest": reverse_lazy("agencies:suggest"),
        }

    def clean(self, value: Any) -> Agency | None:
        text = super().clean(value)
        return agency_named(text) if text else None


class AgenciesField(forms.CharField):
    """Several agencies, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)

    def clean(self, value: Any) -> list[Agency]:
        text = super().clean(value)
        return [agency_named(line) for line in text.splitlines() if line.strip()]


class CodeField(forms.ChoiceField):
    """A term by its code; None where nothing was chosen, as the column wants it."""

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class CodesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DateField(forms.DateField):
    default_validators = [in_living_time]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
