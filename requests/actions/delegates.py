"""Who else may take the call and open the leader's page, with a code to their own number."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from requests.actions.moves import MoveRefused, hold_for
from requests.actions.page_messages import DELEGATE_NAMED
from requests.models import AssistanceRequest, Delegate, StatusCode

MOST = 5


@transaction.atomic
def name_delegate(
    *,
    assistance_request: AssistanceRequest,
    name: str,
    number: str,
    consented: bool,
    by: User | None,
    at: datetime,
) -> Delegate:
    """Keep whom the leader named to take the call. `consented`: they agreed to texts.

    The same name and number again is the same delegate. `by` is None for the leader's page;
    then who agreed to texts is told of it.
    """
    locked = hold_for(assistance_request, by=by)
    standing_in = Delegate.objects.standing_in().filter(assistance_request=locked)
    known = standing_in.filter(person__full_name=name, call_number=number).first()
    if known is not None:
        return known
    if standing_in.count() >= MOST:
        raise MoveRefused(_("At most five people can stand in. Remove one first."), "name")
    person = Person.objects.create(
        full_name=name, time_zone=locked.time_zone, language=locked.leader.language
    )
    for channel in (Channel.VOICE, Channel.SMS) if consented else (Channel.VOICE,):
        add_contact_point(
            person=person, channel=channel, value=number, at=at, consented=consented, by=by
        )
    delegate = Delegate.objects.create(
        assistance_request=locked, person=person, call_number=number, named_by=by, named_at=at
    )
    log.record(verb="request.delegate_named", target=locked, by=by, at=at, label=locked.reference)
    if consented and by is None:
        outbox.enqueue(
            purpose=DELEGATE_NAMED, subject=delegate, people=[person], at=at, label=locked.reference
        )
    return delegate


@transaction.atomic
def remove_delegate(*, delegate: Delegate, by: User | None, at: datetime) -> Delegate:
    """They stand in no longer: no code of theirs opens the page, and what is open closes."""
    locked = hold_for(delegate.assistance_request, by=by, must_be_open=False)
    found = Delegate.objects.get(pk=delegate.pk)
    if found.removed_at is not None:
        return found
    found.removed_at = at
    found.save(update_fields=["removed_at"])
    StatusCode.objects.filter(
        delegate=found, used_at=None, expires_at__gt=at, made_at__lt=at
    ).update(expires_at=at)
    log.record(verb="request.delegate_removed", target=locked, by=by, at=at, label=locked.reference)
    return found


def delegate_at(assistance_request: AssistanceRequest, number: str) -> Delegate | None:
    """Who stands in and can be texted at this number; None for nobody."""
    normalized = normalize(Channel.SMS, number)
    if not normalized:
        return None
    points = ContactPoint.objects.usable(Channel.SMS).filter(normalized=normalized)
    standing_in = assistance_request.delegates.standing_in().select_related("person")
    return standing_in.filter(person__in=points.order_by().values("person")).first()


__all__ = ["delegate_at", "name_delegate", "remove_delegate"]
