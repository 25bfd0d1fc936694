"""Who the caller is, and the codes that open the status page."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox import codes
from mvai.people.models import Channel
from requests.models.assistance_request import AssistanceRequest
from requests.models.delegate import Delegate
from requests.states import Identity, IdentityMethod, IdentityOutcome

WRONG_TRIES = 5


class Verification(Kept):
    """Whether the request's leader is who they say, and how we know.

    Apart from the call itself: both run at the same time. No advisor sees the agency before
    the state is confirmed.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.OneToOneField(
        AssistanceRequest, models.PROTECT, related_name="verification"
    )
    state = models.CharField(max_length=15, choices=Identity, default=Identity.PENDING)
    method = models.CharField(_("how"), max_length=20, choices=IdentityMethod, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=280, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="requests_identity_is_known", condition=Q(state__in=Identity.values)
            ),
            models.CheckConstraint(
                name="requests_identity_method_is_known",
                condition=Q(method__in=["", *IdentityMethod.values]),
            ),
            models.CheckConstraint(
                name="requests_identity_confirmed_iff_method",
                condition=(Q(state=Identity.CONFIRMED) & ~Q(method=""))
                | (~Q(state=Identity.CONFIRMED) & Q(method="")),
            ),
            models.CheckConstraint(
                name="requests_identity_decided_by_someone",
                condition=Q(state=Identity.PENDING, by=None, at=None)
                | (~Q(state=Identity.PENDING) & Q(by__isnull=False, at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.state}"


class IdentityTry(Kept):
    """One try to find out who the leader is: what it came to stands in Verification."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="identity_tries"
    )
    method = models.CharField(_("how"), max_length=20, choices=IdentityMethod, blank=True)
    outcome = models.CharField(max_length=15, choices=IdentityOutcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=280, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_identity_try_outcome_is_known",
                condition=Q(outcome__in=IdentityOutcome.values),
            ),
            models.CheckConstraint(
                name="requests_identity_try_names_its_way",
                condition=Q(method__in=IdentityMethod.values)
                | Q(method="", outcome=IdentityOutcome.NOT_CONFIRMED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.outcome}"


class StatusCode(Kept):
    """Six digits that open the status page once, for ten minutes.

    The digits are derived (mvai.outbox.codes): never stored. Shown to staff once only, to
    read aloud on a call (`read_by`), where nothing can be sent.
    """

    retention = RetentionClass.CONTACT_TOKEN

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="status_codes"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    # Whose it is when it isn't the leader's own.
    delegate = models.ForeignKey(
        Delegate, models.PROTECT, null=True, blank=True, related_name="status_codes"
    )
    # The officer who read it aloud on a call.
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    press = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_code_tries_are_limited", condition=Q(wrong_tries__lte=WRONG_TRIES)
            ),
            models.CheckConstraint(
                name="requests_code_expires_after_made", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="requests_code_read_aloud_is_the_leaders",
                condition=Q(read_by=None) | Q(delegate=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.made_at:%F %R}"

    def digits(self, channel: str = Channel.SMS) -> str:
        """The code as it goes by one channel: who enters it shows which way they read.

        Only a message being sent, and the check of an entered code, ask for it.
        """
        made_at = f"{self.made_at.timestamp():.6f}"
        parts = (self.pk, self.assistance_request_id, made_at, channel)
        return codes.digits("requests.status_code", *parts)

    def is_usable(self, now: datetime) -> bool:
        return self.used_at is None and self.wrong_tries < WRONG_TRIES and now < self.expires_at


class IdentityCode(Kept):
    """Six digits sent to an address at the agency, to be read back to the desk on the phone.

    The address is that of a person of its own: it was typed for this and agreed to nothing
    else, so it must never become one of the leader's.
    """

    retention = RetentionClass.CONTACT_TOKEN

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="identity_codes"
    )
    sent_to = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_identity_code_tries_are_limited",
                condition=Q(wrong_tries__lte=WRONG_TRIES),
            ),
            models.CheckConstraint(
                name="requests_identity_code_expires_after_made",
                condition=Q(expires_at__gt=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.made_at:%F %R}"

    @property
    def digits(self) -> str:
        """Only the message being sent, and the check of what was read back, ask for it."""
        made_at = f"{self.made_at.timestamp():.6f}"
        return codes.digits("requests.identity_code", self.pk, self.assistance_request_id, made_at)

    def is_usable(self, now: datetime) -> bool:
        return self.used_at is None and self.wrong_tries < WRONG_TRIES and now < self.expires_at
