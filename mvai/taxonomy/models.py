"""The lists the portal speaks in. A term is a code with words; it is turned off, never deleted."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass


class TermQuerySet(models.QuerySet):
    def active(self) -> Self:
        """What may be chosen today, in its order."""
        return self.filter(active=True).order_by("sort", "pk")


class Term(Kept):
    """A code that never changes, and the words shown for it."""

    retention: ClassVar[RetentionClass] = RetentionClass.REFERENCE

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    label = models.CharField(_("label"), max_length=120)
    definition = models.CharField(_("definition"), max_length=300, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = TermQuerySet.as_manager()

    class Meta(Kept.Meta):
        abstract = True
        ordering = ("sort", "code")
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_code_is_well_formed",
                condition=Q(code__regex=r"^[A-Z][A-Z0-9_]*$"),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_has_a_label", condition=~Q(label="")
            ),
        ]

    def __str__(self) -> str:
        return gettext(self.label)


class IncidentType(Term):
    """What was done (domain.md 3.2). A request may have several, or none yet."""

    class Meta(Term.Meta):
        pass


class Setting(Term):
    """Where it happened (domain.md 3.3)."""

    nibrs_codes = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("NIBRS location codes"),
        default=list,
        blank=True,
    )

    class Meta(Term.Meta):
        pass


class Need(Term):
    """What help is wanted (domain.md 3.4): the label is what the leader taps."""

    means = models.CharField(_("what it covers"), max_length=300, blank=True)

    class Meta(Term.Meta):
        pass


class Discipline(Term):
    """What an advisor is, or what a person who asks is (domain.md 3.5)."""

    wave = models.PositiveSmallIntegerField(_("wave"), default=1)

    class Meta(Term.Meta):
        pass


class Phase(Term):
    """A stretch of time since the incident, [starts_after, ends_after) (domain.md 3.8)."""

    question = models.CharField(_("what the leader asks"), max_length=200, blank=True)
    starts_after = models.DurationField(_("starts after"), null=True, blank=True)
    ends_after = models.DurationField(_("ends after"), null=True, blank=True)

    class Meta(Term.Meta):
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                name="taxonomy_phase_ends_after_it_starts",
                condition=Q(starts_after=None)
                | Q(ends_after=None)
                | Q(ends_after__gt=F("starts_after")),
            ),
        ]


class AgencyType(Term):
    """What kind of agency it is (domain.md 3.6)."""

    class Meta(Term.Meta):
        pass


class SizeBand(Term):
    """How many full-time sworn officers, from `least` to `most`, both included (domain.md 3.6)."""

    least = models.PositiveIntegerField(_("from"))
    most = models.PositiveIntegerField(_("to"), null=True, blank=True)

    class Meta(Term.Meta):
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                name="taxonomy_size_band_runs_upward",
                condition=Q(most=None) | Q(most__gte=F("least")),
            ),
        ]


class EngagementType(Term):
    """How an advisor helped this time (domain.md 3.10)."""

    class Meta(Term.Meta):
        pass


class SupportLineQuerySet(TermQuerySet):
    def for_readers(self) -> Self:
        """For the reader's own sake: leaders, staff, advisors and the people at home."""
        return self.active().filter(is_for__in=[SupportLine.For.READERS, SupportLine.For.BOTH])

    def for_others(self) -> Self:
        """For visitors whom the program is not for."""
        return self.active().filter(is_for__in=[SupportLine.For.OTHERS, SupportLine.For.BOTH])


class SupportLine(Kept):
    """A number for the person who reads the page (domain.md, section 4). Checked every year."""

    class For(models.TextChoices):
        READERS = "readers", _("Leaders, staff and advisors")
        OTHERS = "others", _("Visitors whom the program is not for")
        BOTH = "both", _("Everybody")

    retention = RetentionClass.REFERENCE

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    contact = models.CharField(_("how to reach it"), max_length=120)
    note = models.CharField(_("who it is for"), max_length=300, blank=True)
    address = models.URLField(_("its page"), blank=True)
    is_for = models.CharField(_("shown to"), max_length=10, choices=For, default=For.READERS)
    verified_on = models.DateField(_("last checked on"), null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("shown"), default=True)

    objects = SupportLineQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("sort", "code")
        constraints = [
            models.CheckConstraint(
                name="taxonomy_support_line_can_be_reached", condition=~Q(name="") & ~Q(contact="")
            ),
            models.CheckConstraint(
                name="taxonomy_support_line_is_for_somebody",
                condition=Q(is_for__in=["readers", "others", "both"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.contact}"
