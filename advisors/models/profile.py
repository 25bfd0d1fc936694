"""What an advisor knows, and what they have been through."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from advisors.matching.words import NEEDS
from advisors.models.advisor import Advisor
from mvai.audit.models import Kept, RetentionClass
from mvai.taxonomy.models import (
    AgencyType,
    Discipline,
    IncidentType,
    Need,
    Phase,
    Setting,
    SizeBand,
)


class Level(models.IntegerChoices):
    SOME = 1, _("1: has some experience")
    GOOD = 2, _("2: has done it more than once")
    LED = 3, _("3: has led it")


class Expertise(Kept):
    """How well an advisor covers one need, by their own rating."""

    retention = RetentionClass.PROGRAM_RECORD

    advisor = models.ForeignKey(Advisor, models.PROTECT, related_name="expertise")
    need = models.ForeignKey(Need, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)

    class Meta(Kept.Meta):
        ordering = ("need__sort", "need")
        constraints = [
            models.UniqueConstraint(fields=["advisor", "need"], name="advisors_one_level_per_need"),
            models.CheckConstraint(
                name="advisors_level_is_1_to_3", condition=Q(level__gte=1, level__lte=3)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.level}"

    @property
    def words(self) -> str:
        """The need in a word or two, for lists."""
        return _now(NEEDS[self.need_id]) if self.need_id in NEEDS else self.need.label


class IncidentLed(Kept):
    """An incident the advisor led or served in. Never how many people were harmed, never names."""

    retention = RetentionClass.PROGRAM_RECORD

    advisor = models.ForeignKey(Advisor, models.PROTECT, related_name="incidents")
    setting = models.ForeignKey(
        Setting, models.PROTECT, related_name="+", verbose_name=_("setting")
    )
    incident_types = models.ManyToManyField(
        IncidentType, related_name="+", blank=True, verbose_name=_("what kind")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1960), MaxValueValidator(2100)]
    )
    role_then = models.ForeignKey(
        Discipline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("role then"),
    )
    agency_type = models.ForeignKey(
        AgencyType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("type of agency"),
    )
    size_band = models.ForeignKey(
        SizeBand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("size of agency"),
    )
    phase_reached = models.ForeignKey(
        Phase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stayed until"),
    )
    state = models.CharField(_("state"), max_length=2, blank=True)
    anniversary_on = models.DateField(_("date of the incident"), null=True, blank=True)
    rests_around_it = models.BooleanField(
        _("not to be asked in the week before and after that date"), default=False
    )
    children_harmed = models.BooleanField(_("children were harmed"), default=False)

    class Meta(Kept.Meta):
        ordering = ("-year", "pk")
        constraints = [
            models.CheckConstraint(
                name="advisors_incident_year_in_bounds",
                condition=Q(year__gte=1960, year__lte=2100),
            ),
            models.CheckConstraint(
                name="advisors_rest_around_a_date_has_one",
                condition=Q(rests_around_it=False) | Q(anniversary_on__isnull=False),
            ),
            models.CheckConstraint(
                name="advisors_incident_state_is_two_letters",
                condition=Q(state="") | Q(state__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.setting_id} {self.year}"
