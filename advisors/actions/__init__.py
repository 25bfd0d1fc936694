"""What may happen to an advisor's record. Each act is one transaction, with its audit entry."""

from advisors.actions.profile import (
    ProfileRefused,
    create_advisor,
    edit_advisor,
    make_account,
    record_standing,
)
from advisors.actions.time import (
    TimeRefused,
    add_absence,
    available_again,
    not_now,
    remove_absence,
    set_limits,
    set_rest_waived,
    set_windows,
)

__all__ = [
    "ProfileRefused",
    "TimeRefused",
    "add_absence",
    "available_again",
    "create_advisor",
    "edit_advisor",
    "make_account",
    "not_now",
    "record_standing",
    "remove_absence",
    "set_limits",
    "set_rest_waived",
    "set_windows",
]
