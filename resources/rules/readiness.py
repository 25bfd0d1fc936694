# ruff: noqa: E501 - a table reads best with a row to a line
"""Are we ready? Twelve plain questions for a leader alone (domain.md, section 7). Pure.

No points, no grade: each answer but "yes" leads to one first step and to the page that holds more.
Nothing of it is kept.
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


@dataclass(frozen=True, slots=True)
class Question:
    """`first_step` is what to do first where the answer isn't yes; `slug` is the library's page."""

    code: str
    text: str | Promise
    first_step: str | Promise
    slug: str


QUESTIONS = (
    Question("command", _("Is it written down who commands the scene, and that you lead the agency and not the scene?"), _("Name the incident commander for each shift, and say in a page what you keep for yourself."), "first-24-hours"),
    Question("mutual_aid", _("Do you have signed mutual-aid agreements with your neighbors, and does the night shift know where they are?"), _("Ask your two nearest agencies for a signed page, and put it where dispatch can find it."), "first-24-hours"),
    Question("routine", _("Is it settled who would answer everyday calls while your people are at the scene?"), _("Agree with a neighbor on who covers your town for the first three days."), "days-2-to-30"),
    Question("beside_you", _("Is there a chief or sheriff nearby who has agreed to stand beside you for weeks?"), _("Ask one whom you trust. Agree on what they would take off your hands."), "chief-at-your-side"),
    Question("first_words", _("Is there a first statement with blanks to fill in, and one person who speaks?"), _("Write five lines: what, where, what is safe, where families go, when you speak next."), "first-statement-kit"),
    Question("families", _("Is there a place picked for families to come to, away from the scene and from cameras?"), _("Choose a building, and get a phone number that opens it at night."), "family-assistance-center"),
    Question("advocates", _("Do your victim advocates have a seat in the command post, by name?"), _("Put a name and a number beside “families” in your command plan."), "working-with-victim-services"),
    Question("investigation", _("Is it agreed with the prosecutor and the state who leads the investigation, also when officers used force?"), _("Meet for an hour, and keep the answer on one signed page."), "investigation-for-executives"),
    Question("responders", _("Could you list everybody who responded, dispatchers and off-duty people too, within a day?"), _("Try it once after an exercise. The list is what care is built on."), "officer-and-staff-wellness"),
    Question("care", _("Do you know clinicians who understand police work, and would they come on the first day?"), _("Call one, and agree on what happens in the first week. Rest and food come before talk."), "officer-and-staff-wellness"),
    Question("offers", _("Is there somebody outside the command post who would take every offer, gift and volunteer?"), _("Name that person and a page on the web that says how people can help."), "volunteers-and-donations"),
    Question("partners", _("Have you met this year with schools, hospitals, places of worship and the mayor’s office about a day like that?"), _("Invite them for an hour. Ask each whom you would call at 3 a.m."), "partners-and-faith-leaders"),
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


def slugs(questions: Iterable[Question]) -> set[str]:
    return {question.slug for question in questions}
