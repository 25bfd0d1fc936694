"""The checklists that a leader shares with a team, as the leader's page lists them."""

from dataclasses import dataclass
from datetime import datetime

from requests.models import AssistanceRequest, SharedChecklist
from resources.actions import team_addresses
from resources.rules import team as rules


@dataclass(frozen=True, slots=True)
class Shared:
    """A checklist as the leader's page lists it: how far it is, and its two addresses."""

    row: SharedChecklist
    phases: list[rules.Phase]
    team_token: str  # "" while it is closed to the team
    manage_token: str

    @property
    def done(self) -> int:
        return sum(phase.done for phase in self.phases)

    @property
    def all(self) -> int:
        return sum(phase.all for phase in self.phases)


def shared_of(found: AssistanceRequest, now: datetime) -> list[Shared]:
    rows = found.shared_checklists.select_related("checklist").prefetch_related("checklist__lines")
    return [
        Shared(
            row,
            rules.phases(row.checklist.lines.all()),
            "" if row.checklist.closed_at else team_addresses.team_token(row.checklist, now),
            team_addresses.manage_token(row.checklist, now),
        )
        for row in rows
    ]
