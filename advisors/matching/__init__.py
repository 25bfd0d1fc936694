"""Who could help, best first, with reasons. The portal proposes and says why; staff choose.

Pure: no database, no clock. The same need and candidates give the same ranking, in whatever
order the candidates come. What each factor can add (product.md, "Matching weights"):

    setting       25   the closest incident led; the same setting is full, similar ones partial
    needs         25   mean over the needs: level 3 full, level 2 0.8, level 1 0.5
    role          15   a peer in the same role; heads of agencies are close to one another
    agency        15   type (0.6 of it) and size (0.4) of an agency served in then
    availability  10   how soon free (0.7 of it) and how near the clocks are (0.3)
    phase          5   went as far as the request is now
    fairness       5   days since last asked, full at 90 or never asked
    preference    +5   only where one was stated; 2.5 for each that is met

What is unknown counts half, for everybody alike. The sum never passes 100. Ties go to the one
asked longest ago, then to the oldest record. `similarity` holds the tables of partial credit.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from advisors.matching.availability import first_free, free_periods, is_quiet
from advisors.matching.cautions import cautions_of
from advisors.matching.fit import WEIGHTS, Fit, topics_of
from advisors.matching.gates import REST_AFTER_CRITICAL, closed, closed_gates, rules_for, tell
from advisors.matching.values import (
    Candidate,
    Exclusion,
    Factor,
    Gate,
    Incident,
    Load,
    Match,
    Need,
    Ranking,
    Told,
)

__all__ = [
    "REST_AFTER_CRITICAL",
    "WEIGHTS",
    "Candidate",
    "Exclusion",
    "Factor",
    "Gate",
    "Incident",
    "Load",
    "Match",
    "Need",
    "Ranking",
    "closed_gates",
    "first_free",
    "free_periods",
    "is_quiet",
    "rank",
]

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def rank(need: Need, candidates: Iterable[Candidate]) -> Ranking:
    """Everyone who may be asked, best first; and everyone else, with what blocks them.

    Nobody with a closed gate is ever among the matches, whatever they would score.
    """
    rules, topics = rules_for(need), topics_of(need)
    matches: list[tuple[datetime, Match]] = []
    excluded: list[Exclusion] = []
    for candidate in candidates:
        pk = candidate.advisor_id
        if shut := closed(rules, need, candidate):
            excluded.append(Exclusion(pk, len(shut), partial(tell, shut)))
            continue
        fit = Fit.of(need, topics, candidate)
        matches.append(
            (candidate.load.last_asked_at or LONG_AGO, Match(pk, fit.score(), partial(_tell, fit)))
        )
    matches.sort(key=lambda pair: (-pair[1].score, pair[0], pair[1].advisor_id))
    excluded.sort(key=lambda exclusion: (exclusion.closed, exclusion.advisor_id))
    return Ranking(tuple(match for _asked_at, match in matches), tuple(excluded))


def _tell(fit: Fit) -> Told:
    factors = fit.factors()
    return Told(factors, fit.reasons(factors), cautions_of(fit))
