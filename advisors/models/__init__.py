from advisors.models.advisor import Advisor, AdvisorQuerySet
from advisors.models.hours import Absence, Window
from advisors.models.profile import Expertise, IncidentLed

__all__ = ["Absence", "Advisor", "AdvisorQuerySet", "Expertise", "IncidentLed", "Window"]
