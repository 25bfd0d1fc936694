"""What the list of messages can be narrowed to."""

from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.outbox import purposes
from mvai.people.models import Channel

Rows = TypeVar("Rows", bound=QuerySet[Any])


class PauseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Your colleagues read it on every page.")
    )


class RoomForm(forms.Form):
    """A staff chat room: what we call it, and where its messages go."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What your staff call it."))
    url = forms.URLField(
        label=_("Address for incoming webhooks"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Begins with https://. It is not shown again."),
    )


class MessageFilter(forms.Form):
    reference = forms.CharField(label=_("Reference"), max_length=40, required=False)
    purpose = forms.ChoiceField(label=_("What for"), required=False)
    channel = forms.ChoiceField(
        label=_("How"), required=False, choices=[("", _("Any way")), *Channel.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted((purpose.words, purpose.code) for purpose in purposes.registered())
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Anything")), *((code, words) for words, code in known)]

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def apply(self, messages: Rows) -> Rows:
        """The messages, or archived ones, asked for; none when the filter can't be understood."""
        if not self.is_bound:
            return messages
        if not self.is_valid():
            return messages.none()
        asked = {
            "label__iexact": self.cleaned_data["reference"].strip(),
            "purpose": self.cleaned_data["purpose"],
            "channel": self.cleaned_data["channel"],
        }
        return messages.filter(**{name: value for name, value in asked.items() if value})
