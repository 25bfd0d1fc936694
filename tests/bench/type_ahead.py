"""Suggestions while an agency's name is typed, over a whole directory (promised: p50 ≤ 50 ms).

Runs under pytest with the other measurements, or alone: `python -m tests.bench.type_ahead`.
"""

import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import scratch
from tests.bench.import_agencies import directory

ROUNDS = 20
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


def _milliseconds(function: Any, *arguments: Any) -> float:
    started = time.perf_counter()
    function(*arguments)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
