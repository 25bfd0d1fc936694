"""Who may change what about an advisor, and how an advisor stands today."""

from advisors.rules.calendar import Day, Week, calendar_of
from advisors.rules.permissions import may_edit, may_keep_time
from advisors.rules.standing import Status, statuses

__all__ = ["Day", "Status", "Week", "calendar_of", "may_edit", "may_keep_time", "statuses"]
