"""Somebody leaves: an owner's requests are nobody's and ring, an advisor's go back to the desk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from requests.actions import alarms, engagements, offers, outreach
from requests.actions.moves import make_move
from requests.models import AssistanceRequest, Engagement, Offer
from requests.states import OfferState, State


@transaction.atomic
def release(*, user: User, by: User, at: datetime) -> None:
    """Return every open request of `user` to the desk. What they wrote on it stays.

    Follow-ups keep their name until somebody takes the request, and the follow-ups with it.
    """
    owned = AssistanceRequest.objects.open().filter(owner=user).order_by("pk")
    for assistance_request in owned:
        alarms.lock(assistance_request)
        locked = AssistanceRequest.objects.locked(assistance_request.pk)
        if not locked.is_open or locked.owner_id != user.pk:
            continue  # somebody was quicker
        kind = alarms.UNATTENDED
        if locked.state == State.ACKNOWLEDGED:
            kind = alarms.FILED
            # `by` keeps accounts and may move no request, so the portal does.
            system = User.objects.system()
            make_move(name="give_back", assistance_request=locked, by=system, at=at)
        else:
            locked.owner = None
            locked.save(update_fields=["owner"])
        log.record(verb="request.released", target=locked, by=by, at=at, label=locked.reference)
        alarms.ring(kind, locked, at)


@transaction.atomic
def release_advisor(*, user: User, by: User, at: datetime) -> None:
    """Take back what `user` was asked, and give what they had as an advisor back to the desk.

    The next advisor is asked, or the alternate takes over, as when they had said so themselves.
    Who only stops working the desk stays with the leaders they stand beside.
    """
    if user.is_active and user.may(Permission.OFFER_ANSWER):
        return
    asked = Offer.objects.open().filter(advisor__person=user.person_id)
    beside = Engagement.objects.active().filter(advisor__person=user.person_id)
    requests = {*asked.values_list("assistance_request", flat=True)}
    requests |= {*beside.values_list("assistance_request", flat=True)}
    for pk in sorted(requests):
        locked = AssistanceRequest.objects.locked(pk)
        for offer in asked.filter(assistance_request=pk).select_related("advisor", "outreach"):
            outreach.end_offer(offer, OfferState.WITHDRAWN, locked, by=by, at=at)
            outreach.tell_no_longer_needed([offer], at)
            offers.pass_on(offer, locked, at=at)
        for engagement in beside.filter(assistance_request=pk).select_related("advisor__person"):
            locked = AssistanceRequest.objects.locked(pk)
            engagements.stand_down(
                engagement,
                locked,
                verb="engagement.released",
                by=by,
                at=at,
                note=_("An advisor’s account was turned off. See who is with them now."),
            )
