from mvai.duty.views.alarms import (
    alarm_by_link,
    give_back,
    history,
    history_of,
    now,
    settle,
    take,
)
from mvai.duty.views.hours import hours, open_always
from mvai.duty.views.plans import plan, plans, restore_plan
from mvai.duty.views.shifts import add_shift, change_shift, end_shift, remove_shift, roster

__all__ = [
    "add_shift",
    "alarm_by_link",
    "change_shift",
    "end_shift",
    "give_back",
    "history",
    "history_of",
    "hours",
    "now",
    "open_always",
    "plan",
    "plans",
    "remove_shift",
    "restore_plan",
    "roster",
    "settle",
    "take",
]
