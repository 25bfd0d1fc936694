"""Forms of a checklist that a team shares."""

import uuid
from datetime import datetime, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mvai.web.days import in_living_time
from mvai.web.lines import LineField
from mvai.web.scanned import ScannedForm
from mvai.web.times import moment, zone_of
from mvai.web.traps import TrapForm
from mvai.web.zones import zones_with
from resources.models.team import LONGEST_NOTE, LONGEST_OWNER, LONGEST_TEXT, TeamLine

KNOWN_ZONES = available_timezones()
END_OF_DAY = time(17, 0)
NO_NAMES = _("No names of victims or suspects, and no criminal-case facts, please.")
_WAS = "was_"


class ShareForm(ScannedForm, TrapForm):
    """Whose copy it will be, and that they know what a copy is."""

    SCANNED = ("agency",)

    agency = LineField(
        label=_("Whose checklist is it?"),
        max_length=120,
        help_text=_("Your agency or team, such as “Riverton PD, command staff”."),
        error_messages={"required": _("Give the name of your agency or team.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    knows = forms.BooleanField(
        label=_("I know that this copy is saved and may be a public record."),
        error_messages={"required": _("Tick this once you have read what is saved.")},
    )
    ticked = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)
    time_zone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    press = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_ticked(self) -> list[str]:
        """Keys of lines; what isn't one names no line, and does nothing."""
        return self.cleaned_data["ticked"].split()

    def clean_time_zone(self) -> str:
        return zone_named(self.cleaned_data["time_zone"])

    def clean_press(self) -> uuid.UUID:
        """The page's own mark with what was typed: another name is another checklist."""
        try:
            page = uuid.UUID(self.cleaned_data["press"])
        except ValueError:
            return uuid.uuid4()
        return uuid.uuid5(page, self.cleaned_data.get("agency", ""))


def zone_named(name: str) -> str:
    """The zone of that name, else the desk's."""
    return name if name in KNOWN_ZONES else settings.TIME_ZONE


class RenameForm(ScannedForm):
    """What the checklist is called, whose it is, and by which clock."""

    SCANNED = ("title", "agency")

    title = LineField(
        label=_("What do you call it?"),
        max_length=120,
        error_messages={"required": _("Give it a name.")},
    )
    agency = LineField(
        label=_("Whose checklist is it?"),
        max_length=120,
        error_messages={"required": _("Give the name of your agency or team.")},
    )
    time_zone = forms.ChoiceField(label=_("Your time zone"))

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones_with(zone)[1:]  # type: ignore[attr-defined]


class AddLineForm(ScannedForm):
    """A line of the team's own."""

    SCANNED = ("text",)

    text = LineField(
        label=_("What is to be done"),
        max_length=LONGEST_TEXT,
        help_text=NO_NAMES,
        error_messages={"required": _("Write what is to be done.")},
    )
    section = forms.ChoiceField(label=_("In which part"), required=False)
    press = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, sections: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name or _("Without a part")) for name in sections or [""]]
        self.fields["section"].choices = names  # type: ignore[attr-defined]
        if len(names) == 1:
            self.fields["section"].widget = forms.HiddenInput()
            self.fields["section"].initial = names[0][0]

    def clean_press(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["press"])
        except ValueError:
            return uuid.uuid4()


class LineForm(ScannedForm):
    """Who does a line, by when, and a short note; with what the writer began from.

    Times are by the clock that is active. What is hidden says what the form showed first, so
    that fields which somebody else changed meanwhile are told from those the writer changed.
    """

    SCANNED = ("owner", "note")

    owner = LineField(
        label=_("Who does it"),
        max_length=LONGEST_OWNER,
        required=False,
        help_text=_("A name, a role or a unit."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_date = forms.DateField(
        label=_("Due on"),
        required=False,
        validators=[in_living_time],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give the day, such as 11/23/2026.")},
    )
    due_time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Give the time, such as 14:30.")},
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
    )
    was_owner = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_due = forms.CharField(required=False, widget=forms.HiddenInput)
    was_note = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        self.zone = zone_of(zone)
        super().__init__(*args, **kwargs)

    @classmethod
    def showing(cls, line: TeamLine, zone: str) -> "LineForm":
        due = line.due_at.astimezone(zone_of(zone)) if line.due_at else None
        return cls(
            zone=zone,
            initial={
                "owner": line.owner,
                "due_date": due.date() if due else None,
                "due_time": due.time() if due else None,
                "note": line.note,
                **was(line),
            },
        )

    def clean_note(self) -> str:
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("due_time") and not said.get("due_date") and "due_date" not in self.errors:
            self.add_error("due_date", _("Give the day as well."))
        return said

    def said(self) -> dict[str, Any]:
        """What is to be written: all but what is kept back."""
        given = self.cleaned_data
        due = None
        if given["due_date"]:
            due = moment(given["due_date"], given["due_time"] or END_OF_DAY, self.zone)
        said = {"owner": given["owner"], "due_at": due, "note": given["note"]}
        return {name: value for name, value in said.items() if name not in self.kept_back}

    def began_with(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "owner": given["was_owner"],
            "due_at": _moment(given["was_due"]),
            "note": given["was_note"].replace("\r\n", "\n"),
        }

    def show_against(self, line: TeamLine) -> None:
        """Begin from the line as it is now: sent once more, what the writer has goes in."""
        self.data = self.data.copy()
        for name, value in was(line).items():
            self.data[name] = value


def was(line: TeamLine) -> dict[str, str]:
    """The line's values, as the form's hidden fields hold them."""
    return {
        _WAS + "owner": line.owner,
        _WAS + "due": line.due_at.isoformat() if line.due_at else "",
        _WAS + "note": line.note,
    }


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


class PickForm(forms.Form):
    """Which changes of a newer version the team takes over."""

    pick = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pick"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class RemoveForm(forms.Form):
    """The question before a checklist is deleted."""

    held = forms.ChoiceField(
        label=_("Is there a lawsuit, a records request or a hold?"),
        help_text=_("Or do you expect one? Then these lines may have to stay."),
        choices=[
            ("no", _("No")),
            ("yes", _("Yes")),
            ("unsure", _("I don’t know")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer this first.")},
    )
