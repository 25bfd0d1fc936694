"""When an advisor can be asked: usual hours of the week, and times away."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateTimeRangeField,
    IntegerRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from advisors.models.advisor import Advisor
from mvai.audit.models import Kept, RetentionClass


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class SecondsOfDay(Func):
    """Two times of day as the half-open range of their seconds since midnight."""

    template = "INT4RANGE(EXTRACT(EPOCH FROM %(opens)s)::int, EXTRACT(EPOCH FROM %(closes)s)::int)"
    output_field = IntegerRangeField()

    def __init__(self, opens: str, closes: str) -> None:
        super().__init__(F(opens), F(closes))

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        (opens, one), (closes, other) = (
            compiler.compile(part) for part in self.get_source_expressions()
        )
        return self.template % {"opens": opens, "closes": closes}, [*one, *other]


class Window(Kept):
    """Hours of a weekday in which an advisor can be asked, [opens, closes) by their own clock.

    A window that closes at 11:59 p.m. runs to midnight.
    """

    retention = RetentionClass.PROGRAM_RECORD

    advisor = models.ForeignKey(Advisor, models.PROTECT, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta(Kept.Meta):
        ordering = ("weekday", "opens")
        constraints = [
            models.CheckConstraint(
                name="advisors_weekday_is_known", condition=Q(weekday__gte=0, weekday__lte=6)
            ),
            models.CheckConstraint(
                name="advisors_window_opens_before_it_closes",
                condition=Q(opens__lt=F("closes")),
            ),
            ExclusionConstraint(
                name="advisors_windows_do_not_overlap",
                expressions=[
                    ("advisor", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (SecondsOfDay("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Period(Func):
    """The half-open period [starts_at, ends_at)."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def touching(self, start: datetime, end: datetime) -> Self:
        """Absences that share any part of [start, end)."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Absence(Kept):
    """Time away, [starts_at, ends_at): no offer comes in it. No reason is asked."""

    retention = RetentionClass.PROGRAM_RECORD

    advisor = models.ForeignKey(Advisor, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = AbsenceQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(
                name="advisors_absence_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            ExclusionConstraint(
                name="advisors_absences_do_not_overlap",
                expressions=[
                    ("advisor", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def last_moment(self) -> datetime:
        """A moment of the last day away: the end itself belongs to the day after."""
        return self.ends_at - timedelta(microseconds=1)

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"
