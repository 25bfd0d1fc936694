"""The request itself."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from requests.states import (
    OPEN,
    CloseReason,
    Doubt,
    EngagementState,
    Identity,
    NextAction,
    State,
    Urgency,
)

if TYPE_CHECKING:
    from mvai.accounts.models import User

IS_OPEN = Q(state__in=sorted(OPEN))


class FilingFor(models.TextChoices):
    """On whose behalf a request is filed."""

    ME = "me", _("Me")
    MY_CHIEF = "my_chief", _("My chief or sheriff")
    ANOTHER = "another", _("Another agency")


class ContactMode(models.TextChoices):
    """How the leader wants to be reached."""

    VOICE = "voice", _("Call")
    TEXT = "text", _("Text")
    ANY = "any", _("Either")


class AssistanceRequestQuerySet(models.QuerySet["AssistanceRequest"]):
    def visible_to(self, user: "User") -> "AssistanceRequestQuerySet":
        """Every view starts here, so what is not yours is a 404.

        Staff see all; an advisor sees a request while an engagement of their own is active.
        """
        if user.may(Permission.REQUEST_VIEW_ALL):
            return self
        from requests.models.engagement import Engagement

        mine = Engagement.objects.filter(
            state=EngagementState.ACTIVE, advisor__person=user.person_id
        )
        return self.filter(pk__in=mine.values("assistance_request"))

    def locked(self, pk: int) -> "AssistanceRequest":
        """The row as it is now, ours alone until the transaction ends.

        Whoever changes a request, its offers, engagements or follow-ups locks it first. Nothing
        is joined: whoever waited for the lock would get the joined rows as they were before it,
        a verification that was taken back meanwhile among them.
        """
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def open(self) -> "AssistanceRequestQuerySet":
        return self.filter(IS_OPEN)

    def closed(self) -> "AssistanceRequestQuerySet":
        return self.exclude(IS_OPEN)

    def waiting_since(self, moment: datetime) -> "AssistanceRequestQuerySet":
        """Requests nobody has taken, filed at or before `moment`."""
        return self.filter(state=State.SUBMITTED, submitted_at__lte=moment)

    def unattended(self) -> "AssistanceRequestQuerySet":
        """Open and taken once, yet without an active owner or a next action."""
        return (
            self.open()
            .exclude(state=State.SUBMITTED)
            .filter(Q(owner=None) | Q(owner__is_active=False) | Q(next_action=""))
        )

    def to_check(self) -> "AssistanceRequestQuerySet":
        """Open, and perhaps not real: somebody looks at them before anything else."""
        return self.open().filter(check_first=True)

    def unmarked_since(self, moment: datetime) -> "models.QuerySet":
        """The keys of those that nothing spoke against, filed after `moment`."""
        return self.filter(check_first=False, submitted_at__gt=moment).values_list("pk")

    def overdue(self, now: datetime) -> "AssistanceRequestQuerySet":
        return self.open().filter(next_action_due_at__lt=now)


class AssistanceRequest(Kept):
    """An agency's call for peers who have lived through a similar incident."""

    retention = RetentionClass.REQUEST_CORE

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    attempt = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    # Who asks, as they said it
    filer_role = models.CharField(_("role"), max_length=20, blank=True)
    filing_for = models.CharField(
        _("filing for"), max_length=10, choices=FilingFor, default=FilingFor.ME
    )
    leader = models.ForeignKey("people.Person", models.PROTECT, related_name="requests_led")
    call_name = models.CharField(_("name"), max_length=200)
    # As typed: a number we can't parse still gets a call.
    call_number = models.CharField(_("number"), max_length=60)
    call_number_e164 = models.CharField(max_length=16, blank=True)
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="requests"
    )
    agency_text = models.CharField(_("agency"), max_length=200, blank=True)
    contact_mode = models.CharField(
        _("best way to reach you"), max_length=5, choices=ContactMode, default=ContactMode.VOICE
    )
    safe_times = models.CharField(_("safe times"), max_length=120, blank=True)
    others_may_take = models.BooleanField(_("someone else may take the call"), default=False)
    other_contact = models.CharField(_("who else, as typed"), max_length=200, blank=True)
    # Somebody else filed it: no advisor is asked before the leader has said yes on a call.
    leader_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    leader_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("one line for us"), max_length=280, blank=True)

    # What happened, as far as anyone has said
    setting = models.ForeignKey(
        "taxonomy.Setting", models.PROTECT, null=True, blank=True, related_name="+"
    )
    incident_types = models.ManyToManyField("taxonomy.IncidentType", blank=True, related_name="+")
    happened_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    is_ongoing = models.BooleanField(_("still going on"), null=True, blank=True)
    is_preparedness = models.BooleanField(_("about being ready"), default=False)
    leader_says_now = models.BooleanField(_("the leader says it can't wait"), default=False)
    event_at = models.DateTimeField(_("next hard day"), null=True, blank=True)
    children_harmed = models.BooleanField(_("children harmed"), null=True, blank=True)
    officers_harmed = models.BooleanField(_("officers or staff harmed"), null=True, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state_code = models.CharField(_("state"), max_length=2, blank=True)
    zip_code = models.CharField(_("ZIP code"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40)
    needs = models.ManyToManyField("taxonomy.Need", blank=True, related_name="+")

    # How it stands
    state = models.CharField(max_length=20, choices=State, default=State.SUBMITTED)
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    urgency_reason = models.CharField(max_length=280, blank=True)
    urgency_overridden = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned"
    )
    next_action = models.CharField(max_length=20, choices=NextAction, blank=True)
    next_action_note = models.CharField(max_length=280, blank=True)
    next_action_due_at = models.DateTimeField(null=True, blank=True)
    brief = models.TextField(_("situation brief"), max_length=1200, blank=True)
    brief_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    brief_at = models.DateTimeField(null=True, blank=True)
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    promised_call_by = models.DateTimeField(null=True, blank=True)
    on_hold = models.BooleanField(_("on hold"), default=False)
    restricted = models.BooleanField(_("restricted"), default=False)
    check_first = models.BooleanField(_("check first: perhaps not a real request"), default=False)
    # What spoke against it when it was filed. It stays when the mark is taken away.
    doubts = ArrayField(models.CharField(max_length=10, choices=Doubt), default=list, blank=True)
    close_reason = models.CharField(max_length=20, choices=CloseReason, blank=True)
    close_note = models.CharField(max_length=500, blank=True)
    # Of one that was closed as the same as another: that other one. Reopening forgets it.
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    link_generation = models.PositiveIntegerField(default=0)
    # What codes have opened closes when it rises; the address stays.
    grant_generation = models.PositiveIntegerField(default=0)
    different_advisor_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    submitted_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True, editable=False)
    triaged_at = models.DateTimeField(null=True, blank=True, editable=False)
    engaged_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_contact_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The order of the board: what nobody has taken, then by urgency. Not yet judged is critical;
    # once an agency is helped, its follow-ups have their own times and stand behind. What may not
    # be real stands behind what is urgent, however much of it comes.
    board_rank = models.GeneratedField(
        expression=Case(
            When(check_first=True, state__in=[State.SUBMITTED, State.ACKNOWLEDGED], then=Value(3)),
            When(state=State.SUBMITTED, then=Value(0)),
            When(state=State.FOLLOWING_UP, then=Value(4)),
            When(urgency__in=["", Urgency.CRITICAL.value], then=Value(1)),
            When(urgency=Urgency.URGENT, then=Value(2)),
            When(urgency=Urgency.STANDARD, then=Value(3)),
            default=Value(4),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    # What the board's search looks through, beside the directory's names.
    search_key = models.GeneratedField(
        expression=Lower(
            Concat(
                "reference",
                Value(" "),
                "call_name",
                Value(" "),
                "agency_text",
                Value(" "),
                "city",
                Value(" "),
                "state_code",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar = AssistanceRequestQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_action_due_at"],
                condition=IS_OPEN,
                name="requests_open_by_due",
            ),
            models.Index(fields=["-submitted_at", "-id"], name="requests_newest_first"),
            models.Index(fields=["state", "-submitted_at"], name="requests_by_state"),
            models.Index(
                fields=["board_rank", "submitted_at", "id"],
                condition=IS_OPEN,
                name="requests_board_order",
            ),
            models.Index(
                fields=["owner", "board_rank", "submitted_at"],
                condition=IS_OPEN,
                name="requests_board_of_owner",
            ),
            models.Index(
                fields=["submitted_at", "id"],
                condition=IS_OPEN & Q(owner=None),
                name="requests_board_unowned",
            ),
            models.Index(
                fields=["-submitted_at"],
                condition=Q(check_first=True),
                name="requests_to_check_first",
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                condition=~IS_OPEN,
                name="requests_board_closed",
            ),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="requests_search"),
            models.Index(
                fields=["call_number_e164"],
                condition=~Q(call_number_e164=""),
                name="requests_by_number",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="requests_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="requests_urgency_is_known", condition=Q(urgency__in=["", *Urgency.values])
            ),
            models.CheckConstraint(
                name="requests_close_reason_is_known",
                condition=Q(close_reason__in=["", *CloseReason.values]),
            ),
            models.CheckConstraint(
                name="requests_next_action_is_known",
                condition=Q(next_action__in=["", *NextAction.values]),
            ),
            models.CheckConstraint(
                name="requests_doubts_are_known",
                condition=Q(doubts__contained_by=Doubt.values),
            ),
            models.CheckConstraint(
                name="requests_has_a_name_and_a_number",
                condition=~Q(call_name="") & ~Q(call_number=""),
            ),
            models.CheckConstraint(
                name="requests_closed_at_iff_not_open",
                condition=Q(IS_OPEN, closed_at=None) | Q(~IS_OPEN, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_close_reason_iff_not_open",
                condition=Q(IS_OPEN, close_reason="") | (~IS_OPEN & ~Q(close_reason="")),
            ),
            models.CheckConstraint(
                name="requests_duplicate_is_closed_as_one",
                condition=Q(duplicate_of=None) | Q(close_reason=CloseReason.DUPLICATE),
            ),
            models.CheckConstraint(
                name="requests_duplicate_of_another",
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")),
            ),
            models.CheckConstraint(
                name="requests_next_action_has_a_due_time",
                condition=Q(next_action="", next_action_due_at=None)
                | (~Q(next_action="") & Q(next_action_due_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="requests_closed_has_no_next_action",
                condition=IS_OPEN | Q(next_action=""),
            ),
            models.CheckConstraint(
                name="requests_submitted_has_no_owner",
                condition=~Q(state=State.SUBMITTED) | Q(owner=None),
            ),
            models.CheckConstraint(
                name="requests_urgency_known_once_triaged",
                condition=Q(state__in=[State.SUBMITTED, State.ACKNOWLEDGED, State.CLOSED])
                | ~Q(urgency=""),
            ),
            models.CheckConstraint(
                name="requests_overridden_urgency_has_a_reason",
                condition=Q(urgency_overridden=False) | ~Q(urgency_reason=""),
            ),
            models.CheckConstraint(
                name="requests_brief_has_an_author",
                condition=Q(brief="") | Q(brief_by__isnull=False, brief_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_leader_agreed_to_somebody",
                condition=Q(leader_agreed_at=None, leader_agreed_by=None)
                | Q(leader_agreed_at__isnull=False, leader_agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_closed_after_submitted",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("submitted_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("requests:workspace", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def agency_name(self) -> str:
        """The agency as the directory names it, else as it was typed."""
        return self.agency.name if self.agency else self.agency_text

    @property
    def identity(self) -> str:
        """How far identity is confirmed; a request without a record is pending."""
        verification = getattr(self, "verification", None)
        return verification.state if verification else Identity.PENDING

    @property
    def is_identity_confirmed(self) -> bool:
        return self.identity == Identity.CONFIRMED

    @property
    def waits_for_leader(self) -> bool:
        """Somebody else filed it, and the leader has not said yes yet."""
        return self.filing_for != FilingFor.ME and self.leader_agreed_at is None

    @property
    def is_critical(self) -> bool:
        return self.urgency == Urgency.CRITICAL
