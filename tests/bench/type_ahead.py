"""Suggestions while an agency's name is typed, over a whole directory (promised: p50 ≤ 50 ms);
and how often a thousand names that were typed in other ways find the agency that was meant.

Runs under pytest with the other measurements, or alone: `python -m tests.bench.type_ahead`.
"""

import os
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import altered_names
from tests.bench import scratch
from tests.bench.import_agencies import directory

ROUNDS = 20
ALTERED, SEED = 1_000, 2026
COLUMNS = ("pk", "name", "name_key", "state", "county")
# Two letters, a common word, a whole name, any order, a state, misspelled, nothing like it.
TYPED = (
    "ri", "po", "st", "riv", "police", "sheriff", "police department", "county sheriff",
    "riverton", "riverton mn", "riverton police department", "department police riverton",
    "state police", "saint", "university", "new", "park", "o'm", "pinon", "mt calder", "MN99",
    "rivreton", "polce riverton", "sherif calder", "zzzzqq",
)  # fmt: skip


def test_suggesting_agencies(db: None) -> None:
    _fill()
    _measure()
    _measure_altered()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")
    import django

    with scratch.database("mvai_bench_type_ahead") as address:
        django.setup()
        from django.db import connection

        from mvai import env

        connection.settings_dict |= {"NAME": env.database(address)["NAME"]}
        _fill()
        _measure()
        _measure_altered()
        connection.close()


def _fill() -> None:
    from django.db import connection

    from mvai.agencies.importing import import_directory

    with tempfile.TemporaryDirectory() as folder:
        import_directory(directory(Path(folder)), at=datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agencies_agency")


def _measure() -> None:
    from django.test import Client
    from django.urls import reverse

    from mvai.agencies.models import Agency

    took = {
        text: [_milliseconds(Agency.objects.matching, text) for _ in range(ROUNDS)]
        for text in TYPED
    }
    everything = sorted(one for several in took.values() for one in several)
    slowest = max(took, key=lambda text: statistics.median(took[text]))
    client, page = Client(), reverse("agencies:suggest")
    pages = [_milliseconds(client.get, page, {"q": text}) for text in TYPED for _ in range(5)]
    print(
        f"\ntype-ahead over {Agency.objects.count():,} agencies: "
        f"p50 {statistics.median(everything):.1f} ms, "
        f"p95 {everything[int(len(everything) * 0.95)]:.1f} ms; "
        f"slowest “{slowest}” {statistics.median(took[slowest]):.1f} ms; "
        f"with its page p50 {statistics.median(pages):.1f} ms"
    )


def _measure_altered() -> None:
    """Of agencies that name and state tell apart. The state is typed where the name needs it, and
    else in half of them; in a fifth the county is, too."""
    from mvai.agencies import states
    from mvai.agencies.models import Agency

    chance = random.Random(SEED)
    rows = list(Agency.objects.order_by("ori").values_list(*COLUMNS))
    alike = Counter((key, state) for _pk, _name, key, state, _county in rows)
    everywhere = Counter(key for _pk, _name, key, _state, _county in rows)
    unique = [row for row in rows if alike[row[2], row[3]] == 1]
    tally: defaultdict[str, list[int]] = defaultdict(list)
    took, missed = [], []
    for number, row in enumerate(chance.sample(unique, ALTERED)):
        pk, name, key, state, county = row
        way = altered_names.WAYS[number % len(altered_names.WAYS)]
        typed = way(name, chance)
        if county and chance.random() < 0.2:
            typed += f" {county.split(',')[0]}"
        if everywhere[key] > 1 or way is altered_names.without_kind or chance.random() < 0.5:
            called = states.NAMES.get(state, state)
            typed += chance.choice((f" {state}", f", {state}", f" {called}"))
        started = time.perf_counter()
        found = [one.pk for one in Agency.objects.matching(typed)]
        took.append((time.perf_counter() - started) * 1000)
        rank = found.index(pk) if pk in found else 99
        tally[way.__name__].append(rank)
        tally["all"].append(rank)
        if rank:
            missed.append((way.__name__, typed, name, state, rank))
    took.sort()
    print(
        f"\n{ALTERED:,} altered names, seed {SEED}: p50 {took[len(took) // 2]:.1f} ms, "
        f"p95 {took[int(len(took) * 0.95)]:.1f} ms, longest {took[-1]:.0f} ms"
    )
    for name, ranks in tally.items():
        first = sum(one == 0 for one in ranks) / len(ranks)
        five = sum(one < 5 for one in ranks) / len(ranks)
        print(f"  {name}: first {first:.1%}, in the first five {five:.1%}")
    if shown := int(os.environ.get("MVAI_SHOW_MISSED", "0")):
        print(*missed[:shown], sep="\n")


def _milliseconds(function: Any, *arguments: Any) -> float:
    started = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
