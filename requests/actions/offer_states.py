"""The only writer of an offer's state."""

from typing import Any

from django.db import models

from requests.models import Offer
from requests.states import OFFER_NEXT, OfferState


def move_offers(offers: models.QuerySet[Offer], *, to: OfferState, **fields: Any) -> int:
    """Move those of `offers` that may become `to`, in one statement; return how many did."""
    sources = [source for source, targets in OFFER_NEXT.items() if to in targets]
    return offers.filter(state__in=sources).update(state=to, **fields)


def move_offer(offer: Offer, *, to: OfferState, **fields: Any) -> bool:
    """Move one offer and bring the instance in step; False when its state does not allow it."""
    if not move_offers(Offer.objects.filter(pk=offer.pk), to=to, **fields):
        return False
    offer.state = to
    for name, value in fields.items():
        setattr(offer, name, value)
    return True
