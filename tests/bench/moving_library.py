"""The catalog out and in again: a library of some hundred items, by the operator's commands.

The portal's own items, and their texts again under other addresses until there are enough; then
export, a dry run and an import into an empty place, and the round trip compared entry by entry.
Runs under pytest with the other measurements, or alone: `python -m tests.bench.moving_library`.
"""

import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import scratch

COPIES = 10  # of some 50 items
ROUNDS = 3


def test_moving_a_library() -> None:
    main()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, scratch.database("mvai_bench_moving") as address:
        folder = Path(name)

        def manage(*arguments: str) -> Callable[[], float]:
            return lambda: scratch.manage(address, *arguments)[0]

        scratch.manage(address, "load_library")
        scratch.manage(address, "export_library", str(folder / "own.zip"))
        many, back = folder / "many.zip", folder / "back.zip"
        entries, items = _multiplied(folder / "own.zip", many)
        print(f"\n{items} items, {entries} versions and files, {many.stat().st_size >> 10:,} kB")
        for what, arguments, is_empty in (
            ("a dry run", ("import_library", str(many), "--as-it-was", "--dry-run"), True),
            ("into an empty place", ("import_library", str(many), "--as-it-was"), True),
            ("the same again", ("import_library", str(many), "--as-it-was"), False),
            ("out", ("export_library", str(back)), False),
        ):
            seconds, memory = [], []
            for _round in range(ROUNDS):
                if is_empty:
                    scratch.execute(address, "TRUNCATE resources_item CASCADE")
                back.unlink(missing_ok=True)
                started = time.perf_counter()
                memory.append(manage(*arguments)())
                seconds.append(time.perf_counter() - started)
            print(f"  {what:20} {statistics.median(seconds):6.1f} s, peak {max(memory):.0f} MB")
        assert _contents(back) == _contents(many)


def _multiplied(own: Path, many: Path) -> tuple[int, int]:
    """The same zip with each item under more addresses; how many entries and items it has."""
    entries: dict[str, bytes] = {}
    with zipfile.ZipFile(own) as source:
        model = source.infolist()[0]
        for path in source.namelist():
            top, slug, rest = path.split("/", 2)
            data = source.read(path)
            entries[path] = data
            for number in range(2, COPIES + 1):
                entries[f"{top}/{slug}-{number}/{rest}"] = data
    with zipfile.ZipFile(many, "w", zipfile.ZIP_STORED) as made:
        for path in sorted(entries):
            info = zipfile.ZipInfo(path, model.date_time)
            info.external_attr, info.create_system = model.external_attr, model.create_system
            made.writestr(info, entries[path])
    return len(entries), len({path.split("/")[1] for path in entries})


def _contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


if __name__ == "__main__":
    main()
