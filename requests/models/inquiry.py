"""The slow door: leaders who want to be ready. It never rings, and has a queue of its own."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.agencies.models import Agency
from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Person
from requests.models.assistance_request import AssistanceRequest

if TYPE_CHECKING:
    from mvai.accounts.models import User


class InquiryState(models.TextChoices):
    """How far it is."""

    NEW = "new", _("New")
    ANSWERED = "answered", _("Answered")
    ARRANGED = "arranged", _("Arranged")
    CLOSED = "closed", _("Closed")


class InquiryStep(models.TextChoices):
    """What staff do next about it."""

    ANSWER = "answer", _("Answer them")
    ARRANGE = "arrange", _("Arrange what they asked for")
    CHECK_BACK = "check_back", _("Ask how it went")


class ReadyBy(models.TextChoices):
    """By when they want to be ready."""

    HAPPENED = "happened", _("It has happened already")
    MONTH = "month", _("Within a month")
    QUARTER = "quarter", _("Within three months")
    YEAR = "year", _("Within a year")
    OPEN = "open", _("No date yet")


IS_OPEN_INQUIRY = ~Q(state=InquiryState.CLOSED)


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: "User") -> "InquiryQuerySet":
        """The desk's, as requests are; but on a list of their own."""
        return self if user.may(Permission.REQUEST_VIEW_ALL) else self.none()

    def locked(self, pk: int) -> "Inquiry":
        """The row as it is now, ours alone until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=pk)

    def open(self) -> "InquiryQuerySet":
        """What is not closed: what has happened first, then by what is due."""
        happened = When(ready_by=ReadyBy.HAPPENED, then=Value(0))
        return self.filter(IS_OPEN_INQUIRY).order_by(
            Case(happened, default=Value(1)), "next_step_due_at", "pk"
        )

    def closed(self) -> "InquiryQuerySet":
        return self.exclude(IS_OPEN_INQUIRY).order_by("-closed_at", "-pk")


class Inquiry(Kept):
    """A leader asks to get ready before anything happens (domain.md, end of section 1)."""

    retention = RetentionClass.REQUEST_CORE

    attempt = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reach = models.CharField(_("e-mail or number"), max_length=254)  # as typed
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    agency_text = models.CharField(_("agency"), max_length=200, blank=True)
    needs = ArrayField(  # codes of taxonomy.Need
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("to be ready for")
    )
    ready_by = models.CharField(_("by when"), max_length=10, choices=ReadyBy, default=ReadyBy.OPEN)
    note = models.CharField(_("one line for us"), max_length=280, blank=True)

    submitted_at = models.DateTimeField()
    answer_by = models.DateTimeField()  # as the page told them

    state = models.CharField(max_length=10, choices=InquiryState, default=InquiryState.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_step = models.CharField(
        max_length=12, choices=InquiryStep, default=InquiryStep.ANSWER, blank=True
    )
    next_step_due_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("what was done"), max_length=280, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What it became when it turned out that something had happened.
    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, null=True, blank=True, related_name="inquiries"
    )

    objects: ClassVar = InquiryQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_step_due_at"],
                condition=IS_OPEN_INQUIRY,
                name="requests_inquiry_open_by_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="requests_inquiry_state_is_known", condition=Q(state__in=InquiryState.values)
            ),
            models.CheckConstraint(
                name="requests_inquiry_ready_by_is_known",
                condition=Q(ready_by__in=ReadyBy.values),
            ),
            models.CheckConstraint(name="requests_inquiry_can_be_answered", condition=~Q(reach="")),
            models.CheckConstraint(
                name="requests_inquiry_next_step_iff_open",
                condition=Q(state="closed", next_step="", next_step_due_at=None)
                | (
                    ~Q(state="closed")
                    & Q(next_step__in=InquiryStep.values, next_step_due_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="requests_inquiry_closed_at_iff_closed",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="requests_inquiry_closed_says_what_was_done",
                condition=~Q(state="closed") | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="requests_inquiry_became_a_request_and_closed",
                condition=Q(assistance_request=None) | Q(state="closed"),
            ),
            models.CheckConstraint(
                name="requests_inquiry_answered_after_it_came",
                condition=Q(answer_by__gt=F("submitted_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("requests:inquiry", args=[self.pk])

    @property
    def agency_name(self) -> str:
        """The agency as the directory names it, else as it was typed."""
        return self.agency.name if self.agency else self.agency_text

    @property
    def is_open(self) -> bool:
        return self.state != InquiryState.CLOSED

    @property
    def has_happened(self) -> bool:
        return self.ready_by == ReadyBy.HAPPENED

    @property
    def is_by_mail(self) -> bool:
        return "@" in self.reach

    def is_late(self, at: datetime) -> bool:
        return self.next_step_due_at is not None and self.next_step_due_at < at
