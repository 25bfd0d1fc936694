"""What tired leaders type, and the item that answers it. Written before the search was tuned.

A query names one item although a second may help as well: the right one has to come first or
nearly so. `measure` says how often it does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# language, what is typed, the item that answers it
QUERIES = (
    # Plain words
    ("en", "first 24 hours", "first-24-hours"),
    ("en", "media", "first-statement-kit"),
    ("en", "holding statement", "holding-statement"),
    ("en", "press conference", "first-statement-kit"),
    ("en", "family assistance center", "family-assistance-center"),
    ("en", "officer wellness", "officer-and-staff-wellness"),
    ("en", "volunteers", "volunteers-and-donations"),
    ("en", "donations", "volunteers-and-donations"),
    ("en", "faith leaders", "partners-and-faith-leaders"),
    ("en", "prosecution", "prosecution-and-court"),
    ("en", "trial", "prosecution-and-court"),
    ("en", "anniversary", "speaking-for-months"),
    ("en", "investigation", "investigation-for-executives"),
    ("en", "victim services", "working-with-victim-services"),
    ("en", "after action review", "after-action-and-review"),
    ("en", "funding", "federal-and-state-help"),
    ("en", "critical infrastructure", "critical-infrastructure"),
    ("en", "my spouse", "spouse-or-partner"),
    ("en", "successor", "your-successors-page"),
    ("en", "vigil", "partners-and-faith-leaders"),
    # Questions
    ("en", "what do I say to the press in the first hour", "first-statement-kit"),
    ("en", "where do the families go", "family-assistance-center"),
    ("en", "who leads the investigation", "investigation-for-executives"),
    ("en", "how do I take care of my people", "officer-and-staff-wellness"),
    ("en", "who handles the money people want to give", "volunteers-and-donations"),
    ("en", "what do I do first", "first-24-hours"),
    ("en", "what should I ask my peer", "three-questions"),
    ("en", "how do I take care of myself", "the-leaders-own-page"),
    ("en", "how can I help a neighboring chief", "chief-at-your-side"),
    ("en", "what does my wife need to know", "spouse-or-partner"),
    ("en", "who pays for overtime", "federal-and-state-help"),
    ("en", "should we have an independent review", "after-action-and-review"),
    ("en", "what happens after the first week", "days-2-to-30"),
    ("en", "how do I tell families before a video is released", "speaking-for-months"),
    ("en", "preparing officers to testify in court", "prosecution-and-court"),
    ("en", "what do I leave for the next chief", "your-successors-page"),
    ("en", "copycat threats after a shooting", "critical-infrastructure"),
    ("en", "what do advisors say on the first call", "first-peer-call"),
    ("en", "one liaison for each family", "working-with-victim-services"),
    ("en", "mayor and city council", "days-2-to-30"),
    # Abbreviations and other words for the same
    ("en", "FAC", "family-assistance-center"),
    ("en", "chaplain", "partners-and-faith-leaders"),
    ("en", "PIO", "first-statement-kit"),
    ("en", "reporters", "first-statement-kit"),
    ("en", "news cameras", "first-statement-kit"),
    ("en", "spokesperson", "first-statement-kit"),
    ("en", "AAR", "after-action-and-review"),
    ("en", "AEAP", "federal-and-state-help"),
    ("en", "VOCA money", "federal-and-state-help"),
    ("en", "CISM debriefing", "officer-and-staff-wellness"),
    ("en", "gofundme", "volunteers-and-donations"),
    ("en", "therapy dogs", "volunteers-and-donations"),
    ("en", "DA", "prosecution-and-court"),
    ("en", "OIS", "investigation-for-executives"),
    ("en", "coroner", "investigation-for-executives"),
    ("en", "reunification site", "family-assistance-center"),
    ("en", "clergy", "partners-and-faith-leaders"),
    ("en", "dispatchers", "officer-and-staff-wellness"),
    ("en", "can't sleep", "the-leaders-own-page"),
    ("en", "copline", "copline"),
    ("en", "vicarious trauma", "vicarious-trauma-toolkit"),
    ("en", "lessons learned", "after-action-and-review"),
    ("en", "mutual aid", "first-24-hours"),
    # Slips of the finger
    ("en", "volenteers", "volunteers-and-donations"),
    ("en", "chaplin", "partners-and-faith-leaders"),
    ("en", "anniversery", "speaking-for-months"),
    ("en", "famly asistance", "family-assistance-center"),
    ("en", "prosecuter", "prosecution-and-court"),
    ("en", "welness", "officer-and-staff-wellness"),
    ("en", "donatons", "volunteers-and-donations"),
    ("en", "sucessor", "your-successors-page"),
    ("en", "infrastucture", "critical-infrastructure"),
    ("en", "holdng statment", "holding-statement"),
    ("en", "spuose", "spouse-or-partner"),
    # Unfinished
    ("en", "invest", "investigation-for-executives"),
    ("en", "volun", "volunteers-and-donations"),
    ("en", "family assist", "family-assistance-center"),
    # Spanish
    ("es", "qué digo a la prensa", "first-statement-kit"),
    ("es", "prensa", "first-statement-kit"),
    ("es", "declaracion", "first-statement-kit"),
    ("es", "centro de asistencia familiar", "family-assistance-center"),
    ("es", "adónde van las familias", "family-assistance-center"),
    ("es", "primeras 24 horas", "first-24-hours"),
    ("es", "voluntarios", "volunteers-and-donations"),
    ("es", "donaciones", "volunteers-and-donations"),
    ("es", "capellán", "partners-and-faith-leaders"),
    ("es", "capellan", "partners-and-faith-leaders"),
    ("es", "fiscal", "prosecution-and-court"),
    ("es", "aniversario", "speaking-for-months"),
    ("es", "salud mental de los oficiales", "officer-and-staff-wellness"),
    ("es", "mi esposa", "spouse-or-partner"),
    ("es", "dinero federal", "federal-and-state-help"),
    ("es", "investigación", "investigation-for-executives"),
    ("es", "media", "first-statement-kit"),
)  # fmt: skip

Find = Callable[[str, str], Sequence[str]]  # language and text to slugs, the best first


@dataclass(frozen=True, slots=True)
class Relevance:
    """Mean reciprocal rank, the part among the first three, and what came later than first."""

    mrr: float
    in_first_three: float
    later: list[str]


def measure(find: Find, queries: Sequence[tuple[str, str, str]] = QUERIES) -> Relevance:
    ranks: list[int] = []
    later = []
    for language, text, slug in queries:
        found = list(find(language, text))
        rank = found.index(slug) + 1 if slug in found else 0
        ranks.append(rank)
        if rank != 1:
            later.append(f"{text!r} ({language}): {slug} is {rank or 'not there'}; {found[:3]}")
    return Relevance(
        mrr=sum(1 / rank for rank in ranks if rank) / len(ranks),
        in_first_three=sum(1 <= rank <= 3 for rank in ranks) / len(ranks),
        later=later,
    )
