"""What became of an alarm, from its rows: who was told, how, when, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.duty import kinds, paging
from mvai.duty.models import (
    RINGING,
    Alarm,
    AlarmState,
    AlarmStep,
    AlarmTurn,
    StepOutcome,
)
from mvai.outbox.models import Message
from mvai.people.models import Channel
from mvai.web.times import span_words, when_words

LATE = timedelta(minutes=1)  # a sweep may take so long without anybody calling it late


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    mark: str  # "done", "now" while it is waited for, "" for what is still to come
    title: str
    at: datetime
    note: str = ""
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    alarm: Alarm
    title: str
    path: str
    entries: list[Entry]


def histories(alarms: Sequence[Alarm], *, zone: str) -> list[History]:
    """Of each alarm, in the order given; times in words are in `zone`."""
    steps = _by_alarm(AlarmStep.objects.filter(alarm__in=alarms).order_by("ringing", "number"))
    turns = _by_alarm(
        AlarmTurn.objects.filter(alarm__in=alarms).select_related("by__person").order_by("at", "pk")
    )
    messages = paging.messages_of(list(alarms))
    return [
        History(
            alarm,
            kinds.title_of(alarm),
            kinds.path_of(alarm),
            _Teller(alarm, steps.get(alarm.pk, []), turns.get(alarm.pk, []), zone).tell(
                messages[alarm.pk]
            ),
        )
        for alarm in alarms
    ]


def _by_alarm(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.alarm_id, []).append(row)
    return found


class _Teller:
    """One alarm's rows, put into words."""

    def __init__(
        self,
        alarm: Alarm,
        steps: Sequence[AlarmStep],
        turns: Sequence[AlarmTurn],
        zone: str,
    ) -> None:
        self.alarm, self.steps, self.turns, self.zone = alarm, steps, turns, zone
        self.begins = {step.ringing: step.due_at for step in steps if step.number == 1}
        self.skipped: dict[int, list[str]] = {}
        for step in steps:
            if step.outcome == StepOutcome.NOT_NEEDED:
                self.skipped.setdefault(step.ringing, []).append(step.get_audience_display())

    def tell(self, messages: Iterable[Message]) -> list[Entry]:
        """The past in its order, then what comes."""
        pages: dict[tuple[int, int], list[Message]] = {}
        for message in messages:
            pages.setdefault(paging.step_of(message), []).append(message)
        began = Entry("done", _("It began to ring"), self.alarm.raised_at, self._opens(1))
        # What happened at one moment: it rings, its steps page, it stops.
        found = [(1, 0, began)]
        found += [
            (turn.ringing, 0 if turn.target in RINGING else 2, self._turned(turn, pages))
            for turn in self.turns
        ]
        found += [
            (step.ringing, 1, self._ran(step, pages.get((step.ringing, step.number), [])))
            for step in self.steps
            if step.outcome and step.outcome != StepOutcome.NOT_NEEDED
        ]
        found.sort(key=lambda one: (one[2].at, one[0], one[1]))
        past = [entry for _ringing, _place, entry in found]
        coming = [self._comes(step) for step in self.steps if step.done_at is None]
        if coming:
            coming[0] = Entry("now", coming[0].title, coming[0].at, coming[0].note)
        return past + coming

    def _ran(self, step: AlarmStep, messages: list[Message]) -> Entry:
        who = step.get_audience_display()
        match step.outcome:
            case StepOutcome.EMPTY:
                title = _("%(who)s: skipped") % {"who": who}
                note = _("Nobody was there to page.")
            case StepOutcome.UNREACHABLE:
                title = _("%(who)s: nobody could be reached") % {"who": who}
                note = _without_a_number(messages)
            case _ if not step.paged:
                title = _("%(who)s: paged a moment before") % {"who": who}
                note = _("Nobody is paged twice within a minute.")
            case _:
                title = ngettext(
                    "%(who)s: %(count)s person paged", "%(who)s: %(count)s people paged", step.paged
                ) % {"who": who, "count": step.paged}
                note = ""
        if step.reached_nobody and step.is_passed_on:
            note = f"{note} {_('The next step came at once.')}".strip()
        at = step.done_at or step.due_at
        if at - step.due_at > LATE:
            note = f"{note} {_('%(span)s late.') % {'span': span_words(at - step.due_at)}}".strip()
        return Entry("done", title, at, note, messages)

    def _turned(self, turn: AlarmTurn, pages: dict[tuple[int, int], list[Message]]) -> Entry:
        who = turn.by.display_name if turn.by else ""
        if turn.target in RINGING:
            messages, note = [], self._opens(turn.ringing, turn.at)
        else:
            messages, note = pages.get((turn.ringing, 0), []), self._not_asked(turn)
        match turn.target:
            case AlarmState.TAKEN:
                title = _("%(who)s took it") % {"who": who}
            case AlarmState.GIVEN_BACK:
                title = _("%(who)s gave it back") % {"who": who}
            case AlarmState.RINGING:
                title = _("It rang again")
                note = f"{_('It had been taken, and was still not in order.')} {note}".strip()
            case _:
                title = _("%(who)s settled it") % {"who": who} if who else _("It is in order")
                messages = messages if turn.source != AlarmState.TAKEN else []
        return Entry("done", title, turn.at, note, messages)

    def _not_asked(self, turn: AlarmTurn) -> str:
        """The steps that were not needed any more, said where it stopped ringing."""
        skipped = [] if turn.source == AlarmState.TAKEN else self.skipped.get(turn.ringing, [])
        if not skipped:
            return ""
        return _("Not needed any more: %(who)s.") % {"who": ", ".join(skipped)}

    def _opens(self, ringing: int, at: datetime | None = None) -> str:
        begins, raised = self.begins.get(ringing), at or self.alarm.raised_at
        if begins is None or begins <= raised:
            return ""
        return _("The desk was closed: it rings from %(time)s.") % {
            "time": when_words(begins, raised, self.zone)
        }

    def _comes(self, step: AlarmStep) -> Entry:
        return Entry("", _("Next: %(who)s") % {"who": step.get_audience_display()}, step.due_at)


def _without_a_number(messages: Iterable[Message]) -> str:
    """Who has nothing but the notice in the portal, by name."""
    ways: dict[str, set[str]] = {}
    for message in messages:
        if message.person is not None:
            ways.setdefault(message.to_name, set()).add(message.channel)
    names = [name for name, channels in ways.items() if channels == {Channel.PORTAL}]
    if not names:
        return ""
    return _("No number or address that can be used: %(names)s.") % {"names": ", ".join(names)}
