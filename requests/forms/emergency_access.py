"""Opening one request in an emergency, and reviewing that it was opened."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests.forms.desk import note_field
from requests.models import Verdict


class EmergencyForm(forms.Form):
    """Which request, and why it can't wait for somebody who may read it."""

    reference = forms.CharField(
        label=_("Reference of the request"),
        max_length=12,
        help_text=_("It looks like MV-7K4Q."),
        error_messages={"required": _("Enter the reference of the request.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = note_field(
        _("Why you need to read it now"),
        max_length=280,
        rows=3,
        help_text=_("Facts only: the program manager reads it when they review this."),
    )
    reason.required = True
    reason.error_messages["required"] = _("Say in a few words why it can’t wait.")


class ReviewForm(forms.Form):
    """What the reviewer found."""

    verdict = forms.ChoiceField(
        label=_("What you found"),
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found.")},
    )
    note = note_field(
        _("Note"),
        max_length=280,
        rows=2,
        help_text=_("Say here what follows if it was not needed."),
    )
