"""By which ways a promise reaches each person: the purpose's channels, as the person wishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_duration

from mvai.outbox.models import Wish
from mvai.outbox.purposes import Purpose
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person

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
) -> dict[int, list[Route]]:
    """Each person's routes by their id, the first to be taken at once; none: can't be reached.

    `channels` narrow the purpose's own, as an alarm's step does. `points` are the people's
    contact points, best first, where the caller has them at hand; wishes are not asked for then.
    """
    wanted = tuple(channels) or purpose.channels
    possible = _possible(purpose)
    if points is None:
        points = _points(people, [one for one in possible if one in WITH_CONTACT_POINT], purpose)
    best: dict[int, dict[str, ContactPoint]] = {person.pk: {} for person in people}
    for point in points:
        if point.is_usable and point.channel in possible:
            best[point.person_id].setdefault(point.channel, point)
    return {
        person.pk: _routes(best[person.pk], wanted, possible, purpose, narrowed=bool(channels))
        for person in people
    }


def _routes(
    points: dict[str, ContactPoint],
    wanted: Sequence[str],
    possible: Sequence[str],
    purpose: Purpose,
    *,
    narrowed: bool,
) -> list[Route]:
    wishes = _wishes(points)
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
    if not chosen and narrowed:
        # Wished off or not to be had: any way of the purpose is better than none.
        return _routes(points, purpose.channels, possible, purpose, narrowed=False)
    first = min((route.after for route in chosen), default=NOW)
    return [
        Route(route.channel, route.point, route.after - first)
        for route in sorted(chosen, key=lambda route: route.after)
    ]


def _possible(purpose: Purpose) -> list[str]:
    """A short text can be spoken and shown in the portal as well."""
    extra = (Channel.VOICE, Channel.PORTAL) if Channel.SMS in purpose.channels else ()
    return list(dict.fromkeys([*purpose.channels, *extra]))


def _points(
    people: Sequence[Person], channels: Sequence[str], purpose: Purpose
) -> Iterable[ContactPoint]:
    """Usable contact points, each with its person's wishes: one query."""
    found = ContactPoint.objects.usable(*channels).filter(person__in=people)
    if purpose.audience == "requester":
        return found
    wishes = Wish.objects.filter(person=OuterRef("person"), topic=purpose.topic)
    return found.annotate(
        wishes=ArraySubquery(
            wishes.values(json=JSONObject(channel="channel", on="is_on", after="after"))
        )
    )


def with_points(
    people: QuerySet[Person], purpose: Purpose
) -> tuple[Sequence[Person], list[ContactPoint]]:
    """The people, and what `routes_to` takes as their points, wishes included: one query."""
    channels = [one for one in _possible(purpose) if one in WITH_CONTACT_POINT]
    columns = {field.attname: field for field in ContactPoint._meta.concrete_fields}
    points = ContactPoint.objects.usable(*channels).filter(person=OuterRef("pk"))
    wishes = Wish.objects.filter(person=OuterRef("pk"), topic=purpose.topic)
    found = people.annotate(
        points_here=ArraySubquery(
            points.values(json=JSONObject(**{name: name for name in columns}))
        ),
        wishes_here=ArraySubquery(
            wishes.values(json=JSONObject(channel="channel", on="is_on", after="after"))
        ),
    )
    usable = []
    for person in found:
        for row in person.points_here:
            point = ContactPoint(
                **{name: columns[name].to_python(value) for name, value in row.items()}
            )
            point.wishes = person.wishes_here  # type: ignore[attr-defined]
            usable.append(point)
    return list(found), usable


def _wishes(points: dict[str, ContactPoint]) -> dict[str, tuple[bool, timedelta]]:
    for point in points.values():
        return {
            wish["channel"]: (wish["on"], parse_duration(wish["after"]) or NOW)
            for wish in getattr(point, "wishes", ())
        }
    return {}
