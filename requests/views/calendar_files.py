"""An agreed time as a calendar file (RFC 5545) that says nothing: no names, no agency, no place.

Phones show a calendar on their locked screens, and share it with others.
"""

from datetime import UTC

from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from requests.models import AgreedTime


def call_file(agreed: AgreedTime) -> HttpResponse:
    """Times are in UTC, so no calendar has to know anybody's zone."""
    event = Event()
    event.add("uid", f"{agreed.uid}@mvai")
    event.add("sequence", agreed.sequence)
    event.add("dtstamp", agreed.set_at.astimezone(UTC))
    event.add("dtstart", agreed.starts_at.astimezone(UTC))
    event.add("dtend", agreed.ends_at.astimezone(UTC))
    event.add("summary", _("MVAI call"))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//MVAI Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return HttpResponse(
        calendar.to_ical(),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={
            "Content-Disposition": 'attachment; filename="mvai-call.ics"',
            "Cache-Control": "no-store",
        },
    )
