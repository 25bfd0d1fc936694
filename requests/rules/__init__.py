"""The rules of the main job: pure where they can be, and free of any clock."""

from requests.rules.follow_ups import MILESTONES, Milestone, due_time, plan_of, year_after
from requests.rules.moves import may_make, moves_for, names_are_removed
from requests.rules.next_actions import NextStep, after_call, after_move
from requests.rules.urgency import urgency_of

__all__ = [
    "MILESTONES",
    "Milestone",
    "NextStep",
    "after_call",
    "after_move",
    "due_time",
    "may_make",
    "moves_for",
    "names_are_removed",
    "plan_of",
    "urgency_of",
    "year_after",
]
