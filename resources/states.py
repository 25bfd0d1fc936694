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


class Use(models.TextChoices):
    """What is counted of an item's readers, and never of one of them."""

    OPENED = "opened", _("Opened")
    PRINTED = "printed", _("Printed")
    KEPT = "kept", _("Kept on a device")


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


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


class FileState(models.TextChoices):
    """A file is handed out once it was found clean, or a second person let it through."""

    QUARANTINED = "quarantined", _("Waiting to be scanned")
    RELEASED = "released", _("Released")
    REFUSED = "refused", _("Refused")


class Scan(models.TextChoices):
    CLEAN = "clean", _("Scanned, clean")
    NOT_SCANNED = "not_scanned", _("Not scanned")
    FOUND = "found", _("The scanner found something")


class ImportState(models.TextChoices):
    """An import is read, then a person says yes, then it is written."""

    READING = "reading", _("Being read")
    READ = "read", _("Waits for your yes")
    WRITING = "writing", _("Being taken in")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    CANCELED = "canceled", _("Canceled")


class LineWhat(models.TextChoices):
    """What becomes of one file of an import."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    SAME = "same", _("the same")
    REFUSED = "refused", _("refused")


class LinkResult(models.TextChoices):
    GOOD = "good", _("Works")
    FAILING = "failing", _("Did not answer rightly")
    UNCHECKED = "unchecked", _("Could not be checked")
