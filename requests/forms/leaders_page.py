"""What the leader does on the page that a code has opened; and what is written back."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.web.lines import LineField
from mvai.web.scanned import ScannedForm
from requests.forms.desk import MomentField
from requests.models.talk import LONGEST

NO_NAMES = _("No names of victims or suspects, and no criminal-case facts, please.")
ALL = "all"


def uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class LinesField(forms.CharField):
    """A few lines. A line break counts once, as in the browser."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", LONGEST)
        given.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**given)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class PressForm(forms.Form):
    """A form that is kept once, however often it is pressed."""

    press = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_press(self) -> uuid.UUID:
        """The form's own mark; one that is missing or odd makes it a form of its own."""
        return uuid_of(self.cleaned_data["press"]) or uuid.uuid4()


class MessageForm(ScannedForm, PressForm):
    """A few lines to the desk, or from it."""

    SCANNED = ("text",)

    text = LinesField(
        label=_("Your message"),
        help_text=NO_NAMES,
        error_messages={"required": _("Write a few words first.")},
    )


class ConcernForm(ScannedForm, PressForm):
    """What the program manager should know."""

    SCANNED = ("text",)

    text = LinesField(
        label=_("What should the program manager know?"),
        help_text=NO_NAMES,
        error_messages={"required": _("Write a few words first.")},
    )


class ConcernAnswerForm(forms.Form):
    """What the program manager answers."""

    text = LinesField(
        label=_("Your answer"),
        help_text=_("The leader reads it on the page. No names of victims or suspects."),
        error_messages={"required": _("Write a few words first.")},
    )


class SureForm(forms.Form):
    """A step that one tick confirms."""

    sure = forms.BooleanField()

    def __init__(self, *given: Any, label: Any, missing: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["sure"].label = label
        self.fields["sure"].error_messages["required"] = missing


class NumberForm(PressForm):
    """Where we call from now on."""

    number = forms.CharField(
        label=_("Your new number"),
        max_length=60,
        error_messages={"required": _("Give a number where we can reach you.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class SuccessorForm(PressForm):
    """Who leads from now on."""

    name = forms.CharField(
        label=_("Name of the new leader"),
        max_length=200,
        error_messages={"required": _("Give their name.")},
    )
    number = forms.CharField(
        label=_("Their number"),
        max_length=60,
        error_messages={"required": _("Give a number where we can reach them.")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    email = forms.EmailField(label=_("Their e-mail"), required=False)
    agreed = forms.BooleanField(
        label=_("They know of it, and we may call and text them"),
        error_messages={"required": _("Ask them first.")},
    )


class StandInForm(forms.Form):
    """Who may take the call and open the page."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give their name.")}
    )
    number = forms.CharField(
        label=_("Their own number"),
        max_length=60,
        error_messages={"required": _("Give their own number.")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    consented = forms.BooleanField(
        label=_("They agreed to texts about this request"),
        required=False,
        help_text=_("Without it we only call them, and they get no code."),
    )


class OneOfForm(forms.Form):
    """One of several, by number."""

    one = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )

    def __init__(self, *given: Any, label: Any, choices: list, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["one"].label = label
        self.fields["one"].choices = choices  # type: ignore[attr-defined]


class TeamForm(ScannedForm, PressForm):
    """Which checklist, for whom, and that they know what a copy is."""

    SCANNED = ("agency",)

    item = forms.ChoiceField(
        label=_("Which checklist?"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    agency = LineField(
        label=_("Whose checklist is it?"),
        max_length=120,
        error_messages={"required": _("Give the name of your agency or team.")},
    )
    knows = forms.BooleanField(
        label=_("I know that this copy is saved and may be a public record."),
        error_messages={"required": _("Tick this once you have read what is saved.")},
    )

    def __init__(self, *given: Any, items: list, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["item"].choices = [("", _("Choose")), *items]  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """What becomes of a planned contact, or of all."""

    WEEK, MONTH, DAY, STOP = "week", "month", "day", "stop"

    one = forms.ChoiceField(
        label=_("Which contact?"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    what = forms.ChoiceField(
        label=_("What should happen?"),
        choices=[
            (WEEK, _("A week later")),
            (MONTH, _("A month later")),
            (DAY, _("Another day")),
            (STOP, _("Stop it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what should happen.")},
    )
    to = MomentField(label=_("Which day, if another"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, choices: list, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["one"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *choices,
            *([(ALL, _("All of them"))] if len(choices) > 1 else []),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == self.DAY:
            if cleaned.get("one") == ALL:
                self.add_error("one", _("Move them one by one."))
            if not cleaned.get("to") and "to" not in self.errors:
                self.add_error("to", _("Give the new day and time."))
        return cleaned


class ReadAloudForm(PressForm):
    """An officer reads a code to the leader on a call."""

    on_file = forms.BooleanField(
        label=_("I called the number on the request, and they are on the line"),
        error_messages={
            "required": _("Call the number on the request, and read it on that call only.")
        },
    )


class ChangeForm(PressForm):
    """The desk heard of another number, or of another leader."""

    number = forms.CharField(
        label=_("New number"),
        max_length=60,
        error_messages={"required": _("Give the new number.")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    name = forms.CharField(
        label=_("New leader"),
        required=False,
        max_length=200,
        help_text=_("Only if somebody else leads now. Leave it blank for another number."),
    )
    email = forms.EmailField(label=_("Their e-mail"), required=False)


class ChoiceForm(forms.Form):
    """A line on each advisor who said yes, for the leader to choose by."""

    def __init__(self, *given: Any, engagements: list, **more: Any) -> None:
        super().__init__(*given, **more)
        for one in engagements:
            self.fields[f"line_{one.pk}"] = forms.CharField(
                label=one.advisor.person.full_name,
                required=False,
                max_length=140,
                initial=one.choice_reason,
            )

    def lines(self) -> dict[int, str]:
        return {int(name[5:]): line for name, line in self.cleaned_data.items()}
