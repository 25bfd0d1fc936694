"""Who is on call when, and the hours the desk keeps."""

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.web.prepared import Given, Moment


class DutyRole(models.TextChoices):
    PRIMARY = "primary", _("First on call")
    BACKUP = "backup", _("Backup")
    MANAGER = "manager", _("Manager")


class Period(Func):
    """The half-open period [starts_at, ends_at)."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, user: User) -> "ShiftQuerySet":
        """The desk sees the whole roster; nobody else sees any of it."""
        if user.may(Permission.ALARM_TAKE) or user.may(Permission.SHIFT_EDIT):
            return self
        return self.none()

    def on_duty(self, at: Moment, role: str | Given | None = None) -> "ShiftQuerySet":
        found = self.filter(starts_at__lte=at, ends_at__gt=at, user__is_active=True)
        return found.filter(role=role) if role else found

    def touching(self, start: datetime, end: datetime) -> "ShiftQuerySet":
        """Shifts that share any part of [start, end)."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Shift(Kept):
    """One person on call in one role for [starts_at, ends_at)."""

    retention = RetentionClass.PROGRAM_RECORD

    LONGEST = timedelta(days=7)

    user = models.ForeignKey(User, models.PROTECT, related_name="shifts")
    role = models.CharField(max_length=20, choices=DutyRole.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = ShiftQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("starts_at", "role")
        constraints = [
            models.CheckConstraint(
                name="duty_shift_role_is_known", condition=Q(role__in=list(DutyRole.values))
            ),
            models.CheckConstraint(
                name="duty_shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            ExclusionConstraint(
                name="duty_one_person_per_role_at_a_time",
                expressions=[
                    (
                        Period("starts_at", "ends_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                    ("role", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.starts_at:%Y-%m-%d %H:%M}"


class DeskHours(Kept):
    """One stretch of the week in which the desk is there, in desk time: [opens, closes).

    No row at all means around the clock. `closes` of 0:00 is the end of the day.
    """

    retention = RetentionClass.PROGRAM_RECORD

    weekday = models.PositiveSmallIntegerField(_("day"))  # 0 is Monday
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta(Kept.Meta):
        ordering = ("weekday", "opens")
        constraints = [
            models.UniqueConstraint(
                fields=["weekday", "opens"], name="duty_desk_opens_once_at_a_time"
            ),
            models.CheckConstraint(name="duty_desk_weekday_is_known", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="duty_desk_closes_after_it_opens",
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"
