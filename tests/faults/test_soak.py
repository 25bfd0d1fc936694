"""Everything at once: random kills, and providers at their worst. `make bench` runs it in full."""

from tests.faults.harness import portal
from tests.faults.soaking import soak


def test_none_is_lost_and_none_comes_twice_unmarked(tmp_path):
    with portal(tmp_path / "var") as one:
        result = soak(one, messages=120, alarms=8, chunks=4, seconds=150)

    print(result)
    assert result.promised >= 2 * 120
    assert result.kills
