"""What matching reads and what it answers: plain values, nothing else.

Times are timezone-aware. Periods are half-open. Codes are those of the taxonomy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Need:
    """What one request needs from an advisor, at the moment of asking.

    Blank means unknown, and what is unknown counts neither for nor against anybody.
    `role` is the discipline code of the person who asked. `mode` is "virtual", "in_person"
    or blank. Only what the requester called a must stands in the `…_required` fields.
    """

    at: datetime
    urgency: str = ""
    setting: str = ""
    incident_types: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    role: str = ""
    agency_type: str = ""
    size_band: str = ""
    time_zone: str = ""
    state: str = ""
    phase: str = ""
    agency_id: int | None = None
    languages_required: frozenset[str] = frozenset()
    languages_preferred: frozenset[str] = frozenset()
    agency_types_required: frozenset[str] = frozenset()
    prefers_tribal: bool = False
    prefers_campus: bool = False
    mode: str = ""
    children_harmed: bool = False
    already_asked: frozenset[int] = frozenset()
    same_incident_advisors: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Load:
    """What an advisor carries now. It holds no count of declines, and never will."""

    open_engagements: int = 0
    open_critical: int = 0
    open_offers: int = 0
    hours_this_week: float = 0.0
    last_asked_at: datetime | None = None


class Incident(NamedTuple):
    """An incident the advisor led or served in; never with a count of people harmed."""

    setting: str = ""
    types: frozenset[str] = frozenset()
    role: str = ""
    agency_type: str = ""
    size_band: str = ""
    phase_reached: str = ""
    anniversary_on: date | None = None
    rests_around_it: bool = False
    children_harmed: bool = False


class Candidate(NamedTuple):
    """An advisor as matching sees one. `disciplines` holds the disciplines now in use only.

    `windows` are (weekday 0-6, opens, closes) in the advisor's own zone; no windows means
    that usual hours were never given. `absences` are (starts, ends). `away_until` and
    `away_open_ended` are the advisor's own "not now".
    """

    advisor_id: int
    time_zone: str = ""
    disciplines: frozenset[str] = frozenset()
    agency_id: int | None = None
    agency_type: str = ""
    size_band: str = ""
    state: str = ""
    languages: frozenset[str] = frozenset({"en"})
    modes: frozenset[str] = frozenset({"virtual"})
    travel_notice_days: int = 0
    expertise: Mapping[str, int] = MappingProxyType({})
    incidents: tuple[Incident, ...] = ()
    windows: tuple[tuple[int, time, time], ...] = ()
    absences: tuple[tuple[datetime, datetime], ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None
    on_call: bool = False
    away_until: datetime | None = None
    away_open_ended: bool = False
    hours_per_week: int = 6
    max_active: int = 2
    max_critical: int = 1
    rest_until: datetime | None = None
    rest_waived: bool = False
    avoided_settings: frozenset[str] = frozenset()
    avoided_types: frozenset[str] = frozenset()
    avoids_children_harmed: bool = False
    conflicts: frozenset[int] = frozenset()
    agreement_signed: date | None = None
    agreement_expires: date | None = None
    vetted: date | None = None
    is_active: bool = True
    load: Load = Load()


class Factor(NamedTuple):
    """One part of a score: `points` of at most `most`."""

    code: str
    points: float
    most: float


class Told(NamedTuple):
    """What is said of a match: its factors, and why, in words."""

    factors: tuple[Factor, ...]
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


class Match:
    """An advisor who may be asked, how well they fit, and why.

    What is said of it is put together when somebody reads it: of 500 advisors a page shows ten.
    """

    __slots__ = ("_tell", "_told", "advisor_id", "score")

    def __init__(self, advisor_id: int, score: float, tell: Callable[[], Told]) -> None:
        self.advisor_id = advisor_id
        self.score = score
        self._tell = tell
        self._told: Told | None = None

    @property
    def told(self) -> Told:
        if self._told is None:
            self._told = self._tell()
        return self._told

    @property
    def factors(self) -> tuple[Factor, ...]:
        return self.told.factors

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.told.reasons

    @property
    def cautions(self) -> tuple[str, ...]:
        return self.told.cautions

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Match) and (self.advisor_id, self.score, self.told) == (
            other.advisor_id,
            other.score,
            other.told,
        )

    def __hash__(self) -> int:
        return hash((self.advisor_id, self.score))

    def __repr__(self) -> str:
        return f"Match({self.advisor_id}, {self.score}, {self.told})"


class Gate(NamedTuple):
    """One thing that keeps an advisor from being asked now."""

    code: str
    words: str


class Exclusion:
    """An advisor who isn't asked now, with every reason why.

    How many gates are closed is known at once; their words when somebody reads them.
    """

    __slots__ = ("_gates", "_tell", "advisor_id", "closed")

    def __init__(self, advisor_id: int, closed: int, tell: Callable[[], tuple[Gate, ...]]) -> None:
        self.advisor_id = advisor_id
        self.closed = closed
        self._tell = tell
        self._gates: tuple[Gate, ...] | None = None

    @property
    def gates(self) -> tuple[Gate, ...]:
        if self._gates is None:
            self._gates = self._tell()
        return self._gates

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exclusion) and (self.advisor_id, self.gates) == (
            other.advisor_id,
            other.gates,
        )

    def __hash__(self) -> int:
        return hash((self.advisor_id, self.closed))

    def __repr__(self) -> str:
        return f"Exclusion({self.advisor_id}, {self.gates})"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Matches, best first; and the others, those with the fewest gates first."""

    matches: tuple[Match, ...]
    excluded: tuple[Exclusion, ...]

    def frozen(self) -> dict[str, Any]:
        """The ranking as JSON keeps it: what was suggested, whatever changes later."""
        return {
            "matches": [
                {
                    "advisor_id": match.advisor_id,
                    "score": match.score,
                    "factors": [factor._asdict() for factor in match.factors],
                    "reasons": list(match.reasons),
                    "cautions": list(match.cautions),
                }
                for match in self.matches
            ],
            "excluded": [
                {
                    "advisor_id": exclusion.advisor_id,
                    "gates": [gate._asdict() for gate in exclusion.gates],
                }
                for exclusion in self.excluded
            ],
        }

    @classmethod
    def thawed(cls, kept: Mapping[str, Any]) -> "Ranking":
        """The ranking that `frozen` gave."""
        return cls(
            matches=tuple(_thawed_match(match) for match in kept.get("matches", ())),
            excluded=tuple(_thawed_exclusion(out) for out in kept.get("excluded", ())),
        )


def _thawed_match(kept: Mapping[str, Any]) -> Match:
    told = Told(
        tuple(Factor(**factor) for factor in kept["factors"]),
        tuple(kept["reasons"]),
        tuple(kept["cautions"]),
    )
    return Match(kept["advisor_id"], kept["score"], lambda: told)


def _thawed_exclusion(kept: Mapping[str, Any]) -> Exclusion:
    gates = tuple(Gate(**gate) for gate in kept["gates"])
    return Exclusion(kept["advisor_id"], len(gates), lambda: gates)
