"""What may happen to a contact point: given, proven, stopped."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.people.models import ContactPoint, Person
from mvai.people.normal import normalize
from mvai.web.refusals import Refused

# The wording beside the number. Change both together: a row names what was agreed to.
CONSENT_VERSION = "2026-11"


class NothingGiven(Refused):
    """A contact point needs a number or an address."""


@transaction.atomic
def add_contact_point(
    *,
    person: Person,
    channel: str,
    value: str,
    at: datetime,
    consented: bool = False,
    proven: bool = False,
    sort: int = 0,
    by: Any = None,
) -> ContactPoint:
    """Keep a way to reach `person`, as typed; giving the same one again returns the same row.

    A second time adds the consent or the proof that the first lacked. Only new consent undoes
    a "stop".
    """
    value = " ".join(value.split())
    if not value:
        raise NothingGiven(_("Give a number or an address."))
    point, added = ContactPoint.objects.get_or_create(
        person=person,
        channel=channel,
        value=value,
        defaults={
            "normalized": normalize(channel, value),
            "proven_at": at if proven else None,
            "consented_at": at if consented else None,
            "consent_version": CONSENT_VERSION if consented else "",
            "sort": sort,
        },
    )
    if not added:
        _strengthen(point, at=at, consented=consented, proven=proven)
    log.record(
        verb="contact_point.added",
        target=point,
        by=by,
        at=at,
        channel=channel,
        consented=consented,
        proven=proven,
        readable=bool(point.normalized),
    )
    return point


@transaction.atomic
def prove(*, contact_point: ContactPoint, at: datetime, by: Any = None) -> ContactPoint:
    """The person has shown that this number or address is theirs. The first time counts."""
    point = _locked(contact_point)
    if point.proven_at is None:
        point.proven_at = at
        point.save(update_fields=["proven_at"])
        log.record(verb="contact_point.proven", target=point, by=by, at=at, channel=point.channel)
    return point


@transaction.atomic
def stop(*, contact_point: ContactPoint, at: datetime, by: Any = None) -> ContactPoint:
    """No more messages here: the person said STOP, or the number is not theirs."""
    point = _locked(contact_point)
    if point.stopped_at is None:
        point.stopped_at = at
        point.save(update_fields=["stopped_at"])
        log.record(verb="contact_point.stopped", target=point, by=by, at=at, channel=point.channel)
    return point


@transaction.atomic
def start(*, contact_point: ContactPoint, at: datetime, by: Any = None) -> ContactPoint:
    """Messages may come here again: the person said START."""
    point = _locked(contact_point)
    if point.stopped_at is not None:
        point.stopped_at = None
        point.consented_at, point.consent_version = at, CONSENT_VERSION
        point.save(update_fields=["stopped_at", "consented_at", "consent_version"])
        log.record(verb="contact_point.started", target=point, by=by, at=at, channel=point.channel)
    return point


def _locked(contact_point: ContactPoint) -> ContactPoint:
    return ContactPoint.objects.select_for_update().get(pk=contact_point.pk)


def _strengthen(point: ContactPoint, *, at: datetime, consented: bool, proven: bool) -> None:
    if consented and (point.consented_at is None or point.stopped_at is not None):
        point.consented_at, point.consent_version = at, CONSENT_VERSION
        point.stopped_at = None
    if proven and point.proven_at is None:
        point.proven_at = at
    point.save(update_fields=["consented_at", "consent_version", "stopped_at", "proven_at"])
