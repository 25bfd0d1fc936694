from advisors.forms.profile import (
    AccountForm,
    ExpertiseForm,
    IncidentFormSet,
    ProfileForm,
    StandingForm,
)
from advisors.forms.time import AbsenceForm, LimitsForm, NotNowForm, WeekForm

__all__ = [
    "AbsenceForm",
    "AccountForm",
    "ExpertiseForm",
    "IncidentFormSet",
    "LimitsForm",
    "NotNowForm",
    "ProfileForm",
    "StandingForm",
    "WeekForm",
]
