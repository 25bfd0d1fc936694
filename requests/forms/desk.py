"""What the desk writes down: calls, identity, next actions, closing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.web.days import in_living_time
from requests.states import (
    OF_OUR_CALLS,
    REASONS_WITH_NOTE,
    CloseReason,
    IdentityMethod,
    IdentityOutcome,
    NextAction,
)

# A code is sent and read back; nobody chooses it from a list.
CHOSEN_METHODS = [one for one in IdentityMethod if one != IdentityMethod.AGENCY_EMAIL_CODE]


def note_field(label, *, required=False, max_length=500, help_text="", rows=3):
    return forms.CharField(
        label=label,
        required=required,
        max_length=max_length,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class MomentField(forms.SplitDateTimeField):
    """A day and a time as the reader's clock shows them."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault(
            "widget",
            forms.SplitDateTimeWidget(
                date_format="%Y-%m-%d",
                time_format="%H:%M",
                date_attrs={"type": "date"},
                time_attrs={"type": "time"},
            ),
        )
        kwargs.setdefault(
            "error_messages",
            {
                "invalid_date": _("Give the day, such as 11/23/2026."),
                "invalid_time": _("Give the time, such as 14:30."),
                "required": _("Give the day and the time."),
                "incomplete": _("Give both the day and the time."),
            },
        )
        super().__init__(**kwargs)
        self.validators.append(in_living_time)


class CallLogForm(forms.Form):
    """How a call went."""

    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=[(outcome.value, outcome.label) for outcome in OF_OUR_CALLS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the call went.")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=600,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = note_field(_("Note"), help_text=_("Seen by the desk. No names of victims or suspects."))
    leader_agrees = forms.BooleanField(
        label=_("The leader says yes: advisors may be asked"), required=False
    )

    def __init__(self, *args, waits_for_leader: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not waits_for_leader:
            del self.fields["leader_agrees"]


class IdentityForm(forms.Form):
    """Who the caller is, found out by a way that does not rest on the number they left."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[
            (one.value, one.label)
            for one in (
                IdentityOutcome.CONFIRMED,
                IdentityOutcome.NO_ANSWER,
                IdentityOutcome.NOT_CONFIRMED,
            )
        ],
        initial=IdentityOutcome.CONFIRMED,
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(
        label=_("How"),
        required=False,
        choices=[(one.value, one.label) for one in CHOSEN_METHODS],
        widget=forms.RadioSelect,
    )
    note = note_field(_("Note"), max_length=280, rows=2)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("method"):
            return cleaned
        if cleaned.get("outcome") == IdentityOutcome.CONFIRMED:
            self.add_error("method", _("Choose how it was confirmed."))
        elif cleaned.get("outcome") == IdentityOutcome.NO_ANSWER:
            self.add_error("method", _("Choose how you tried."))
        return cleaned


class IdentityCodeForm(forms.Form):
    """Where a code goes that the caller reads back."""

    address = forms.CharField(
        label=_("E-mail address at the agency"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the address that they read to you.")},
    )
    is_published = forms.BooleanField(
        label=_("The part after the @ is the one the agency publishes. I looked it up myself"),
        error_messages={"required": _("Look up the agency’s own site first, then tick this.")},
    )


class ReadCodeForm(forms.Form):
    """What the caller reads from the e-mail."""

    code = forms.CharField(
        label=_("The code they read to you"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the six digits.")},
    )


class NextActionForm(forms.Form):
    """What happens next on a request, and by when."""

    code = forms.ChoiceField(label=_("Next action"), choices=NextAction.choices)
    due_at = MomentField(label=_("Due"))
    note = forms.CharField(label=_("In a few words"), required=False, max_length=120)


class HandOverForm(forms.Form):
    """To whom a request goes."""

    to = forms.ModelChoiceField(
        label=_("Who takes it over?"),
        queryset=None,
        empty_label=_("Choose"),
        error_messages={"required": _("Choose who takes it over.")},
    )
    note = note_field(_("What they need to know"), max_length=280, rows=2)

    def __init__(self, *args, colleagues, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues
        self.fields["to"].label_from_instance = lambda user: user.display_name


class DelegateForm(forms.Form):
    """Who else may take the call."""

    name = forms.CharField(label=_("Who else may take the call?"), max_length=200)
    number = forms.CharField(label=_("Number"), max_length=60, widget=forms.TelInput())
    consented = forms.BooleanField(
        label=_("They agreed to texts about this request"), required=False
    )


class CloseForm(forms.Form):
    """Why a request ends. A caller who could not be confirmed is one reason among others."""

    reason = forms.ChoiceField(
        label=_("Why does it end?"),
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = note_field(_("Note"), max_length=280, rows=2, help_text=_("Seen by the desk."))
    sure = forms.BooleanField(
        label=_("End this request"),
        error_messages={"required": _("Tick the box to end this request.")},
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") in REASONS_WITH_NOTE and not cleaned.get("note"):
            self.add_error("note", _("Say in a few words why: the next person reads it."))
        return cleaned


class ReopenForm(forms.Form):
    """Why a closed request goes on."""

    note = note_field(
        _("Why is it opened again?"),
        required=True,
        max_length=280,
        rows=2,
    )


class ReasonForm(forms.Form):
    """A few words, asked for where a step back should be explained."""

    note = note_field(_("Note"), max_length=280, rows=2)


class FollowUpForm(forms.Form):
    """What became of one planned contact."""

    what = forms.ChoiceField(
        choices=[("done", _("Done")), ("move", _("Move")), ("skip", _("Skip"))]
    )
    to = MomentField(label=_("To"), required=False)
    note = note_field(_("Note"), max_length=280, rows=2)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("what") == "move":
            if not cleaned.get("to") and "to" not in self.errors:
                self.add_error("to", _("Give the new day and time."))
            if not cleaned.get("note"):
                self.add_error("note", _("Say why it moves."))
        return cleaned
