"""Several requests that may not be real, chosen together."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 280
REFERENCE = re.compile(r"MV-[0-9A-Z]{4,8}")


class ChosenForm(forms.Form):
    """References as ticked on the page; what isn't one of the marked requests drops out."""

    MOST = 100

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        ticked = data.getlist("chosen")[: self.MOST] if data else []
        self.chosen = [one for one in ticked if REFERENCE.fullmatch(one)]


class CloseChosenForm(ChosenForm):
    note = forms.CharField(
        label=_("What you found, for whoever reads it later"),
        max_length=NOTE_LENGTH,
        initial=_("Nobody there, or nothing of it is true."),
        error_messages={"required": _("Say in a few words why: the next person reads it.")},
    )
