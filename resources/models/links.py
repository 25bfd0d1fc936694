"""Addresses that stand in the library, and whether they still lead somewhere."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from mvai.web.prepared import Moment
from resources.models.edition import Edition
from resources.states import LinkResult


class LinkRound(Kept):
    """One walk over every address. At most one is under way."""

    retention: ClassVar = RetentionClass.REFERENCE

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ("-begun_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(ended_at=None),
                name="resources_one_round_of_links_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d}"


class LinkHostQuerySet(models.QuerySet["LinkHost"]):
    def due(self, now: Moment) -> Self:
        waiting = Link.objects.filter(host=OuterRef("pk"), due_at__lte=now)
        return self.filter(Exists(waiting))


class LinkHost(Claimable, Kept):
    """A server that addresses lead to: whoever has claimed it is the only one who asks it."""

    retention: ClassVar = RetentionClass.REFERENCE

    name = models.CharField(max_length=300, unique=True)

    objects: ClassVar = LinkHostQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Link(Kept):
    """An address, as it was found last. Broken is what failed twice, a day or more apart."""

    retention: ClassVar = RetentionClass.REFERENCE

    host = models.ForeignKey(LinkHost, models.PROTECT, related_name="links")
    address = models.CharField(max_length=1000, unique=True)
    due_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=LinkResult, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.CharField(max_length=30, blank=True)  # a code of rules.links.WHY
    redirected_to = models.CharField(max_length=1000, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    last_good_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    broken_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ("address",)
        constraints = [
            models.CheckConstraint(
                name="resources_link_result_is_known",
                condition=Q(result__in=["", *LinkResult.values]),
            ),
            models.CheckConstraint(
                name="resources_link_is_checked_or_not",
                condition=Q(result="", checked_at=None)
                | ~Q(result="") & Q(checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="resources_broken_links_fail",
                condition=Q(broken_since=None) | Q(failing_since__isnull=False),
            ),
            models.CheckConstraint(
                name="resources_good_links_do_not_fail",
                condition=~Q(result=LinkResult.GOOD) | Q(failing_since=None, broken_since=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="resources_links_due"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class LinkUse(Kept):
    """Where an address stands: in this edition, as of the last round."""

    retention: ClassVar = RetentionClass.REFERENCE

    link = models.ForeignKey(Link, models.PROTECT, related_name="uses")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["link", "edition"], name="resources_link_is_noted_once_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} in {self.edition_id}"
