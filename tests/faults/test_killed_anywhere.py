"""A process may die between any two commits: nothing is lost, and nothing comes twice unmarked.

Some two hundred commits and hand-overs; every thirteenth here, each one in tests/bench/soak.py.
"""

import json

from mvai.site.embedded import OWNER
from tests.faults.harness import Portal, portal

RUN = "from tests.faults.dying import every_point; every_point({sink!r}, each={each})"


def test_a_death_after_any_commit_changes_nothing_in_the_end(tmp_path):
    with portal(tmp_path / "var", start=("sink",)) as one:
        points, changed = deaths(one, each=13)

    assert points > 10
    assert not changed, json.dumps(changed)


def deaths(one: Portal, *, each: int) -> tuple[int, dict]:
    """How many deaths there were, and what differed in the end, by the point of the death."""
    script = RUN.format(sink=one.sink_url, each=each)
    owner = one.postgres.url(role=OWNER)
    printed = one.manage("shell", "-c", script, seconds=3600, DATABASE_URL=owner)
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    (_alive, whole), *rounds = [(line.pop("point"), line) for line in lines]
    assert whole["faults"] == {}
    return len(rounds), {
        point: _differences(whole, left) for point, left in rounds if left != whole
    }


def _differences(whole: dict, left: dict) -> dict:
    return {name: (value, left[name]) for name, value in whole.items() if left[name] != value}
