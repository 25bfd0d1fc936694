from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """Shows one field and its error; whether a code is right is the business of ways.py."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
