"""Whom to ask, and what an advisor answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from mvai.taxonomy.models import EngagementType, Need
from requests.forms.choices import TermsForm
from requests.forms.desk import MomentField, note_field
from requests.states import AdvisorRole

MINUTES = [(15, "15"), (30, "30"), (60, "60"), (90, "90")]


class StartOutreachForm(forms.Form):
    """A lead, and an alternate so that either may step away."""

    lead = forms.ModelChoiceField(
        queryset=None,
        label=_("Lead"),
        error_messages={
            "required": _("Choose a lead."),
            "invalid_choice": _("That advisor can't be asked now. Choose another."),
        },
    )
    alternate = forms.ModelChoiceField(queryset=None, label=_("Alternate"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "alternate"):
            self.fields[name].queryset = Advisor.objects.filter(is_active=True)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("lead") and cleaned.get("lead") == cleaned.get("alternate"):
            self.add_error("alternate", _("The alternate must be somebody else."))
        return cleaned


class OfferForm(forms.Form):
    """One more person to ask."""

    advisor = forms.ModelChoiceField(
        queryset=None,
        error_messages={"invalid_choice": _("That advisor can't be asked now. Choose another.")},
    )
    role = forms.ChoiceField(choices=AdvisorRole.choices)
    override_reason = forms.CharField(label=_("Why ask anyway?"), required=False, max_length=280)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = Advisor.objects.filter(is_active=True)


class AnswerForm(forms.Form):
    """What an advisor says to an offer. A no needs no reason, so none is asked."""

    YES = "yes"
    NOS = ("not_now", "not_this_kind", "call_me")

    answer = forms.ChoiceField(
        choices=[
            ("yes", _("Yes, I can")),
            ("not_now", _("Not now")),
            ("not_this_kind", _("Not this kind")),
            ("call_me", _("Ask IACP to call me")),
        ]
    )


class ContactLogForm(TermsForm):
    """That a contact took place, how long it was, and what it was about."""

    TERMS = {"mode": EngagementType, "topics": Need}

    mode = forms.ChoiceField(
        label=_("How"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you were in contact.")},
    )
    at = MomentField(label=_("When"))
    minutes_chip = forms.TypedChoiceField(
        label=_("How long, in minutes"),
        required=False,
        choices=MINUTES,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("or another number"),
        required=False,
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it was about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    participants = forms.CharField(
        label=_("Who took part"),
        required=False,
        max_length=120,
        help_text=_("By role, such as “sheriff and two commanders”."),
    )
    note = note_field(
        _("Note"),
        help_text=_(
            "At most 500 characters, and less is better: this record may have to be shown in a "
            "court. No names of victims or suspects, and nothing of the investigation."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        cleaned["minutes"] = cleaned.get("minutes") or cleaned.get("minutes_chip")
        if not cleaned["minutes"] and "minutes" not in self.errors:
            self.add_error("minutes_chip", _("Say about how long it was."))
        return cleaned


class StepBackForm(forms.Form):
    """An advisor hands on what has become too much. It is free, and asked only once."""

    sure = forms.BooleanField(
        label=_("Yes, I want to step back from this"),
        error_messages={"required": _("Tick the box to step back.")},
    )
