"""What each advisor carries now: counts of what is open, never of what was declined."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum

from advisors.matching import Load
from requests.models import IS_OPEN_OFFER, ContactLog, Engagement, Offer
from requests.states import OPEN_OFFER, OfferState, Urgency

WEEK = timedelta(days=7)
# Fairness looks back 90 days; older offers need not be read.
ASKED_WITHIN = timedelta(days=120)


def loads(at: datetime) -> dict[int, Load]:
    """By advisor id, in three queries; who is missing carries nothing."""
    carried: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    engaged = (
        Engagement.objects.active()
        .order_by()
        .values_list("advisor")
        .annotate(
            active=Count("pk"),
            critical=Count("pk", filter=Q(assistance_request__urgency=Urgency.CRITICAL)),
        )
    )
    for advisor_id, active, critical in engaged:
        carried[advisor_id] |= {"open_engagements": active, "open_critical": critical}
    asked = (
        Offer.objects.filter(offered_at__gt=at - ASKED_WITHIN)
        .order_by()
        .values_list("advisor")
        .annotate(waiting=Count("pk", filter=IS_OPEN_OFFER), last=Max("offered_at"))
    )
    for advisor_id, waiting, last_asked_at in asked:
        carried[advisor_id] |= {"open_offers": waiting, "last_asked_at": last_asked_at}
    logged = (
        ContactLog.objects.filter(at__gt=at - WEEK, at__lte=at)
        .order_by()
        .values_list("engagement__advisor")
        .annotate(total=Sum("minutes"))
    )
    for advisor_id, minutes in logged:
        carried[advisor_id]["hours_this_week"] = minutes / 60
    return {advisor_id: Load(**load) for advisor_id, load in carried.items()}


def asked_already(assistance_request_id: int) -> frozenset[int]:
    """Advisors who have this request before them, or answered it, or let it pass."""
    offers = Offer.objects.filter(
        assistance_request=assistance_request_id,
        state__in=[
            *OPEN_OFFER,
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.EXPIRED,
        ],
    )
    return frozenset(offers.values_list("advisor", flat=True))
