"""`manage.py import_agencies` on a whole directory (promised: at most 30 s and 200 MB).

Runs under pytest with the other measurements, or alone: `python -m tests.bench.import_agencies`.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from tests import agency_directory
from tests.bench import scratch

ROUNDS = 3


def test_importing_a_directory():
    main()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, scratch.database("mvai_bench_import") as address:
        path = directory(Path(folder))
        errors = f"--errors={folder}/refused.csv"
        adding, again, memory = [], [], []
        for _round in range(ROUNDS):
            scratch.execute(address, "TRUNCATE agencies_agency CASCADE")
            for seconds in (adding, again):
                started = time.perf_counter()
                peak, said = scratch.manage(address, "import_agencies", str(path), errors)
                seconds.append(time.perf_counter() - started)
                memory.append(peak)
    rows = next(line for line in said.splitlines() if line.endswith("rows:"))
    print(
        f"\nimport_agencies, {rows.removesuffix(' rows:')} rows: "
        f"adding {statistics.median(adding):.1f} s, again {statistics.median(again):.1f} s, "
        f"peak memory {max(memory):.0f} MB"
    )


def directory(folder: Path) -> Path:
    """The published file where MVAI_AGENCIES_FILE names it, else a fictional one of its size."""
    if named := os.environ.get("MVAI_AGENCIES_FILE"):
        return Path(named)
    return agency_directory.write(folder / "agencies.csv", rows=23_243)


if __name__ == "__main__":
    main()
