"""The facts a leader may add after filing, on the confirmation and on the leader's page."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone

from mvai.web.times import clock_words
from requests.forms.intake import DetailsForm
from requests.models import AssistanceRequest


def details_form(
    found: AssistanceRequest, data: QueryDict | None, now: datetime, *, shows: bool = True
) -> DetailsForm:
    """The form over what was typed, else over what is known; `shows` False leaves it empty."""
    initial = _known(found) if shows and data is None else {}
    return DetailsForm(data, initial=initial, zone=found.time_zone, now=now)


def clock_of(found: AssistanceRequest, now: datetime) -> dict[str, Any]:
    """The leader's own time, as requests/_details.html shows it beside the place."""
    return {"clock": clock_words(now, found.time_zone)}


def _known(assistance_request: AssistanceRequest) -> dict:
    """What the leader already told us, so that nobody types it twice."""
    known = {
        name: getattr(assistance_request, name)
        for name in (
            "filer_role",
            "filing_for",
            "agency_id",
            "city",
            "state_code",
            "zip_code",
            "is_ongoing",
            "contact_mode",
            "safe_times",
            "others_may_take",
            "other_contact",
            "note",
        )
    }
    if happened_at := assistance_request.happened_at:
        local = timezone.localtime(happened_at, ZoneInfo(assistance_request.time_zone))
        known |= {"happened_on": local.date(), "happened_time": local.time()}
    needs = [need.pk for need in assistance_request.needs.all()]
    return known | {
        "agency": assistance_request.agency_name,
        "setting": assistance_request.setting_id,
        "incident_types": [kind.pk for kind in assistance_request.incident_types.all()],
        "needs": needs or ["LEADER"],
    }
