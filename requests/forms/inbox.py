"""What the desk says about something in the Inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BecomesRequestForm(forms.Form):
    """Whom to call. What came in gives the answers where it can."""

    call_name = forms.CharField(label=_("Who should we call?"), max_length=200)
    call_number = forms.CharField(label=_("Number, or address"), max_length=60)


class AddToForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference of the request"),
        max_length=12,
        help_text=_("Such as MV-7K4Q. It must be open."),
    )
