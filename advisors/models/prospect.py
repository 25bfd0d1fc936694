"""People who have been through it and may help one day. None of them is an advisor."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advisors.models.advisor import Advisor
from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Person
from mvai.taxonomy.models import Discipline

if TYPE_CHECKING:
    from mvai.accounts.models import User


class ProspectState(models.TextChoices):
    """How far the conversation is."""

    NEW = "new", _("Not yet confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    TALKING = "talking", _("In conversation")
    INVITED = "invited", _("Invited")
    NOT_NOW = "not_now", _("Not now")
    DECLINED = "declined", _("Declined")


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def visible_to(self, user: "User") -> "ProspectQuerySet":
        """The program manager's list."""
        return self if user.may(Permission.ADVISOR_EDIT) else self.none()

    def locked(self, pk: int) -> "Prospect":
        return (
            self.select_for_update(of=("self",), no_key=True).select_related("sent_by").get(pk=pk)
        )

    def with_us(self) -> "ProspectQuerySet":
        """Those whose address is confirmed, and of whom nothing is decided yet."""
        return self.filter(state__in=[ProspectState.CONFIRMED, ProspectState.TALKING])


class Prospect(Kept):
    """Somebody who offered to help, or was named by somebody else.

    Matching reads `Advisor` alone, so a prospect is never offered anything.
    """

    retention = RetentionClass.PROGRAM_RECORD

    full_name = models.CharField(_("name"), max_length=200)
    title_line = models.CharField(_("rank or role"), max_length=80, blank=True)
    discipline = models.ForeignKey(
        Discipline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("discipline"),
    )
    agency_text = models.CharField(_("agency, former or present"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    how_to_reach = models.CharField(_("how to reach them"), max_length=120, blank=True)
    # In general words: no names, no numbers of people harmed.
    experience = models.CharField(_("what they have been through"), max_length=600, blank=True)
    needs = ArrayField(  # codes of taxonomy.Need
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("could help with")
    )
    # Whoever filled in the form and confirms it by e-mail; the prospect, unless it is a nomination.
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_nomination = models.BooleanField(default=False)
    relation = models.CharField(_("how they know each other"), max_length=120, blank=True)

    submitted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ProspectState, default=ProspectState.NEW)
    state_at = models.DateTimeField()
    advisor = models.OneToOneField(  # what they became
        Advisor, models.PROTECT, null=True, blank=True, related_name="prospect"
    )

    objects: ClassVar = ProspectQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("prospect")
        verbose_name_plural = _("prospects")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="advisors_prospect_state_is_known", condition=Q(state__in=ProspectState.values)
            ),
            models.CheckConstraint(name="advisors_prospect_has_a_name", condition=~Q(full_name="")),
            models.CheckConstraint(
                name="advisors_prospect_confirmed_iff_not_new",
                condition=Q(state="new", confirmed_at=None)
                | (~Q(state="new") & Q(confirmed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="advisors_prospect_is_an_advisor_iff_invited",
                condition=Q(state="invited", advisor__isnull=False)
                | (~Q(state="invited") & Q(advisor=None)),
            ),
            models.CheckConstraint(
                name="advisors_prospect_nominated_by_somebody_who_says_how",
                condition=Q(is_nomination=True) & ~Q(relation="")
                | Q(is_nomination=False, relation=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_line} {self.full_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("advisors:prospect", args=[self.pk])


class Confirmation(Kept):
    """A link by which whoever sent the form says that it was them; good once.

    When its time is over and it was not used, it goes, and the prospect with it.
    """

    retention = RetentionClass.UNCONFIRMED

    prospect = models.OneToOneField(Prospect, models.PROTECT, related_name="confirmation")
    address = models.CharField(max_length=254)  # as normalized: so many a day, whoever asks
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Kept.Meta):
        indexes = [
            models.Index(fields=["address", "-asked_at"], name="advisors_confirmation_address")
        ]
        constraints = [
            models.CheckConstraint(
                name="advisors_confirmation_expires_after_it_was_asked",
                condition=Q(expires_at__gt=F("asked_at")),
            ),
            models.CheckConstraint(
                name="advisors_confirmation_used_in_time",
                condition=Q(used_at=None) | Q(used_at__lt=F("expires_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prospect_id}: {self.asked_at:%F %R}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and at < self.expires_at


class ProspectNote(Kept):
    """What was said, in a line or two, by whom and when. Only ever added to."""

    retention = RetentionClass.PROGRAM_RECORD

    prospect = models.ForeignKey(Prospect, models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(_("note"), max_length=500)

    class Meta(Kept.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="advisors_prospect_note_says_something", condition=~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prospect_id}: {self.at:%F %R}"
