"""Who is on call, and the alarms that ring until somebody takes them."""

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


class Audience(models.TextChoices):
    """Whom a step of an alarm pages."""

    PRIMARY = "primary", _("First on call")
    BACKUP = "backup", _("Backup")
    MANAGER = "manager", _("Manager")
    ALL_STAFF = "all_staff", _("Everyone at the desk")


class AlarmState(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    TAKEN = "taken", _("Taken")
    GIVEN_BACK = "given_back", _("Given back, ringing again")
    SETTLED = "settled", _("Settled")


RINGING = frozenset({AlarmState.RINGING, AlarmState.GIVEN_BACK})
OPEN = RINGING | {AlarmState.TAKEN}


class StepOutcome(models.TextChoices):
    PAGED = "paged", _("Paged")
    EMPTY = "empty", _("Nobody to page")
    NOT_NEEDED = "not_needed", _("Not needed")


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


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, user: User) -> "AlarmQuerySet":
        return self if user.may(Permission.ALARM_TAKE) else self.none()

    def open(self) -> "AlarmQuerySet":
        return self.filter(state__in=sorted(OPEN))

    def ringing(self) -> "AlarmQuerySet":
        return self.filter(state__in=sorted(RINGING))


class Alarm(Kept):
    """Something that rings until a person takes it.

    `generation` counts how often it began to ring: links and pages of an earlier
    generation are no longer good.
    """

    retention = RetentionClass.PROGRAM_RECORD

    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, choices=AlarmState.choices, default=AlarmState.RINGING)
    generation = models.PositiveIntegerField(default=1)
    rang_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="alarms_taken"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    given_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="alarms_given_back"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="duty_alarm_state_is_known", condition=Q(state__in=list(AlarmState.values))
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(state__in=sorted(OPEN)),
                name="duty_one_open_alarm_per_subject",
            ),
            models.CheckConstraint(
                name="duty_alarm_taken_by_and_at_go_together",
                condition=Q(taken_by=None, taken_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="duty_alarm_taken_has_a_taker",
                condition=~Q(state=AlarmState.TAKEN) | Q(taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="duty_alarm_ringing_has_no_taker",
                condition=~Q(state__in=sorted(RINGING)) | Q(taken_by=None),
            ),
            models.CheckConstraint(
                name="duty_alarm_settled_at_iff_settled",
                condition=Q(state=AlarmState.SETTLED, settled_at__isnull=False)
                | (~Q(state=AlarmState.SETTLED) & Q(settled_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["-rang_at"], name="duty_alarm_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}".strip()

    @property
    def is_ringing(self) -> bool:
        return self.state in RINGING


class AlarmStepQuerySet(models.QuerySet["AlarmStep"]):
    def pending(self) -> "AlarmStepQuerySet":
        return self.filter(done_at=None)

    def due(self, now: datetime) -> "AlarmStepQuerySet":
        return self.pending().filter(due_at__lte=now)


class AlarmStep(Kept):
    """Whom the alarm pages next, and when: a row, so an outage delays it and never loses it."""

    retention = RetentionClass.PROGRAM_RECORD

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="steps")
    generation = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    audience = models.CharField(max_length=20, choices=Audience.choices)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=StepOutcome.choices, blank=True, default="")
    paged = models.PositiveIntegerField(default=0)

    objects = AlarmStepQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("alarm", "generation", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "generation", "number"], name="duty_one_step_per_number"
            ),
            models.CheckConstraint(
                name="duty_step_audience_is_known",
                condition=Q(audience__in=list(Audience.values)),
            ),
            models.CheckConstraint(
                name="duty_step_outcome_iff_done",
                condition=Q(done_at=None, outcome="")
                | Q(done_at__isnull=False, outcome__in=list(StepOutcome.values)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="duty_steps_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id}.{self.generation}.{self.number} {self.audience}"
