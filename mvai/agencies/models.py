"""The directory of agencies: where a request comes from."""

import re
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mvai.agencies import states
from mvai.agencies.matching import find
from mvai.agencies.names import KEY_LENGTH, key_for, place_key_for
from mvai.audit.models import Kept, RetentionClass

ORI_PATTERN = r"^[A-Z]{2}[A-Z0-9]{7}$"


class AgencyQuerySet(models.QuerySet["Agency"]):
    def matching(self, text: str, limit: int = 8) -> "list[Agency]":
        """The listed agencies that best fit what was typed, the best first."""
        return find(self, text, limit)


class Agency(Kept):
    """A law-enforcement agency, from the published directory or added by staff.

    An agency that leaves the directory stays here, unlisted: requests point at it.
    """

    class Source(models.TextChoices):
        DIRECTORY = "directory", _("The published directory")
        STAFF = "staff", _("Added by staff")

    retention = RetentionClass.REFERENCE

    ori = models.CharField(_("ORI"), max_length=9, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    # Strings: agencies and taxonomy stand side by side and know nothing of each other.
    agency_type = models.ForeignKey(
        "taxonomy.AgencyType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("type"),
    )
    size_band = models.ForeignKey(
        "taxonomy.SizeBand",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("size"),
    )
    county = models.CharField(_("county"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    published_number = models.CharField(_("published number"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.STAFF)
    is_listed = models.BooleanField(_("listed"), default=True)
    name_key = models.CharField(max_length=KEY_LENGTH, editable=False)
    place_key = models.CharField(max_length=KEY_LENGTH, editable=False, blank=True, default="")

    objects = AgencyQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ("name", "state", "pk")
        indexes = [
            GinIndex(
                fields=["name_key"],
                name="agencies_name_key_trigrams",
                opclasses=["gin_trgm_ops"],
                fastupdate=False,  # written once a year, read at every keystroke
            ),
            GinIndex(
                fields=["place_key"],
                name="agencies_place_key_trigrams",
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
            ),
            models.Index(fields=["state"], name="agencies_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="agencies_ori_is_well_formed",
                condition=Q(ori=None) | Q(ori__regex=ORI_PATTERN),
            ),
            models.CheckConstraint(name="agencies_agency_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="agencies_state_is_two_letters", condition=Q(state__regex=r"^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="agencies_source_is_known", condition=Q(source__in=["directory", "staff"])
            ),
            models.CheckConstraint(
                name="agencies_directory_rows_have_an_ori",
                condition=~Q(source="directory") | Q(ori__isnull=False),
            ),
            models.CheckConstraint(
                name="agencies_coordinates_come_in_pairs_on_earth",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    # Spelled out: a check that comes to NULL passes.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Enough to tell two agencies of one name apart: "Calder County, NE"."""
        if self.is_listed:
            return self._where
        return gettext("%(place)s, not listed any more") % {"place": self._where}

    @property
    def _where(self) -> str:
        if self.city:
            return f"{self.city}, {self.state}"
        counties = self.county.split(", ") if self.county else []
        if not counties:
            return states.NAMES.get(self.state, self.state)
        if len(counties) > 1:
            several = gettext("%(counties)s counties") % {"counties": ", ".join(counties)}
            return f"{several}, {self.state}"
        return f"{_county_words(counties[0], self.state)}, {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = key_for(self.name)
        self.place_key = place_key_for(county=self.county, city=self.city)
        fields = kwargs.get("update_fields")
        if fields is not None:
            keys = {"name": "name_key", "county": "place_key", "city": "place_key"}
            kwargs["update_fields"] = {*fields, *(keys[one] for one in keys if one in fields)}
        super().save(*args, **kwargs)


def _county_words(county: str, state: str) -> str:
    """ "Calder" as "Calder County", or as its state calls such a place."""
    if re.search(r"\b(county|parish|borough|area|city|district)\b", county, re.IGNORECASE):
        return county
    if state == "LA":
        return gettext("%(name)s Parish") % {"name": county}
    if state == "AK":
        return county
    return gettext("%(name)s County") % {"name": county}
