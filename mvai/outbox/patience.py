"""How long a claim lasts, and how often and after which pauses delivery is tried."""

import zlib
from datetime import timedelta

# Longer than a hand-over can take. It counts anew from just before the provider gets the message,
# so what came before (finding the server, asking about an earlier try) takes nothing from it:
# channels.email gives each of the steps that are left 5 s, channels.gateway 8 s in all.
LEASE = timedelta(seconds=60)
URGENT_LEASE = timedelta(seconds=30)

_URGENT_PAUSES = tuple(timedelta(seconds=pause) for pause in (5, 15, 45, 120, 300, 600, 900))
_ROUTINE_PAUSES = tuple(timedelta(minutes=pause) for pause in (1, 5, 30, 120, 360, 720))
_URGENT_TRIES = 14  # about two hours
_ROUTINE_TRIES = 8  # about two days
_JITTER = 0.2  # of a pause, either way: a provider that comes back is not met by a crowd


def lease(*, urgent: bool) -> timedelta:
    return URGENT_LEASE if urgent else LEASE


def is_exhausted(*, attempts: int, urgent: bool) -> bool:
    return attempts >= (_URGENT_TRIES if urgent else _ROUTINE_TRIES)


def pause_after(*, attempts: int, urgent: bool, seed: int) -> timedelta:
    """The pause after the given number of attempts. The same seed gives the same jitter."""
    pauses = _URGENT_PAUSES if urgent else _ROUTINE_PAUSES
    pause = pauses[min(max(attempts, 1), len(pauses)) - 1]
    draw = zlib.crc32(f"{seed}:{attempts}".encode()) / 2**32  # 0 to 1, evenly
    return pause * (1 + _JITTER * (2 * draw - 1))
