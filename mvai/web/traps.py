"""A field that people never see and programs fill in, in the forms that are open to everybody.

What follows is each form's own matter; none tells the program that it was noticed.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

# Nothing that a browser or a password manager fills in by itself, as it does with "website".
NAME = "topic"


class TrapForm(forms.Form):
    """A base for the forms of the public doors. The page shows it by _partials/trap.html."""

    # A plain field: whatever is in it is valid, so no error tells of it.
    topic = forms.Field(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_caught(self) -> bool:
        """Whether a program filled it in; needs no cleaning of the form."""
        return bool(self.data.get(NAME, "").strip())
