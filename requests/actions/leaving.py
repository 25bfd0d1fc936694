"""An owner stops working the desk: their requests are nobody's, and ring."""

from datetime import datetime

from django.db import transaction

from mvai.accounts.models import User
from mvai.audit import log
from requests.actions import alarms
from requests.actions.moves import make_move
from requests.models import AssistanceRequest
from requests.states import State


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
