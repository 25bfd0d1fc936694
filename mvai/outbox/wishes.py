"""How people want to be told: for each topic a channel is used at once, later, or not.

What nobody has wished otherwise is as the purposes of the topic say; only differences are kept,
so that a better plan reaches whoever never chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.outbox import purposes
from mvai.outbox.models import Message, Wish
from mvai.outbox.purposes import Purpose
from mvai.outbox.routes import NOW
from mvai.outbox.topics import Topic
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person
from mvai.web.refusals import Refused

# A channel's delay after the first; None: it is not used.
Ways = dict[str, timedelta | None]

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 2, 5, 10, 15, 30))
# Somebody waits for the answer, so one way must stay.
NEVER_SILENT = frozenset({Topic.ALARMS, Topic.OFFERS})

_ORDER = (Channel.SMS, Channel.VOICE, Channel.EMAIL, Channel.PORTAL)


class WishRefused(Refused):
    """Nobody could be told any more."""


def usual_ways(topic: str) -> Ways:
    """As the portal does it unless a person wishes otherwise: what is urgent decides."""
    found = [
        purpose
        for purpose in purposes.registered()
        if purpose.topic == topic and purpose.audience != "requester"
    ]
    leading = [purpose for purpose in found if purpose.urgent] or found
    named = {channel for purpose in found for channel in purpose.channels}
    return {
        channel: _usual(leading, channel)
        for channel in _ORDER
        if channel in WITH_CONTACT_POINT or channel in named
    }


def ways_of(person: Person, topics: Iterable[str]) -> dict[str, Ways]:
    """For each topic how this person is told: as usual, with what they wish otherwise."""
    ways = {str(topic): usual_ways(topic) for topic in topics}
    for wish in Wish.objects.filter(person=person, topic__in=ways):
        if wish.channel in ways[wish.topic]:
            ways[wish.topic][wish.channel] = wish.after if wish.is_on else None
    return ways


@transaction.atomic
def set_wishes(
    *, person: Person, topic: str, ways: Mapping[str, timedelta | None], at: datetime, by: Any
) -> None:
    """Keep how a person wants to be told about a topic. Raises WishRefused."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    usual = usual_ways(topic)
    wanted = {channel: ways.get(channel, usual[channel]) for channel in usual}
    if topic in NEVER_SILENT:
        _refuse_silence(person, wanted)
    if wanted == ways_of(person, [topic])[topic]:
        return
    Wish.objects.filter(person=person, topic=topic).delete()
    Wish.objects.bulk_create(
        Wish(
            person=person,
            topic=topic,
            channel=channel,
            is_on=after is not None,
            after=after or NOW,
        )
        for channel, after in wanted.items()
        if after != usual[channel]
    )
    log.record(
        verb="wishes.set",
        target=person,
        by=by,
        at=at,
        topic=topic,
        on=sorted(channel for channel, after in wanted.items() if after is not None),
    )


def note_override(message: Message, *, at: datetime) -> None:
    """Log that an urgent message goes out in somebody's quiet hours: called where it is claimed."""
    log.record(
        verb="message.overrode_quiet_hours",
        target=message,
        at=at,
        label=message.label,
        purpose=message.purpose,
        channel=message.channel,
    )


def _usual(leading: list[Purpose], channel: Channel) -> timedelta | None:
    delays = [purpose.after.get(channel, NOW) for purpose in leading if channel in purpose.channels]
    return min(delays, default=None)


def _refuse_silence(person: Person, wanted: Mapping[str, timedelta | None]) -> None:
    on = {
        channel
        for channel, after in wanted.items()
        if after is not None and channel in WITH_CONTACT_POINT
    }
    proven = ContactPoint.objects.usable(*WITH_CONTACT_POINT).proven().filter(person=person)
    have = set(proven.values_list("channel", flat=True))
    if not (on & have if have else on):
        raise WishRefused(
            _("Leave at least one way on for which you have a proven number or address.")
        )
