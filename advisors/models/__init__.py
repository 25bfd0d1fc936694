from advisors.models.advisor import Advisor, AdvisorQuerySet
from advisors.models.hours import Absence, Window
from advisors.models.profile import Expertise, IncidentLed
from advisors.models.prospect import (
    Confirmation,
    Prospect,
    ProspectNote,
    ProspectQuerySet,
    ProspectState,
)

__all__ = [
    "Absence",
    "Advisor",
    "AdvisorQuerySet",
    "Confirmation",
    "Expertise",
    "IncidentLed",
    "Prospect",
    "ProspectNote",
    "ProspectQuerySet",
    "ProspectState",
    "Window",
]
