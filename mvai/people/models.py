"""People the portal knows, with or without an account, and the ways to reach them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass


class Channel(models.TextChoices):
    VOICE = "voice", _("Phone call")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("In the portal")
    CHAT = "chat", _("Staff chat room")


# By these a person is reached at a number or an address.
WITH_CONTACT_POINT = (Channel.VOICE, Channel.SMS, Channel.EMAIL)


class Person(Kept):
    """A leader who asks, a delegate, an advisor or an officer of the program."""

    retention = RetentionClass.PROGRAM_RECORD

    full_name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("rank or title"), max_length=60, blank=True)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    # By the person's own clock; past midnight when they end before they begin.
    quiet_from = models.TimeField(_("quiet hours from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet hours until"), null=True, blank=True)

    class Meta(Kept.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="people_person_has_a_name", condition=~Q(full_name="")),
            models.CheckConstraint(
                name="people_quiet_hours_in_pairs",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return self.addressed_as

    @property
    def addressed_as(self) -> str:
        """As one would speak to them: "Chief Alex Moreno"."""
        return f"{self.title} {self.full_name}".strip()


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def usable(self, *channels: str) -> "ContactPointQuerySet":
        """Where messages by these channels can go, the preferred ones first."""
        return (
            self.filter(channel__in=channels, stopped_at=None)
            .exclude(normalized="")
            .order_by("sort", "pk")
        )

    def proven(self) -> "ContactPointQuerySet":
        """Those that the person has shown to be theirs."""
        return self.filter(proven_at__isnull=False)

    def kept(self) -> "ContactPointQuerySet":
        """Those that nobody has removed; stopped ones are among them."""
        return self.filter(removed_at=None)


class ContactPoint(Kept):
    """One number or address of one person, as typed, and what they agreed to."""

    retention = RetentionClass.PROGRAM_RECORD

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="contact_points", verbose_name=_("person")
    )
    channel = models.CharField(
        _("channel"), max_length=5, choices=[(one.value, one.label) for one in WITH_CONTACT_POINT]
    )
    value = models.CharField(_("number or address"), max_length=254)  # as typed
    # E.164 or lower case; "" when it can't be read as a number: it is shown, and dialed by hand.
    normalized = models.CharField(_("as dialed"), max_length=254, blank=True)
    proven_at = models.DateTimeField(_("proven at"), null=True, blank=True)
    consented_at = models.DateTimeField(_("consented at"), null=True, blank=True)
    consent_version = models.CharField(_("to which wording"), max_length=20, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    # Messages of the past point here, so the row stays; it is stopped for good.
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ContactPointQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ("sort", "pk")
        indexes = [models.Index(fields=["normalized", "channel"], name="people_contact_normalized")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "value"], name="people_contact_point_is_there_once"
            ),
            models.CheckConstraint(
                name="people_channel_is_known", condition=Q(channel__in=["voice", "sms", "email"])
            ),
            models.CheckConstraint(name="people_contact_has_a_value", condition=~Q(value="")),
            models.CheckConstraint(
                name="people_consent_names_its_wording",
                condition=Q(consented_at=None, consent_version="")
                | (Q(consented_at__isnull=False) & ~Q(consent_version="")),
            ),
            models.CheckConstraint(
                name="people_removed_contact_is_stopped_and_unproven",
                condition=Q(removed_at=None) | Q(stopped_at__isnull=False, proven_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def is_usable(self) -> bool:
        """As ContactPointQuerySet.usable asks the database."""
        return self.stopped_at is None and bool(self.normalized)

    @property
    def is_proven(self) -> bool:
        return self.proven_at is not None
