from datetime import timedelta

from mvai.web.pace import Pace
from tests.factories import NOON

TEN = timedelta(minutes=10)


def test_a_key_has_so_many_within_so_long_and_then_again():
    pace = Pace(most=2, within=TEN)

    assert [pace.allows("a", at=NOON) for _ in range(3)] == [True, True, False]
    assert pace.allows("b", at=NOON)
    assert pace.allows("a", at=NOON + TEN)


def test_more_keys_than_memory_is_for_are_refused(monkeypatch):
    monkeypatch.setattr(Pace, "MOST_KEYS", 2)
    pace = Pace(most=5, within=TEN)

    assert [pace.allows(key, at=NOON) for key in ("a", "b", "c", "a")] == [True, True, False, True]
