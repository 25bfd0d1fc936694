"""The alarms that ring until somebody takes them, and whom they page when."""

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.duty.states import OPEN, RINGING, AlarmState, moves
from mvai.outbox.claims import Claimable
from mvai.people.models import Channel

LATEST = timedelta(hours=2)  # no step of a plan comes later


class Audience(models.TextChoices):
    """Whom a step of an alarm pages."""

    PRIMARY = "primary", _("First on call")
    BACKUP = "backup", _("Backup")
    MANAGER = "manager", _("Manager")
    ALL_STAFF = "all_staff", _("Everyone at the desk")


class StepOutcome(models.TextChoices):
    PAGED = "paged", _("Paged")
    EMPTY = "empty", _("Nobody to page")
    UNREACHABLE = "unreachable", _("Nobody could be reached")
    NOT_NEEDED = "not_needed", _("Not needed")


REACHED_NOBODY = frozenset({StepOutcome.EMPTY, StepOutcome.UNREACHABLE})


class AlarmQuerySet(models.QuerySet["Alarm"]):
    @staticmethod
    def are_seen_by(user: User) -> bool:
        """Whoever may take an alarm sees all of them; nobody else sees any."""
        return user.may(Permission.ALARM_TAKE)

    def visible_to(self, user: User) -> "AlarmQuerySet":
        return self if self.are_seen_by(user) else self.none()

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
    # Blank, with the number 0: it stands for everything of its kind.
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=20, choices=AlarmState.choices, default=AlarmState.RINGING, editable=False
    )
    generation = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField()  # when its cause came
    # When it began to ring, this time; ahead of us while the desk is closed by plan.
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
            models.Index(fields=["label", "-raised_at"], name="duty_alarm_by_label"),
        ]
        triggers = [
            *Kept.Meta.triggers,
            pgtrigger.FSM(
                name="duty_alarm_moves_as_the_table_says",
                field="state",
                transitions=list(moves()),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}".strip()

    @property
    def is_ringing(self) -> bool:
        return self.state in RINGING


class AlarmTurn(Kept):
    """One move of an alarm, written with it and never changed. `ringing` is the generation after.

    That it began to ring for the first time is told by the alarm itself.
    """

    retention = RetentionClass.PROGRAM_RECORD

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="turns")
    ringing = models.PositiveIntegerField()
    source = models.CharField(max_length=20, choices=AlarmState.choices)
    target = models.CharField(max_length=20, choices=AlarmState.choices)
    # Nobody: what it rang for came in order, or rang again, by itself.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta(Kept.Meta):
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                name="duty_turn_states_are_known",
                condition=Q(source__in=list(AlarmState.values), target__in=list(AlarmState.values)),
            ),
        ]
        triggers = [
            *Kept.Meta.triggers,
            pgtrigger.Protect(name="duty_turn_stays_as_it_was", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.source} to {self.target}"


class AlarmStepQuerySet(models.QuerySet["AlarmStep"]):
    def pending(self) -> "AlarmStepQuerySet":
        return self.filter(done_at=None)

    def due(self, now: datetime) -> "AlarmStepQuerySet":
        return self.pending().filter(due_at__lte=now)

    def next_due(self, now: datetime) -> "AlarmStepQuerySet":
        """Whose time has come, of alarms that ring: the first open one of each."""
        earlier = AlarmStep.objects.pending().filter(
            alarm=OuterRef("alarm"), ringing=OuterRef("ringing"), number__lt=OuterRef("number")
        )
        return self.due(now).filter(
            ~Exists(earlier),
            alarm__state__in=sorted(RINGING),
            ringing=F("alarm__generation"),
        )


class AlarmStep(Claimable, Kept):
    """Whom the alarm pages next, and when: a row, so an outage delays it and never loses it."""

    retention = RetentionClass.PROGRAM_RECORD

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="steps")
    ringing = models.PositiveIntegerField()  # the alarm's generation when this step was frozen
    number = models.PositiveIntegerField()
    audience = models.CharField(max_length=20, choices=Audience.choices)
    # By which channels it pages; none means each person's own wishes.
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices), default=list, blank=True
    )
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=StepOutcome.choices, blank=True, default="")
    paged = models.PositiveIntegerField(default=0)

    objects = AlarmStepQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("alarm", "ringing", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "ringing", "number"], name="duty_one_step_per_number"
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
        return f"{self.alarm_id}.{self.ringing}.{self.number} {self.audience}"

    @property
    def reached_nobody(self) -> bool:
        return self.outcome in REACHED_NOBODY

    @property
    def is_passed_on(self) -> bool:
        """Where nobody was reached, the next step comes at once. After everybody, nobody is left
        to be asked sooner.
        """
        return self.audience != Audience.ALL_STAFF


class PlanStep(Kept):
    """A step of the plan by which alarms of one kind page, as the program manager wrote it.

    Without any row a kind rings by the plan it was registered with. A ringing freezes its own
    copy: editing a plan never changes an alarm that rings.
    """

    retention = RetentionClass.PROGRAM_RECORD

    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    audience = models.CharField(max_length=20, choices=Audience.choices)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices), default=list, blank=True
    )
    after = models.DurationField()  # since it began to ring

    class Meta(Kept.Meta):
        ordering = ("kind", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], name="duty_one_plan_step_per_number"
            ),
            models.CheckConstraint(
                name="duty_plan_audience_is_known",
                condition=Q(audience__in=list(Audience.values)),
            ),
            models.CheckConstraint(
                name="duty_plan_step_comes_within_two_hours",
                condition=Q(after__gte=timedelta(0), after__lte=LATEST),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.number} {self.audience}"
