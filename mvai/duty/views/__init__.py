from mvai.duty.views.alarms import alarm_by_link, give_back, now, take
from mvai.duty.views.shifts import add_shift, change_shift, end_shift, remove_shift, roster

__all__ = [
    "add_shift",
    "alarm_by_link",
    "change_shift",
    "end_shift",
    "give_back",
    "now",
    "remove_shift",
    "roster",
    "take",
]
