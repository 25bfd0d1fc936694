"""A checklist that a team fills in together: a copy of an item's lines, apart from the item."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from resources.models.edition import Edition
from resources.models.item import Item

if TYPE_CHECKING:
    from mvai.accounts.models import User

LONGEST_TEXT, LONGEST_OWNER, LONGEST_NOTE = 500, 80, 200


class TeamChecklistQuerySet(models.QuerySet["TeamChecklist"]):
    def visible_to(self, user: "User") -> Self:
        """Nobody sees one by a role. Its address opens it, or whoever holds it invites."""
        return self.none()


class TeamChecklist(Kept):
    """One agency's copy of a checklist. Its addresses are derived, never stored (ADR 36).

    `changes` counts what was changed in it; each line holds the count of its own last change,
    so a page asks for what is new since the number it knows.
    """

    retention: ClassVar = RetentionClass.TEAM

    item = models.ForeignKey(Item, models.PROTECT, related_name="team_checklists")
    # The wording it was copied from, or was last brought up to.
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    title = models.CharField(_("what you call it"), max_length=120)
    agency = models.CharField(_("whose it is"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60)
    press = models.UUIDField(unique=True)  # the form that made it: pressed twice, it is one
    team_generation = models.PositiveIntegerField(default=1)
    manage_generation = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)  # no address opens it to the team
    changes = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects: ClassVar = TeamChecklistQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("made_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="resources_team_checklist_is_named", condition=~Q(title="") & ~Q(agency="")
            ),
            models.CheckConstraint(
                name="resources_team_checklist_has_a_zone", condition=~Q(time_zone="")
            ),
            models.CheckConstraint(
                name="resources_team_changed_after_made",
                condition=Q(changed_at__gte=models.F("made_at")),
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="resources_team_changed")]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> str:
        return self.time_zone or settings.TIME_ZONE


class TeamLineQuerySet(models.QuerySet["TeamLine"]):
    def in_use(self) -> Self:
        return self.filter(set_aside_at=None)


class TeamLine(Kept):
    """One line: the source's, known by `key`, or the team's own, known by the `press` of its form.

    `version` counts changes of this line alone, so that two people never overwrite each other.
    """

    retention: ClassVar = RetentionClass.TEAM

    checklist = models.ForeignKey(TeamChecklist, models.PROTECT, related_name="lines")
    key = models.CharField(max_length=20, blank=True)
    press = models.UUIDField(null=True, blank=True)
    section = models.CharField(max_length=160, blank=True)
    position = models.PositiveIntegerField()
    text = models.CharField(_("what is to be done"), max_length=LONGEST_TEXT)
    owner = models.CharField(_("who does it"), max_length=LONGEST_OWNER, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    number = models.PositiveBigIntegerField(default=0)  # of the checklist, at its last change

    objects: ClassVar = TeamLineQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "key"],
                condition=~Q(key=""),
                name="resources_team_line_is_copied_once",
            ),
            models.UniqueConstraint(
                fields=["checklist", "press"], name="resources_team_line_is_added_once"
            ),
            models.CheckConstraint(
                name="resources_team_line_says_something", condition=~Q(text="")
            ),
            models.CheckConstraint(
                name="resources_team_line_is_the_sources_or_own",
                condition=Q(key="", press__isnull=False) | Q(~Q(key=""), press=None),
            ),
        ]
        indexes = [models.Index(fields=["checklist", "number"], name="resources_team_since")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_own(self) -> bool:
        return not self.key

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
