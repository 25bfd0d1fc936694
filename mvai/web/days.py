"""Which days a form takes. Beyond them a slip of the finger breaks whoever counts from there."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2100


def in_living_time(day: date) -> None:
    """A validator for days and moments: "0026" and "9999" are typing slips."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."), code="year")
