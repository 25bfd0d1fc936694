"""Searching the library at 50, 5,000 and 50,000 items (promised: query and facets ≤ 50 ms), and how
often the right item comes first (promised: MRR ≥ 0.9, in the first three ≥ 97 %).

Runs under pytest with the other measurements, or alone: `python -m tests.bench.finding`. The words
of the made-up items follow Zipf's law, as those of real texts do; those of the synonyms lie among
the most usual ones.
"""

import json
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate

from tests.bench import scratch
from tests.bench.held_out_queries import FOURTH, SECOND, THIRD
from tests.bench.library_queries import QUERIES, measure

SIZES = (50, 5_000, 50_000)
ROUNDS = 3
WORDS_OF_A_TEXT = 300
VOCABULARY = 20_000
COMMON = 3_000  # the most usual words, among which ours lie
STOP_WORDS = 127  # the most usual of all, which PostgreSQL's English leaves out of its index
SEED = 2026
NEEDS = ("LEADER", "INCIDENT", "MEDIA", "INVEST", "VICTIMS", "WELLNESS", "COMMUNITY", "VOLUNTEERS",
         "PROSECUTE", "OFFICIALS", "INFRA", "AAR", "MILESTONE", "FUNDING")  # fmt: skip
PHASES = ("PREP", "HOUR", "DAY1", "DAY3", "WEEK1", "MONTH1", "MONTHS", "YEAR1", "LONG")
KINDS = ("guidebook", "checklist", "toolkit", "template", "card", "external")
AUDIENCES = ("head", "spokesperson", "command", "investigator", "wellness", "advocate", "partner")

_LEAD = (
    "setweight(to_tsvector('english', e.title), 'A')"
    " || setweight(to_tsvector('english', array_to_string(e.keywords, ' ')), 'B')"
    " || setweight(to_tsvector('english', e.summary), 'C')"
)
_ROWS = f"""
    INSERT INTO resources_catalogrow (item_id, edition_id, for_language, is_draft, slug, title,
        kind, sort, facets, words, title_words, lead, body)
    SELECT e.item_id, e.id, 'en', false, 'made-' || e.item_id, e.title, e.kind, 200, made.facets,
        e.title || ' ' || array_to_string(e.keywords, ' ') || ' ' || e.summary,
        to_tsvector('english', e.title), {_LEAD},
        {_LEAD} || to_tsvector('english', e.card || ' ' || e.text)
    FROM resources_edition AS e
    JOIN json_to_recordset(%s) AS made(edition bigint, facets varchar[]) ON made.edition = e.id
"""


def test_finding(transactional_db: None) -> None:
    _run()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")
    import django

    with scratch.database("mvai_bench_finding") as address:
        django.setup()
        from django.db import connection

        from mvai import env

        connection.settings_dict |= {"NAME": env.database(address)["NAME"]}
        _run()
        connection.close()


def _run() -> None:
    from resources.actions.loading import load_items

    load_items(at=datetime.now(UTC))
    _measure_relevance()
    dice = random.Random(SEED)
    words = Words(dice)
    made = 0
    for size in SIZES:
        _fill(words, dice, made, size)
        made = size
        _measure(words, dice, size)


class Words:
    """What made-up texts are made of: real words of the field, most usual first, then others."""

    def __init__(self, dice: random.Random) -> None:
        from resources.models import SynonymGroup

        said = sorted({word for group in SynonymGroup.objects.all() for word in group.terms})
        ours = [word for term in said for word in term.split()]
        dice.shuffle(ours)
        letters = "bcdfghlmnprst"
        others = [
            "".join(dice.choice(letters) + dice.choice("aeiou") for _ in range(dice.randint(2, 5)))
            for _ in range(VOCABULARY)
        ]
        common = [*ours, *others[: COMMON - len(ours)]]
        dice.shuffle(common)
        self._words = list(dict.fromkeys([*common, *others]))
        ranks = range(1 + STOP_WORDS, len(self._words) + 1 + STOP_WORDS)
        self._weights = list(accumulate(1 / rank for rank in ranks))
        self._dice = dice

    def some(self, count: int) -> str:
        return " ".join(self._dice.choices(self._words, cum_weights=self._weights, k=count))

    def searches(self) -> list[str]:
        """One to five words of the same law, some with a slip, some unfinished; and ours."""
        made = [self.some(1 + number % 5) for number in range(60)]
        slips = [text[:2] + text[3:] for text in made[:10] if len(text) > 5]
        return [*made, *slips, *(text[:-2] for text in made[10:20] if len(text) > 6)]


def _fill(words: Words, dice: random.Random, start: int, end: int) -> None:
    """Items with an edition each, put on show as `put_on_show` does, but many at once."""
    from django.db import connection

    from resources.actions.catalog import facets_of
    from resources.actions.marking import mark_items
    from resources.models import Edition, Item

    now = datetime.now(UTC)
    for first in range(start, end, 1_000):
        numbers = range(first, min(first + 1_000, end))
        items = Item.objects.bulk_create(
            Item(slug=f"made-{number}", sort=200, created_at=now) for number in numbers
        )
        editions = Edition.objects.bulk_create(
            Edition(
                item=item,
                language="en",
                number=1,
                state="published",
                published_at=now,
                changed_at=now,
                title=words.some(4)[:120],
                kind=dice.choice(KINDS[:-1]),
                summary=words.some(12)[:250],
                needs=sorted(dice.sample(NEEDS, dice.choice((1, 2, 2, 3)))),
                phases=sorted(dice.sample(PHASES, dice.choice((1, 2, 3, 4)))),
                audiences=sorted(dice.sample(AUDIENCES, dice.choice((0, 1, 2)))),
                keywords=words.some(6).split(),
                card=words.some(60),
                text=words.some(WORDS_OF_A_TEXT),
            )
            for item in items
        )
        rows = [{"edition": edition.pk, "facets": facets_of(edition)} for edition in editions]
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [json.dumps(rows)])
        mark_items(items)
    with connection.cursor() as cursor:
        # What the server's own housekeeping does between an import and the next search.
        for index in ("titles", "lead", "body", "facets", "words"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"resources_{index}"])
        cursor.execute("VACUUM (ANALYZE) resources_catalogrow, resources_edition")


def _measure(words: Words, dice: random.Random, size: int) -> None:
    from django.test import Client

    from resources.actions import finding

    def search(text: str, chosen: dict[str, list[str]]) -> None:
        found = finding.search(text=text, language="en", with_drafts=False)
        finding.count(found, chosen)
        finding.rows_of(found, chosen, start=0, size=20)

    searches = [*words.searches(), *(text for language, text, _ in QUERIES if language == "en")]
    search("a warm start", {})
    search("wrom", {})
    took: dict[str, list[float]] = {
        text: [_milliseconds(lambda text=text: search(text, {})) for _ in range(ROUNDS)]
        for text in searches
    }
    chosen = {"need": ["need:MEDIA", "need:VICTIMS"], "phase": ["phase:DAY1"]}
    narrowed = [_milliseconds(lambda text=text: search(text, chosen)) for text in searches]
    whole = [_milliseconds(lambda: search("", chosen)) for _ in range(20)]
    client = Client()
    pages = [
        _milliseconds(lambda text=text: client.get("/library/", {"q": text})) for text in searches
    ]
    slowest = max(took, key=lambda text: statistics.median(took[text]))
    print(f"\nfinding among {size:,} items, {len(searches)} searches")
    _say("query, facets and first page", [one for several in took.values() for one in several])
    _say("the same narrowed by two facets", narrowed)
    _say("no words, narrowed by two facets", whole)
    _say("the whole view", pages)
    print(f"  slowest {slowest!r}: {statistics.median(took[slowest]):.1f} ms")
    print(f"  the list with most words changed: {_change_a_list() / 1000:.2f} s")


def _change_a_list() -> float:
    """Milliseconds until it counts without its first word; then it is as it was."""
    from resources.actions.marking import mark_lists
    from resources.models import SynonymGroup

    group = max(SynonymGroup.objects.all(), key=lambda group: len(group.terms))
    terms = group.terms
    group.terms = terms[1:]
    took = _milliseconds(lambda: mark_lists([group]))
    group.terms = terms
    mark_lists([group])
    return took


def _measure_relevance() -> None:
    from resources.actions import finding

    def find(language: str, text: str) -> list[str]:
        found = finding.search(text=text, language=language, with_drafts=True)
        return [row.slug for row in finding.rows_of(found, {}, start=0, size=20)]

    for name, queries in {
        "written queries": QUERIES,
        "of the second set": SECOND,
        "of the third": THIRD,
        "of the fourth": FOURTH,
    }.items():
        relevance = measure(find, queries)
        print(
            f"\nrelevance of {len(queries)} {name}: MRR {relevance.mrr:.3f},"
            f" in the first three {relevance.in_first_three:.1%}; later than first:"
        )
        print("\n".join(f"  {one}" for one in relevance.later))


def _say(what: str, spans: list[float]) -> None:
    p50, p95 = statistics.median(spans), statistics.quantiles(spans, n=20)[18]
    print(f"  {what:34} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   longest {max(spans):6.1f} ms")


def _milliseconds(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
