"""By which ways a promise reaches each person: the purpose's channels, as the person wishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Extract

from mvai.outbox.models import Wish
from mvai.outbox.purposes import Purpose
from mvai.outbox.states import NotSent
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person
from mvai.web.prepared import Given, Prepared, among

NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to one person, and how long after the promise it is taken."""

    channel: str
    point: ContactPoint | None
    after: timedelta


def routes_to(
    people: Sequence[Person],
    purpose: Purpose,
    *,
    channels: Iterable[str] = (),
    points: Iterable[ContactPoint] | None = None,
    every: bool = False,
) -> dict[int, list[Route]]:
    """Each person's routes by their id, the first to be taken at once; none: can't be reached.

    `channels` narrow the purpose's own, as an alarm's step does. `points` are the people's
    contact points, best first, where the caller has them at hand; wishes are not asked for then.
    With `every`, all channels that could carry it, also those that are not its own.
    """
    possible = _possible(purpose)
    wanted = tuple(channels) or (possible if every else purpose.channels)
    if points is None:
        points = _points(people, purpose)
    best: dict[int, dict[str, ContactPoint]] = {person.pk: {} for person in people}
    for point in points:
        is_usable = point.is_usable or (purpose.despite_stop and bool(point.normalized))
        if is_usable and point.channel in possible and purpose.may_go_to(point):
            best[point.person_id].setdefault(point.channel, point)
    return {
        person.pk: _routes(best[person.pk], wanted, possible, purpose, narrowed=bool(channels))
        for person in people
    }


def why_unreachable(
    person: Person, purpose: Purpose, points: Iterable[ContactPoint] | None = None
) -> NotSent:
    """Why no route leads to a person: asked when there is none."""
    if points is None:
        points = ContactPoint.objects.kept().filter(person=person, channel__in=_possible(purpose))
    own = [
        point
        for point in points
        if point.person_id == person.pk and point.channel in _possible(purpose)
    ]
    if any(point.is_usable and not purpose.may_go_to(point) for point in own):
        return NotSent.CONTACT_POINT_UNPROVEN
    if any(point.stopped_at is not None for point in own):
        return NotSent.CONTACT_POINT_STOPPED
    return NotSent.NO_CONTACT_POINT


def _routes(
    points: dict[str, ContactPoint],
    wanted: Sequence[str],
    possible: Sequence[str],
    purpose: Purpose,
    *,
    narrowed: bool,
) -> list[Route]:
    wishes = _wishes(points)
    chosen = _chosen(points, wanted, possible, purpose, wishes, narrowed=narrowed)
    if not chosen and narrowed:
        # Wished off or not to be had: any way of the purpose is better than none.
        chosen = _chosen(points, purpose.channels, possible, purpose, wishes, narrowed=False)
    if not chosen and purpose.urgent and purpose.audience != "requester":
        # What is wished for is not to be had either, such as a number that was stopped since.
        every = [channel for channel in possible if channel in WITH_CONTACT_POINT]
        chosen = _chosen(points, every, possible, purpose, {}, narrowed=False)
    first = min((route.after for route in chosen), default=NOW)
    return [
        Route(route.channel, route.point, route.after - first)
        for route in sorted(chosen, key=lambda route: route.after)
    ]


def _chosen(
    points: dict[str, ContactPoint],
    wanted: Sequence[str],
    possible: Sequence[str],
    purpose: Purpose,
    wishes: dict[str, tuple[bool, timedelta]],
    *,
    narrowed: bool,
) -> list[Route]:
    chosen = []
    for channel in possible:
        is_on, after = wishes.get(channel, (channel in wanted, None))
        # What a plan asks for is asked for; within it people choose how.
        if not is_on or (narrowed and channel not in wanted):
            continue
        if channel in WITH_CONTACT_POINT and channel not in points:
            continue
        delay = purpose.after.get(Channel(channel), NOW) if after is None else after
        chosen.append(Route(channel, points.get(channel), delay))
    return chosen


def _possible(purpose: Purpose) -> list[str]:
    """A short text can be spoken and shown in the portal as well."""
    extra = (Channel.VOICE, Channel.PORTAL) if Channel.SMS in purpose.channels else ()
    return list(dict.fromkeys([*purpose.channels, *extra]))


def _points(people: Sequence[Person], purpose: Purpose) -> Iterable[ContactPoint]:
    """The people's usable contact points, those of staff and advisors with their wishes."""
    ids = [person.pk for person in people]
    if purpose.audience == "requester":
        return _POINTS.instances(people=ids)
    return _POINTS_AND_WISHES.instances(people=ids, topic=purpose.topic)


def _usable() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.usable(*WITH_CONTACT_POINT).filter(among("person", "people"))


def _usable_and_wishes() -> QuerySet[ContactPoint]:
    """Each wish as a text, such as "sms true 120": channel, on or off, seconds."""
    wishes = Wish.objects.filter(person=OuterRef("person"), topic=Given("topic")).annotate(
        words=Concat(
            "channel",
            Value(" "),
            Cast("is_on", CharField()),
            Value(" "),
            Cast(Extract("after", "epoch"), CharField()),
        )
    )
    return _usable().annotate(wishes=ArraySubquery(wishes.values("words")))


# Every alarm asks this while a leader waits.
_POINTS = Prepared(_usable)
_POINTS_AND_WISHES = Prepared(_usable_and_wishes)


def _wishes(points: dict[str, ContactPoint]) -> dict[str, tuple[bool, timedelta]]:
    for point in points.values():
        wishes = [wish.split() for wish in getattr(point, "wishes", ())]
        return {
            channel: (is_on == "true", timedelta(seconds=float(seconds)))
            for channel, is_on, seconds in wishes
        }
    return {}
