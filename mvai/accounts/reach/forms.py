"""The forms of the page "How we reach you"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.outbox.topics import Topic
from mvai.outbox.wishes import DELAYS, NEVER_SILENT, Ways
from mvai.people.models import WITH_CONTACT_POINT, Channel

OFF = "off"


class AddForm(forms.Form):
    """One more number or address."""

    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(one.value, one.label) for one in (Channel.SMS, Channel.VOICE, Channel.EMAIL)],
        initial=Channel.SMS,
        widget=forms.RadioSelect,
    )
    value = forms.CharField(
        label=_("Number or address"),
        max_length=254,
        help_text=_(
            "We send a code there to make sure that it is yours. By giving it you agree to "
            "messages of the program. Reply STOP to a text to end them."
        ),
        error_messages={"required": _("Give a number or an address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """The six digits that were sent to one number or address."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        error_messages={"required": _("Enter the six digits we sent you.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WishesForm(forms.Form):
    """For each topic and channel: at once, after some minutes, or off."""

    def __init__(self, *arguments: Any, ways: Mapping[str, Ways], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.topics = [Topic(topic) for topic in ways]
        self.channels = _in_order(ways)
        for topic, own in ways.items():
            for channel, after in own.items():
                self.fields[f"{topic}_{channel}"] = forms.ChoiceField(
                    label=f"{Topic(topic).label}: {Channel(channel).label}",
                    choices=_choices(after),
                    initial=_code(after),
                )

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """Each channel's name with its field for every topic; None where there is none."""
        return [
            (
                str(Channel(channel).label),
                [
                    (
                        str(topic.label),
                        self[f"{topic}_{channel}"] if f"{topic}_{channel}" in self.fields else None,
                    )
                    for topic in self.topics
                ],
            )
            for channel in self.channels
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for topic in self.topics:
            fields = [f"{topic}_{channel}" for channel in WITH_CONTACT_POINT]
            present = [name for name in fields if name in self.fields]
            if topic in NEVER_SILENT and all(given.get(name) == OFF for name in present):
                self.add_error(
                    present[0],
                    _now("Leave at least one way on: somebody waits for your answer."),
                )
        return given

    @property
    def ways(self) -> dict[str, Ways]:
        return {
            topic: {
                channel: _delay(self.cleaned_data[f"{topic}_{channel}"])
                for channel in self.channels
                if f"{topic}_{channel}" in self.fields
            }
            for topic in self.topics
        }


class QuietForm(forms.Form):
    """The hours in which only what is urgent may come, by the person's own clock."""

    quiet_from = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = forms.ChoiceField(label=_("Your time zone"), required=False)

    def __init__(self, *arguments: Any, zones: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["zone"].choices = zones

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("quiet_from"), given.get("quiet_until")
        for name, here, other in (
            ("quiet_from", first, last),
            ("quiet_until", last, first),
        ):
            if here is None and other is not None and not self.has_error(name):
                self.add_error(name, _now("Give both times, or neither."))
        if first is not None and first == last:
            self.add_error("quiet_until", _now("Choose another time than the first."))
        return given


def _in_order(ways: Mapping[str, Ways]) -> list[str]:
    return list(dict.fromkeys(channel for own in ways.values() for channel in own))


def _choices(now: timedelta | None) -> list[tuple[str, str]]:
    delays = sorted({*DELAYS, *([now] if now is not None else [])})
    return [*((_code(delay), _words(delay)) for delay in delays), (OFF, _now("off"))]


def _code(delay: timedelta | None) -> str:
    return OFF if delay is None else str(int(delay.total_seconds()))


def _delay(code: str) -> timedelta | None:
    return None if code == OFF else timedelta(seconds=int(code))


def _words(delay: timedelta) -> str:
    if not delay:
        return _now("at once")
    if delay % timedelta(minutes=1):
        return _now("after %(count)s s") % {"count": int(delay.total_seconds())}
    return _now("after %(count)s min") % {"count": int(delay.total_seconds() // 60)}
