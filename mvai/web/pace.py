"""How fast one address may go on, where nothing about it is to be written down."""

from datetime import datetime, timedelta


class Pace:
    """So many within so long for each key, counted in this process's memory alone.

    For what may be lost: every process counts for itself, and forgets at the end of each stretch.
    """

    MOST_KEYS = 10_000

    def __init__(self, most: int, within: timedelta = timedelta(minutes=10)) -> None:
        self._most, self._within = most, within
        self._counts: dict[str, int] = {}
        self._until: datetime | None = None

    def allows(self, key: str, *, at: datetime) -> bool:
        """Count one more of this key; False when it had enough, or when too many came."""
        if self._until is None or at >= self._until:
            self._counts, self._until = {}, at + self._within
        count = self._counts.get(key, 0)
        if count >= self._most or (not count and len(self._counts) >= self.MOST_KEYS):
            return False
        self._counts[key] = count + 1
        return True
