"""Which requests may be the same as one, or as what is being typed: one query, then the rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from mvai.accounts.models import User
from mvai.agencies.models import Agency
from requests.models import IS_OPEN, AssistanceRequest
from requests.rules import likeness
from requests.rules.likeness import Likeness, Told
from requests.states import OPEN, CloseReason

SHOWN = 5
_LOOKED_AT = 60  # rows; the newest of a common name
_LETTERS = 3  # of a telling word, by which the indexes are asked; the rules look at the rest

_COLUMNS = (
    "pk", "reference", "state", "submitted_at", "time_zone", "call_name", "call_number",
    "call_number_e164", "agency_id", "agency_text", "city", "state_code", "owner_id",
    "duplicate_of_id", "close_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """One request that may be the same, or that is linked as the same, as a list shows it."""

    row: dict[str, Any]
    reasons: list[Likeness]
    is_linked: bool = False  # one of the two was closed as the same as the other

    @property
    def reference(self) -> str:
        return self.row["reference"]

    @property
    def is_open(self) -> bool:
        return self.row["state"] in OPEN

    @property
    def agency_name(self) -> str:
        return self.row["agency_name"] or self.row["agency_text"]


def likely_same(
    told: Told, *, to: User, now: datetime, of: AssistanceRequest | None = None
) -> list[Likely]:
    """Those that may be the same as `told`, the likeliest first; those linked to `of` before."""
    if of is None and not told.says_something:
        return []
    linked = _linked(of)
    visible = AssistanceRequest.objects.visible_to(to)
    rows = visible.filter(pk__in=_candidates(told, linked, now)).order_by("-submitted_at", "-pk")
    if of is not None:
        rows = rows.exclude(pk=of.pk)
    found = []
    for row in _shown(rows)[:_LOOKED_AT]:
        is_linked = of is not None and (
            row["duplicate_of_id"] == of.pk or row["pk"] == of.duplicate_of_id
        )
        is_recent = row["state"] in OPEN or row["close_reason"] != CloseReason.DUPLICATE
        reasons = likeness.why_alike(told, _told(row))
        if is_linked or (reasons and is_recent):
            found.append(Likely(row, reasons, is_linked))
    found.sort(key=lambda one: (one.is_linked, likeness.strength(one.reasons)), reverse=True)
    return found[:SHOWN]


def told_of(assistance_request: AssistanceRequest) -> Told:
    """What is known of a request, to compare others with."""
    agency = assistance_request.agency
    return Told(
        at=assistance_request.submitted_at,
        number=assistance_request.call_number_e164,
        agency_id=assistance_request.agency_id,
        agency_name=assistance_request.agency_name,
        city=assistance_request.city or (agency.city if agency else ""),
        state=assistance_request.state_code or (agency.state if agency else ""),
    )


def _told(row: dict[str, Any]) -> Told:
    return Told(
        at=row["submitted_at"],
        number=row["call_number_e164"],
        agency_id=row["agency_id"],
        agency_name=row["agency_name"] or row["agency_text"],
        city=row["city"] or row["agency_city"] or "",
        state=row["state_code"] or row["agency_state"] or "",
    )


def _linked(of: AssistanceRequest | None) -> Q:
    if of is None:
        return Q(pk__in=[])
    return Q(duplicate_of=of.pk) | Q(pk=of.duplicate_of_id or 0)


def _candidates(told: Told, linked: Q, now: datetime) -> QuerySet:
    """Each way by an index of its own: asked as one condition, the whole table would be read."""
    recent = AssistanceRequest.objects.order_by().filter(
        IS_OPEN | Q(closed_at__gte=now - likeness.CLOSED_WITHIN)
    )
    parts = [AssistanceRequest.objects.order_by().filter(linked)]
    if told.number:
        parts.append(recent.filter(call_number_e164=told.number))
    if told.agency_id:
        parts.append(recent.filter(agency=told.agency_id))
    for word in likeness.telling_words(told.agency_name)[:3]:
        begins = f" {word[:_LETTERS]}"
        parts.append(recent.filter(search_key__contains=begins))
        named = Agency.objects.filter(name_key__contains=begins)
        parts.append(recent.filter(agency__in=named.values("pk")))
    if city := told.city.strip():
        around = told.at - likeness.SAME_PLACE_WITHIN, told.at + likeness.SAME_PLACE_WITHIN
        there = Q(city__iexact=city) | Q(city="", agency__city__iexact=city)
        parts.append(recent.filter(there, submitted_at__range=around))
    first, *others = (part.values("pk") for part in parts)
    return first.union(*others)


def _shown(rows: QuerySet) -> QuerySet:
    return rows.values(
        *_COLUMNS,
        agency_name=F("agency__name"),
        agency_city=F("agency__city"),
        agency_county=F("agency__county"),
        agency_state=F("agency__state"),
        owner_name=F("owner__person__full_name"),
    )
