"""The life of an alarm: which state may follow which."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlarmState(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    TAKEN = "taken", _("Taken")
    GIVEN_BACK = "given_back", _("Given back, ringing again")
    SETTLED = "settled", _("Settled")


# From "taken" it rings again when it was given back, or when nothing came of it. What was settled
# stays settled: the same cause rings as an alarm of its own.
NEXT: dict[AlarmState, frozenset[AlarmState]] = {
    AlarmState.RINGING: frozenset({AlarmState.TAKEN, AlarmState.SETTLED}),
    AlarmState.TAKEN: frozenset({AlarmState.GIVEN_BACK, AlarmState.RINGING, AlarmState.SETTLED}),
    AlarmState.GIVEN_BACK: frozenset({AlarmState.TAKEN, AlarmState.SETTLED}),
    AlarmState.SETTLED: frozenset(),
}

RINGING = frozenset({AlarmState.RINGING, AlarmState.GIVEN_BACK})
OPEN = RINGING | {AlarmState.TAKEN}


def moves() -> Iterable[tuple[str, str]]:
    """Every allowed (source, target), in a stable order."""
    return [
        (source.value, target.value)
        for source, targets in NEXT.items()
        for target in sorted(targets, key=lambda state: state.value)
    ]
