"""The program has heard of an incident and would like to offer help: an approach.

There is no column for a person, an address or a private number: before the agency has said yes,
nothing of that kind is kept.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest
from requests.states import ApproachState, TryOutcome

if TYPE_CHECKING:
    from mvai.accounts.models import User

STALE_AFTER = timedelta(hours=4)  # past the next try, without one
IS_OPEN_APPROACH = Q(state=ApproachState.OPEN)


class ApproachQuerySet(models.QuerySet["Approach"]):
    def visible_to(self, user: "User") -> "ApproachQuerySet":
        """The desk sees them all, nobody else any."""
        return self if user.may(Permission.REQUEST_VIEW_ALL) else self.none()

    def locked(self, pk: int) -> "Approach":
        """The row as it is now, ours alone until the transaction ends.

        Nothing is joined: whoever waited would get the holder as of before the lock.
        """
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def open(self) -> "ApproachQuerySet":
        return self.filter(IS_OPEN_APPROACH)

    def falling_due(self, now: datetime) -> "ApproachQuerySet":
        """It is time for the next try, and nobody was reminded of this one."""
        return self.open().filter(due_at__lte=now, reminded_at=None)


class Approach(Claimable, Kept):
    """One agency to which the program wants to offer help, and the one voice that asks."""

    retention = RetentionClass.REQUEST_CORE

    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Not blank for a form; empty where the directory names the agency.
    agency_text = models.CharField(_("agency"), max_length=200)
    state_code = models.CharField(_("state"), max_length=2, blank=True)
    published_number = models.CharField(_("published number"), max_length=60, blank=True)
    learned_from = models.CharField(_("how we heard of it"), max_length=160)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=ApproachState, default=ApproachState.OPEN)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the next try
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    assistance_request = models.OneToOneField(
        AssistanceRequest, models.PROTECT, null=True, blank=True, related_name="approach"
    )

    objects: ClassVar = ApproachQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=IS_OPEN_APPROACH, name="requests_open_approaches"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_open_approach_each",
                fields=["agency"],
                condition=IS_OPEN_APPROACH & Q(agency__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_approach_state_is_known",
                condition=Q(state__in=ApproachState.values),
            ),
            models.CheckConstraint(
                name="requests_approach_names_an_agency",
                condition=Q(agency__isnull=False) | ~Q(agency_text=""),
            ),
            models.CheckConstraint(
                name="requests_approach_says_how_we_heard", condition=~Q(learned_from="")
            ),
            models.CheckConstraint(
                name="requests_approach_due_iff_open",
                condition=Q(IS_OPEN_APPROACH, due_at__isnull=False, ended_at=None)
                | Q(~IS_OPEN_APPROACH, due_at=None, ended_at__isnull=False, holder=None),
            ),
            models.CheckConstraint(
                name="requests_approach_held_since_iff_held",
                condition=Q(holder=None, held_since=None)
                | Q(holder__isnull=False, held_since__isnull=False),
            ),
            # No request before they said yes; and a yes is never without its request.
            models.CheckConstraint(
                name="requests_approach_request_iff_accepted",
                condition=Q(state=ApproachState.ACCEPTED, assistance_request__isnull=False)
                | (~Q(state=ApproachState.ACCEPTED) & Q(assistance_request=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.agency_name

    def get_absolute_url(self) -> str:
        return reverse("requests:approach", args=[self.pk])

    @property
    def agency_name(self) -> str:
        return self.agency.name if self.agency else self.agency_text

    @property
    def place(self) -> str:
        return self.agency.place if self.agency else self.state_code

    @property
    def is_open(self) -> bool:
        return self.state == ApproachState.OPEN

    def is_free(self, now: datetime) -> bool:
        """Whether somebody else may take it: nobody has it, or who has it let its time pass."""
        if not self.is_open or self.due_at is None:
            return False
        return self.holder is None or not self.holder.is_active or self.is_stale(now)

    def is_stale(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at + STALE_AFTER < now


class ApproachTry(Kept):
    """One try to reach the agency: who, when and with what outcome. No words: there is no note."""

    retention = RetentionClass.REQUEST_CORE

    approach = models.ForeignKey(Approach, models.PROTECT, related_name="tries")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=TryOutcome)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_try_outcome_is_known", condition=Q(outcome__in=TryOutcome.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approach_id}: {self.outcome}"
