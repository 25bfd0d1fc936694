"""An advisor's home: whom to talk to next, what is asked, own time, own load."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisors import rules
from advisors.actions.loads import loads_now
from advisors.forms import NotNowForm
from advisors.matching import Load
from advisors.models import Advisor
from mvai.taxonomy.models import Phase
from mvai.taxonomy.phases import phase_at
from mvai.web.times import when_words, zone_of
from requests.models import AgreedTime, Engagement, FollowUp, Offer
from requests.states import AdvisorRole, NextAction


@dataclass(frozen=True)
class Part:
    """One engagement, and when its next contact is planned; None where nothing is."""

    engagement: Engagement
    contact_at: datetime | None
    is_first_call: bool
    is_agreed: bool = False  # with the leader, at that hour; else it is due by then

    @property
    def is_next(self) -> bool:
        """Worth the top of the page: an alternate stands by until asked."""
        is_on_call = self.is_agreed or self.engagement.role != AdvisorRole.ALTERNATE
        return self.contact_at is not None and is_on_call


def home_of(advisor: Advisor, *, at: datetime) -> dict[str, Any]:
    """All that the page shows, in the advisor's own zone."""
    zone = zone_of(advisor.time_zone)
    parts = _parts(advisor)
    following = next((part for part in parts if part.is_next), None)
    offers = _offers(advisor, at)
    calls: dict[date, datetime] = {}
    for part in reversed(parts):
        if part.contact_at is not None:
            calls[part.contact_at.astimezone(zone).date()] = part.contact_at
    return {
        "advisor": advisor,
        "title": _title(following, offers, at, advisor.time_zone),
        "next": following,
        "parts": parts,
        "offers": offers,
        "zone": advisor.time_zone,
        "weeks": rules.calendar_of(advisor, at=at, calls=calls),
        "load": loads_now(at).get(advisor.pk, Load()),
        "spans": NotNowForm.base_fields["how_long"].choices,
        "not_now": advisor.is_not_now(at),
        "resting": advisor.is_resting(at),
    }


def _parts(advisor: Advisor) -> list[Part]:
    """Active engagements, the one with the soonest contact first."""
    engagements = list(
        Engagement.objects.active()
        .filter(advisor=advisor)
        .select_related("assistance_request__agency")
    )
    planned: dict[int, datetime] = {}
    follow_ups = FollowUp.objects.open().filter(engagement__in=engagements)
    for engagement_id, due_at in follow_ups.order_by("-due_at").values_list("engagement", "due_at"):
        planned[engagement_id] = due_at
    agreed = dict(
        AgreedTime.objects.agreed()
        .filter(engagement__in=engagements)
        .values_list("engagement", "starts_at")
    )
    parts = [
        _part(engagement, planned.get(engagement.pk), agreed.get(engagement.pk))
        for engagement in engagements
    ]
    late = datetime.max.replace(tzinfo=zone_of("UTC"))
    return sorted(parts, key=lambda part: (part.contact_at or late, part.engagement.pk))


def _part(engagement: Engagement, planned_at: datetime | None, agreed_at: datetime | None) -> Part:
    is_first_call = engagement.first_contact_at is None and engagement.role != AdvisorRole.ALTERNATE
    if agreed_at is not None:
        return Part(engagement, agreed_at, is_first_call, is_agreed=True)
    if not is_first_call:
        return Part(engagement, planned_at, False)
    assistance_request = engagement.assistance_request
    if assistance_request.next_action == NextAction.FIRST_CONTACT:
        return Part(engagement, assistance_request.next_action_due_at, True)
    return Part(engagement, engagement.started_at, True)


def _offers(advisor: Advisor, at: datetime) -> list[Offer]:
    offers = list(
        Offer.objects.open()
        .filter(advisor=advisor, expires_at__gt=at)
        .select_related("assistance_request__setting", "assistance_request__agency")
        .prefetch_related("assistance_request__needs")
        .order_by("expires_at")
    )
    labels = dict(Phase.objects.values_list("pk", "label")) if offers else {}
    for offer in offers:
        happened_at = offer.assistance_request.happened_at
        offer.phase = _(labels[phase_at(happened_at, at)]) if happened_at else ""
    return offers


def _title(following: Part | None, offers: list[Offer], at: datetime, zone: str) -> str:
    """The page's title says the thing: the next contact, else what waits."""
    if following is not None and following.contact_at is not None:
        name = following.engagement.assistance_request.call_name
        if following.contact_at <= at and following.is_agreed:
            return _("Did you talk with %(name)s?") % {"name": name}
        if following.contact_at <= at:
            return _("Next: %(name)s, as soon as you can") % {"name": name}
        when = when_words(following.contact_at, at, zone)
        if following.is_first_call and not following.is_agreed:
            return _("Next: %(name)s, by %(when)s") % {"name": name, "when": when}
        return _("Next: %(name)s, %(when)s") % {"name": name, "when": when}
    if offers:
        return ngettext(
            "An offer waits for your answer", "%(count)s offers wait for your answer", len(offers)
        ) % {"count": len(offers)}
    return _("Nothing is waiting for you")
