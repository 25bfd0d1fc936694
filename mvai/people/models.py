"""People the portal knows, with or without an account, and the ways to reach them."""

from django.db import models
from django.db.models import Q
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

    class Meta(Kept.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="people_person_has_a_name", condition=~Q(full_name="")),
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
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def is_usable(self) -> bool:
        """As ContactPointQuerySet.usable asks the database."""
        return self.stopped_at is None and bool(self.normalized)
