"""When a peer may be called, by their own clock and by the leader's. Pure."""

from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from advisors.models import Advisor
from mvai.web import times


def hours_in_words(advisor: Advisor, zone: str, now: datetime) -> str:
    """When the peer may be called, by their own clock and by the leader's."""
    if not (advisor.reach_from and advisor.reach_until):
        return ""
    there, here = times.zone_of(advisor.person.time_zone), times.zone_of(zone)
    today = now.astimezone(there).date()
    span = [
        times.moment(today, clock, there) for clock in (advisor.reach_from, advisor.reach_until)
    ]
    by_there, by_here = (_span(span, place) for place in (there, here))
    if by_there == by_here:
        return _("call between %(span)s") % {"span": by_there}
    return _("call between %(span)s; that is %(here)s, your time") % {
        "span": by_there,
        "here": by_here,
    }


def _span(span: list[datetime], zone: tzinfo) -> str:
    begins, ends = (times.hour_words(moment.astimezone(zone)) for moment in span)
    return _("%(begins)s and %(ends)s %(zone)s") % {
        "begins": begins,
        "ends": ends,
        "zone": times.zone_words(zone, span[0]),
    }
