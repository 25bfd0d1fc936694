"""The library: short entries an agency can use in the hour it is in."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.taxonomy.models import Need, Phase


class Kind(models.TextChoices):
    CHECKLIST = "checklist", _("Checklist")
    GUIDE = "guide", _("Guide")
    TOOLKIT = "toolkit", _("Toolkit")
    CARD = "card", _("Card")
    EXTERNAL = "external", _("Link to another program's work")


class EntryState(models.TextChoices):
    DRAFT = "draft", _("Draft, not reviewed by IACP")
    PUBLISHED = "published", _("Published")


class EntryQuerySet(models.QuerySet["Entry"]):
    def on_show(self, *, with_drafts: bool) -> "EntryQuerySet":
        """What a reader may see: drafts appear in the demonstration only."""
        shown = self if with_drafts else self.filter(state=EntryState.PUBLISHED)
        return shown.order_by("sort", "slug")

    def about(self, *, need: str = "", phase: str = "", kind: str = "") -> "EntryQuerySet":
        """Entries for one need, phase or kind; a blank asks nothing."""
        entries = self
        if need:
            entries = entries.filter(needs=need)
        if phase:
            entries = entries.filter(phases=phase)
        if kind:
            entries = entries.filter(kind=kind)
        return entries


class Entry(Kept):
    """One guidance topic: a page that can be read standing up."""

    retention = RetentionClass.REFERENCE

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind)
    summary = models.CharField(max_length=300)
    text = models.TextField(blank=True)  # Markdown
    audience = models.CharField(max_length=120, blank=True)
    advisory = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=120, default="MVAI")
    address = models.URLField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=3)
    needs = models.ManyToManyField(Need, blank=True, related_name="+")
    phases = models.ManyToManyField(Phase, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=EntryState, default=EntryState.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    sort = models.PositiveSmallIntegerField(default=100)
    last_reviewed_date = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="resources_kind_is_known", condition=Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="resources_state_is_known", condition=Q(state__in=EntryState.values)
            ),
            models.CheckConstraint(
                name="resources_links_have_an_address_and_no_text",
                condition=Q(kind=Kind.EXTERNAL, text="") & ~Q(address="")
                | ~Q(kind=Kind.EXTERNAL) & ~Q(text="") & Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:entry", args=[self.slug])

    @property
    def is_draft(self) -> bool:
        return self.state == EntryState.DRAFT
