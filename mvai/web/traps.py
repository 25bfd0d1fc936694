"""A field that people never see and programs fill in. Who fills it in hears "thank you" all the
same, so that a program learns nothing, and nothing is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TrapForm(forms.Form):
    """A base for the forms of the public doors."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_caught(self) -> bool:
        """Whether a program filled it in; asked before the form is, so no error tells it."""
        return bool(self.data.get("website"))
