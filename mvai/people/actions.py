"""What may happen to a contact point: given, proven, stopped, taken up again, removed."""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from mvai.web.refusals import Refused

# The wording beside the number. Change both together: a row names what was agreed to.
CONSENT_VERSION = "2026-11"
# The same for the sentence that the desk reads aloud (requests.forms.phone).
SPOKEN_CONSENT_VERSION = "2026-11-aloud"


class NothingGiven(Refused):
    """A contact point needs a number or an address."""


class QuietHoursRefused(Refused):
    """Quiet hours have a beginning and an end."""


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
    """The person has shown that this number or address is theirs. The first time counts.

    A number that takes texts takes calls as well, so the same number for calls is proven too.
    """
    point = _locked(contact_point)
    _prove(point, at=at, by=by)
    if point.channel == Channel.SMS and point.normalized:
        same = ContactPoint.objects.kept().filter(
            person=point.person_id, channel=Channel.VOICE, normalized=point.normalized
        )
        for other in same.select_for_update():
            _prove(other, at=at, by=by)
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
    """Messages may come here again: the person said START. One that was removed stays so."""
    point = _locked(contact_point)
    if point.stopped_at is not None and point.removed_at is None:
        point.stopped_at = None
        point.consented_at, point.consent_version = at, CONSENT_VERSION
        point.save(update_fields=["stopped_at", "consented_at", "consent_version"])
        log.record(verb="contact_point.started", target=point, by=by, at=at, channel=point.channel)
    return point


@transaction.atomic
def remove(*, contact_point: ContactPoint, at: datetime, by: Any = None) -> ContactPoint:
    """This is no way to the person any more. Given again, it has to be proven again."""
    point = _locked(contact_point)
    if point.removed_at is None:
        point.removed_at, point.proven_at = at, None
        point.stopped_at = point.stopped_at or at
        point.save(update_fields=["removed_at", "proven_at", "stopped_at"])
        log.record(verb="contact_point.removed", target=point, by=by, at=at, channel=point.channel)
    return point


@transaction.atomic
def put_first(*, contact_point: ContactPoint, at: datetime, by: Any = None) -> None:
    """Of the person's ways by this channel, use this one before the others."""
    Person.objects.select_for_update(no_key=True).get(pk=contact_point.person_id)
    points = list(
        ContactPoint.objects.kept()
        .filter(person=contact_point.person_id, channel=contact_point.channel)
        .order_by("sort", "pk")
    )
    wanted = sorted(points, key=lambda point: point.pk != contact_point.pk)
    if wanted == points:
        return
    for place, point in enumerate(wanted):
        point.sort = place
    ContactPoint.objects.bulk_update(wanted, ["sort"])
    log.record(
        verb="contact_point.put_first",
        target=contact_point,
        by=by,
        at=at,
        channel=contact_point.channel,
    )


@transaction.atomic
def set_quiet_hours(
    *,
    person: Person,
    quiet_from: time | None,
    quiet_until: time | None,
    at: datetime,
    by: Any = None,
    time_zone: str | None = None,
) -> Person:
    """The hours, by the person's own clock, in which only what is urgent may come; None: no such.

    `time_zone` names that clock where the person says which one it is.
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "time_zone": locked.time_zone if time_zone is None else time_zone,
    }
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    if (quiet_from is None) != (quiet_until is None) or (
        quiet_from is not None and quiet_from == quiet_until
    ):
        raise QuietHoursRefused(_("Give two different times, or neither."))
    for name in changed:
        setattr(locked, name, wanted[name])
    locked.save(update_fields=changed)
    log.record(
        verb="person.quiet_hours_set",
        target=locked,
        by=by,
        at=at,
        fields=changed,
        has_quiet_hours=quiet_from is not None,
    )
    return locked


def _locked(contact_point: ContactPoint) -> ContactPoint:
    return ContactPoint.objects.select_for_update().get(pk=contact_point.pk)


def _prove(point: ContactPoint, *, at: datetime, by: Any) -> None:
    if point.proven_at is None and point.removed_at is None:
        point.proven_at = at
        point.save(update_fields=["proven_at"])
        log.record(verb="contact_point.proven", target=point, by=by, at=at, channel=point.channel)


def _strengthen(point: ContactPoint, *, at: datetime, consented: bool, proven: bool) -> None:
    if consented and (point.consented_at is None or point.stopped_at is not None):
        point.consented_at, point.consent_version = at, CONSENT_VERSION
        point.stopped_at = point.removed_at = None
    if proven and point.proven_at is None and point.removed_at is None:
        point.proven_at = at
    point.save(
        update_fields=["consented_at", "consent_version", "stopped_at", "removed_at", "proven_at"]
    )
