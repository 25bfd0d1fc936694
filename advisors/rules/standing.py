"""How an advisor stands today, in the words of the gates that matching uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from advisors.matching import Candidate, Load, Need, closed_gates, first_free
from mvai.web.times import day_words, when_words, zone_of

PAPERS = frozenset({"inactive", "not_vetted", "agreement", "discipline"})
FULL = frozenset({"load", "hours", "rest", "anniversary"})
LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Status:
    """`papers` says what is missing before an advisor may be asked at all; `presence` when.

    Tones are those of the state words: settled, attention, urgent or plain.
    """

    papers: str
    papers_tone: str
    presence: str
    presence_tone: str
    free_at: datetime | None
    is_full: bool
    load: Load

    def is_free_by(self, moment: datetime) -> bool:
        """Whether they can be asked something at some time up to `moment`.

        Away, "not now" and quiet hours end by themselves and lie in `free_at`; a full load or a
        rest does not.
        """
        is_soon = self.free_at is not None and self.free_at <= moment
        return is_soon and not self.is_full and self.papers_tone == "settled"


def statuses(candidates: Iterable[Candidate], *, at: datetime) -> dict[int, Status]:
    """By advisor id: what stands in the way of asking them anything at all, now."""
    need = Need(at=at)
    return {candidate.advisor_id: _status(need, candidate) for candidate in candidates}


def _status(need: Need, candidate: Candidate) -> Status:
    gates = closed_gates(need, candidate)
    papers = [gate.words for gate in gates if gate.code in PAPERS]
    times = [gate.words for gate in gates if gate.code not in PAPERS]
    free_at = first_free(candidate, need.at, LOOK_AHEAD)
    if times:
        presence, tone = times[0], "attention"
    elif free_at is None and not candidate.windows:
        presence, tone = _("No usual hours given"), "plain"
    elif free_at is None:
        presence, tone = _("Not free this week"), "plain"
    elif free_at <= need.at:
        presence, tone = _("Free now"), "settled"
    else:
        presence = _("Free %(when)s") % {"when": when_words(free_at, need.at)}
        tone = "plain"
    return Status(
        papers=papers[0] if papers else _agreement_words(need, candidate),
        papers_tone="urgent" if papers else "settled",
        presence=presence,
        presence_tone=tone,
        free_at=free_at,
        is_full=any(gate.code in FULL for gate in gates),
        load=candidate.load,
    )


def _agreement_words(need: Need, candidate: Candidate) -> str:
    today = need.at.astimezone(zone_of(candidate.time_zone)).date()
    if candidate.agreement_expires is None:
        return _("Agreement on file")
    return _("Agreement until %(day)s") % {"day": day_words(candidate.agreement_expires, today)}
