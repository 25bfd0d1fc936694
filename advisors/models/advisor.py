"""The roster: who has led through an incident and would take a call from a peer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advisors.matching import Candidate, Load, first_free
from advisors.matching.words import language
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.agencies.models import Agency
from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Person
from mvai.taxonomy.models import AgencyType, Discipline, IncidentType, Setting, SizeBand


class Mode(models.TextChoices):
    VIRTUAL = "virtual", _("By phone or video")
    IN_PERSON = "in_person", _("In person")


def english() -> list[str]:
    return ["en"]


def by_phone() -> list[str]:
    return [Mode.VIRTUAL]


class AdvisorQuerySet(models.QuerySet["Advisor"]):
    def visible_to(self, user: User) -> Self:
        """Every view starts here. An advisor sees their own record, the desk sees all."""
        if user.may(Permission.ADVISOR_VIEW):
            return self
        if user.may(Permission.OWN_ADVISOR_PROFILE):
            return self.filter(person__user=user)
        return self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)

    def of(self, user: User) -> Self:
        """The record of the person who is signed in."""
        return self.filter(person__user=user)

    def as_candidates(self, *, loads: Mapping[int, Load], at: datetime) -> list[Candidate]:
        """These advisors as matching sees them, in one query however many they are.

        `loads` is by advisor id; an advisor without one carries nothing. The advisors'
        layer knows no requests, so whoever asks brings the loads.
        """
        from advisors.models.candidates import candidates

        return candidates(self, loads=loads, at=at)

    def free_within(self, *, at: datetime, within: timedelta) -> dict[int, datetime]:
        """The first free moment in [at, at + within) of each advisor who has one, by id."""
        found = {
            candidate.advisor_id: first_free(candidate, at, within)
            for candidate in self.as_candidates(loads={}, at=at)
        }
        return {advisor_id: moment for advisor_id, moment in found.items() if moment is not None}


class Advisor(Kept):
    """A peer with what they offer, when, and within which limits (domain.md 3.5 and 4).

    Nothing here counts what they declined.
    """

    retention = RetentionClass.PROGRAM_RECORD

    CEILING = 5  # requests at once, whatever the advisor would take on
    MOST_HOURS = 40

    person = models.OneToOneField(Person, models.PROTECT, related_name="advisor")
    title_line = models.CharField(_("rank as shown"), max_length=80, blank=True)
    disciplines = models.ManyToManyField(
        Discipline, related_name="+", blank=True, verbose_name=_("disciplines")
    )
    is_active = models.BooleanField(_("active in the program"), default=True)

    # The agency served in when it happened, and the one that is their own today.
    former_agency = models.CharField(_("agency then"), max_length=200, blank=True)
    agency_type = models.ForeignKey(
        AgencyType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("type of agency then"),
    )
    size_band = models.ForeignKey(
        SizeBand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("size of agency then"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("own agency today"),
    )
    state = models.CharField(_("state"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    conflicts = models.ManyToManyField(
        Agency, related_name="+", blank=True, verbose_name=_("agencies not to be offered")
    )

    languages = ArrayField(
        models.CharField(max_length=10), default=english, verbose_name=_("languages")
    )
    modes = ArrayField(
        models.CharField(max_length=20, choices=Mode.choices),
        default=by_phone,
        verbose_name=_("how they help"),
    )
    travel_notice_days = models.PositiveSmallIntegerField(_("days of notice to travel"), default=0)

    hours_per_week = models.PositiveSmallIntegerField(_("hours a week, at most"), default=6)
    max_active = models.PositiveSmallIntegerField(_("requests at once, at most"), default=2)
    max_critical = models.PositiveSmallIntegerField(
        _("critical requests at once, at most"), default=1
    )
    # The hours themselves are the person's own (people.Person.quiet_from).
    on_call = models.BooleanField(_("may be asked in quiet hours"), default=False)
    reach_from = models.TimeField(_("the agency may call from"), null=True, blank=True)
    reach_until = models.TimeField(_("the agency may call until"), null=True, blank=True)
    may_text = models.BooleanField(_("the agency may text"), default=False)
    avoided_settings = models.ManyToManyField(
        Setting, related_name="+", blank=True, verbose_name=_("settings not to be asked about")
    )
    avoided_types = models.ManyToManyField(
        IncidentType,
        related_name="+",
        blank=True,
        verbose_name=_("incidents not to be asked about"),
    )
    avoids_children_harmed = models.BooleanField(
        _("not to be asked when children were harmed"), default=False
    )

    # "Not now": until a moment, or until they say.
    away_until = models.DateTimeField(_("not now, until"), null=True, blank=True)
    away_open_ended = models.BooleanField(_("not now, until they say"), default=False)
    rest_until = models.DateTimeField(_("resting until"), null=True, blank=True)
    rest_waived = models.BooleanField(_("says no rest is needed"), default=False)

    agreement_signed_date = models.DateField(_("agreement signed"), null=True, blank=True)
    agreement_expires_date = models.DateField(_("agreement ends"), null=True, blank=True)
    vetted_date = models.DateField(_("vetted"), null=True, blank=True)

    objects = AdvisorQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("advisor")
        verbose_name_plural = _("advisors")
        ordering = ("person__full_name", "pk")
        constraints = [
            models.CheckConstraint(
                name="advisors_hours_per_week_in_bounds",
                condition=Q(hours_per_week__gte=1, hours_per_week__lte=40),
            ),
            models.CheckConstraint(
                name="advisors_requests_at_once_in_bounds",
                condition=Q(max_active__gte=1, max_active__lte=5),
            ),
            models.CheckConstraint(
                name="advisors_critical_within_requests_at_once",
                condition=Q(max_critical__lte=F("max_active")),
            ),
            models.CheckConstraint(
                name="advisors_reach_hours_in_pairs",
                condition=Q(reach_from=None, reach_until=None)
                | Q(reach_from__isnull=False, reach_until__isnull=False)
                & Q(reach_from__lt=F("reach_until")),
            ),
            models.CheckConstraint(
                name="advisors_agreement_dates_in_pairs",
                condition=Q(agreement_signed_date=None, agreement_expires_date=None)
                | Q(agreement_signed_date__isnull=False, agreement_expires_date__isnull=False)
                & Q(agreement_signed_date__lt=F("agreement_expires_date")),
            ),
            models.CheckConstraint(
                name="advisors_not_now_has_one_end",
                condition=Q(away_until=None) | Q(away_open_ended=False),
            ),
            models.CheckConstraint(
                name="advisors_only_a_rest_is_waived",
                condition=Q(rest_waived=False) | Q(rest_until__isnull=False),
            ),
            models.CheckConstraint(
                name="advisors_some_language", condition=Q(languages__len__gt=0)
            ),
            models.CheckConstraint(
                name="advisors_modes_are_known",
                condition=Q(modes__len__gt=0, modes__contained_by=list(Mode.values)),
            ),
            models.CheckConstraint(
                name="advisors_state_is_two_letters",
                condition=Q(state="") | Q(state__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.addressed_as

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("advisors:detail", args=[self.pk])

    @property
    def addressed_as(self) -> str:
        """ "Sheriff (ret.) Ellen Park"."""
        return f"{self.title_line or self.person.title} {self.person.full_name}".strip()

    @property
    def time_zone(self) -> str:
        """The advisor's own zone; the desk's where none is known."""
        return self.person.time_zone or settings.TIME_ZONE

    @property
    def language_words(self) -> str:
        return ", ".join(language(code) for code in self.languages)

    @property
    def mode_words(self) -> str:
        return ", ".join(str(Mode(mode).label) for mode in self.modes)

    def hours_between(self, start: datetime, end: datetime) -> Candidate:
        """Their hours as matching reads them, with every absence that touches [start, end)."""
        absences = self.absences.filter(starts_at__lt=end, ends_at__gt=start)
        return Candidate(
            advisor_id=self.pk,
            time_zone=self.time_zone,
            windows=tuple(self.windows.values_list("weekday", "opens", "closes")),
            absences=tuple(absences.values_list("starts_at", "ends_at")),
            quiet_from=self.person.quiet_from,
            quiet_until=self.person.quiet_until,
            on_call=self.on_call,
            away_until=self.away_until,
            away_open_ended=self.away_open_ended,
        )

    def is_not_now(self, at: datetime) -> bool:
        """Whether they asked not to be contacted."""
        return self.away_open_ended or (self.away_until is not None and self.away_until > at)

    def is_resting(self, at: datetime) -> bool:
        return self.rest_until is not None and self.rest_until > at and not self.rest_waived
