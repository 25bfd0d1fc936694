"""The time zones of the states and territories, by the name people there use."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ZONES = [
    ("America/New_York", _("Eastern")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Arizona")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
    ("America/Puerto_Rico", _("Atlantic")),
    ("Pacific/Guam", _("Chamorro")),
    ("Pacific/Pago_Pago", _("Samoa")),
]


NOT_KNOWN = _("Not known")


def zones_with(zone: str, *, unknown: Any = NOT_KNOWN) -> list[tuple[str, Any]]:
    """The usual zones after the word for none, and `zone` too when a place uses a rarer one."""
    known = {code for code, _label in ZONES}
    extra = [(zone, zone.split("/")[-1].replace("_", " "))] if zone and zone not in known else []
    return [("", unknown), *ZONES, *extra]
