"""What an item can be, whom it is for, and the moves of an edition with who may make them."""

from dataclasses import dataclass
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    GUIDEBOOK = "guidebook", _("Guidebook")
    CHECKLIST = "checklist", _("Checklist")
    TOOLKIT = "toolkit", _("Toolkit")
    TEMPLATE = "template", _("Template to fill in")
    CARD = "card", _("Card")
    EXTERNAL = "external", _("Link to another program’s work")


class Audience(models.TextChoices):
    """Whom an item speaks to."""

    HEAD = "head", _("Agency head")
    SPOKESPERSON = "spokesperson", _("Public information officer")
    COMMAND = "command", _("Command staff")
    INVESTIGATOR = "investigator", _("Head of the investigation")
    WELLNESS = "wellness", _("Wellness and peer support")
    ADVOCATE = "advocate", _("Victim-service staff")
    PARTNER = "partner", _("City, school and faith partners")
    NEIGHBOR = "neighbor", _("Neighboring chief")
    SUCCESSOR = "successor", _("The next leader")
    ADVISOR = "advisor", _("Peer advisor")
    FAMILY = "family", _("Family at home")


class EditionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by a newer version")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = frozenset({EditionState.DRAFT, EditionState.IN_REVIEW})
# Once readers could see an edition, its words stay as they were: a new one replaces it.
FROZEN = frozenset(EditionState) - OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """From which states an edition comes by it, and to which it goes.

    `by_another`: by somebody else than who wrote the edition last.
    """

    sources: frozenset[EditionState]
    target: EditionState
    by_another: bool = False


MOVES = MappingProxyType(
    {
        "submit": Move(frozenset({EditionState.DRAFT}), EditionState.IN_REVIEW),
        "send_back": Move(frozenset({EditionState.IN_REVIEW}), EditionState.DRAFT),
        "publish": Move(
            frozenset({EditionState.IN_REVIEW}), EditionState.PUBLISHED, by_another=True
        ),
        "supersede": Move(frozenset({EditionState.PUBLISHED}), EditionState.SUPERSEDED),
        "withdraw": Move(
            frozenset(EditionState) - FROZEN | {EditionState.PUBLISHED}, EditionState.WITHDRAWN
        ),
        # The two ways to undo it: of a draft that was given up, and of what was on show.
        "bring_back": Move(frozenset({EditionState.WITHDRAWN}), EditionState.DRAFT),
        "put_back": Move(frozenset({EditionState.WITHDRAWN}), EditionState.PUBLISHED),
    }
)
