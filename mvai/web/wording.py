"""What forms say when something is missing or can't be read, in the portal's own voice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS: dict[Any, dict[str, Any]] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.ChoiceField: {
        "required": _("Please choose one."),
        "invalid_choice": _("Please choose one of the list."),
    },
    forms.ModelChoiceField: {
        "required": _("Please choose one."),
        "invalid_choice": _("Please choose one of the list."),
    },
    forms.MultipleChoiceField: {
        "required": _("Please choose at least one."),
        "invalid_choice": _("Please choose from the list."),
    },
    forms.BooleanField: {"required": _("Please tick this to go on.")},
    forms.IntegerField: {"invalid": _("Please write a number, such as 6.")},
    forms.DateField: {"invalid": _("Please write a date, such as 12/03/2026.")},
    forms.TimeField: {"invalid": _("Please write a time, such as 4:30 p.m. or 16:30.")},
    forms.DateTimeField: {
        "invalid": _("Please write a date and a time, such as 12/03/2026 16:30.")
    },
}


def speak_plainly() -> None:
    """Replaces Django's default messages; a form's own messages still win."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
