# ruff: noqa: E501 - a table reads best with a row to a line
"""Are we ready? Plain questions by topic, for a leader alone (domain.md, section 7). Pure.

No points, no grade: each answer but "yes" leads to one first step and to the page that holds more.
The portal keeps nothing of it; answers stay on the device (`static/js/ready.js`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Said(TextChoices):
    YES = "yes", _("Yes")
    NOT_YET = "not_yet", _("Not yet")
    NOT_SURE = "not_sure", _("I don’t know")


class Topic(TextChoices):
    COMMAND = "command", _("Command and mutual aid")
    SPEAKING = "speaking", _("Speaking")
    FAMILIES = "families", _("Families and victims")
    INVESTIGATION = "investigation", _("The investigation")
    PEOPLE = "people", _("Your people")
    COMMUNITY = "community", _("Your community")


@dataclass(frozen=True, slots=True)
class Question:
    """`first_step` is what to do first where the answer isn't yes; `slug` is the library's page."""

    topic: Topic
    code: str
    text: str | Promise
    first_step: str | Promise
    slug: str


QUESTIONS = (
    Question(Topic.COMMAND, "command", _("Is it written down who commands the scene, and that you lead the agency and not the scene?"), _("Name the incident commander for each shift, and say in a page what you keep for yourself."), "first-24-hours"),
    Question(Topic.COMMAND, "mutual_aid", _("Do you have signed mutual-aid agreements with your neighbors, and does the night shift know where they are?"), _("Ask your two nearest agencies for a signed page, and put it where dispatch can find it."), "first-24-hours"),
    Question(Topic.COMMAND, "routine", _("Is it settled who would answer everyday calls while your people are at the scene?"), _("Agree with a neighbor on who covers your town for the first three days."), "days-2-to-30"),
    Question(Topic.COMMAND, "beside_you", _("Is there a chief or sheriff nearby who has agreed to stand beside you for weeks?"), _("Ask one whom you trust. Agree on what they would take off your hands."), "chief-at-your-side"),
    Question(Topic.SPEAKING, "first_words", _("Is there a first statement with blanks to fill in, and one person who speaks?"), _("Write five lines: what, where, what is safe, where families go, when you speak next."), "first-statement-kit"),
    Question(Topic.SPEAKING, "rumors", _("Does somebody watch for rumors, and may that person post a correction at once?"), _("Pick two people who can post for the agency at any hour, and agree on what needs your yes."), "first-statement-kit"),
    Question(Topic.FAMILIES, "families", _("Is there a place picked for families to come to, away from the scene and from cameras?"), _("Choose a building, and get a phone number that opens it at night."), "family-assistance-center"),
    Question(Topic.FAMILIES, "advocates", _("Do your victim advocates have a seat in the command post, by name?"), _("Put a name and a number beside “families” in your command plan."), "working-with-victim-services"),
    Question(Topic.INVESTIGATION, "investigation", _("Is it agreed with the prosecutor and the state who leads the investigation, also when officers used force?"), _("Meet for an hour, and keep the answer on one signed page."), "investigation-for-executives"),
    Question(Topic.INVESTIGATION, "records", _("Would somebody tell everyone in the first hours to keep notes, messages and video?"), _("Ask counsel for a one-page notice to keep records, ready to send."), "investigation-for-executives"),
    Question(Topic.PEOPLE, "responders", _("Could you list everybody who responded, dispatchers and off-duty people too, within a day?"), _("Try it once after an exercise. The list is what care is built on."), "officer-and-staff-wellness"),
    Question(Topic.PEOPLE, "care", _("Do you know clinicians who understand police work, and would they come on the first day?"), _("Call one, and agree on what happens in the first week. Rest and food come before talk."), "officer-and-staff-wellness"),
    Question(Topic.COMMUNITY, "offers", _("Is there somebody outside the command post who would take every offer, gift and volunteer?"), _("Name that person and a page on the web that says how people can help."), "volunteers-and-donations"),
    Question(Topic.COMMUNITY, "partners", _("Have you met this year with schools, hospitals, places of worship and the mayor’s office about a day like that?"), _("Invite them for an hour. Ask each whom you would call at 3 a.m."), "partners-and-faith-leaders"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What stands already, and what to do first; in the order of the questions."""

    in_place: tuple[Question, ...]
    next_steps: tuple[Question, ...]
    not_said: tuple[Question, ...]


def result_of(answers: Mapping[str, str]) -> Result:
    """Sort the questions by what was answered; an answer we don't know counts as none."""

    def those(*said: str) -> tuple[Question, ...]:
        return tuple(one for one in QUESTIONS if answers.get(one.code, "") in said)

    known = {Said.YES.value, Said.NOT_YET.value, Said.NOT_SURE.value}
    return Result(
        in_place=those(Said.YES.value),
        next_steps=those(Said.NOT_YET.value, Said.NOT_SURE.value),
        not_said=tuple(one for one in QUESTIONS if answers.get(one.code, "") not in known),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A question in one part of the result; those that belong into another part are hidden."""

    question: Question
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Group:
    topic: Topic
    lines: tuple[Line, ...]

    @property
    def is_shown(self) -> bool:
        return any(line.is_shown for line in self.lines)


@dataclass(frozen=True, slots=True)
class Part:
    """All questions by topic, and which of them were answered in one of the ways of `said`."""

    said: str  # the answers, with a space between; empty for none
    groups: tuple[Group, ...]

    @property
    def is_shown(self) -> bool:
        return any(group.is_shown for group in self.groups)


def parts_of(result: Result, *, with_hidden: bool) -> dict[str, Part]:
    """`with_hidden`: every part holds every question, so that the device can show what was
    answered without telling us."""
    return {
        "next_steps": _part(f"{Said.NOT_YET} {Said.NOT_SURE}", result.next_steps, with_hidden),
        "in_place": _part(Said.YES.value, result.in_place, with_hidden),
        "not_said": _part("", result.not_said, with_hidden),
    }


def _part(said: str, shown: tuple[Question, ...], with_hidden: bool) -> Part:
    lines = [Line(one, one in shown) for one in QUESTIONS if with_hidden or one in shown]
    groups = (
        Group(topic, tuple(line for line in lines if line.question.topic == topic))
        for topic in Topic
    )
    return Part(said, tuple(group for group in groups if group.lines))


def slugs(questions: Iterable[Question]) -> set[str]:
    return {question.slug for question in questions}
