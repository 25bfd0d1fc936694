"""Quiet hours: one stretch a night in which only what is urgent may come.

They are kept by the person's own clock, whatever it does in that night: in spring the hour that
is left out counts as over when it begins, in autumn the hour that comes twice counts twice.
"""

from datetime import datetime, timedelta

from django.conf import settings

from mvai.people.models import Person
from mvai.web.times import moment, zone_of

_DAY = timedelta(days=1)


def quiet_until(person: Person, now: datetime) -> datetime | None:
    """When the quiet hours that hold `now` end; None outside them, or for who has none."""
    opens, closes = person.quiet_from, person.quiet_until
    if opens is None or closes is None:
        return None
    zone = zone_of(person.time_zone or settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        starts = moment(day, opens, zone)
        ends = moment(day if opens < closes else day + _DAY, closes, zone, last=True)
        if starts <= now < ends:
            return ends
    return None
