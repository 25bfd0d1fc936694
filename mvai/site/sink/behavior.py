"""How the providers of the sink treat a message: as they should, or as badly as they are told.

PUT /behavior takes, for each channel, one manner or a list of them:

    {"sms": {"status": 429, "retry_after": 5, "times": 3},
     "voice": [{"chance": 0.05, "drop": true}, {"chance": 0.1, "answer": "hang"}],
     "seed": 7}

The first manner of the list that applies is how a message is treated; when none does, it is
treated as it should be. With the same seed the same messages fare the same.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

# "asking" is how questions about what was taken are answered.
CHANNELS = ("email", "sms", "voice", "asking")

# proper: what the shape says. error: 200 with an error in it. nonsense: 200 with no JSON.
# half: the answer breaks off. closed: the socket is closed for writing, without an answer.
# hang: no answer, and the socket stays open.
Answer = Literal["proper", "error", "nonsense", "half", "closed", "hang"]
Receipts = Literal["in order", "reversed", "forgotten"]


@dataclass(frozen=True, slots=True)
class Manner:
    """One way of treating a message. Without arguments: as it should be."""

    # When it applies
    chance: float = 1.0
    times: int | None = None  # so often, then never again
    to: str = ""  # only what goes to this number or address
    # What happens to the message
    seconds: float = 0.0  # before it is taken
    drop: bool = False  # not taken; the connection is closed
    status: int = 0  # answered with this; from 400 on it isn't taken, unless `takes`
    code: int = 0  # the error's own number
    retry_after: int | None = None
    takes: bool = False
    body: str | None = None  # this instead of the answer's own
    answer: Answer = "proper"
    # What is said about it later
    receipts: Receipts = "in order"
    receipts_twice: bool = False
    receipts_first: bool = False  # before the answer
    receipt_seconds: float = 0.0  # before each
    ends: str = ""  # "undelivered", "busy", …; "" for delivered or completed
    error_code: int = 0  # of a bad end

    @property
    def keeps(self) -> bool:
        return not self.drop and (self.status < 400 or self.takes)


PROPER = Manner()


class NotUnderstood(ValueError):
    """What was asked for is not a behavior; says what is known."""


class Behavior:
    """How all channels behave now."""

    def __init__(self, asked: dict[str, Any] | None = None) -> None:
        """Raises NotUnderstood."""
        asked = dict(asked or {})
        # References are echoed in lists and answers, and can be asked for.
        self.echoes = bool(asked.pop("echoes", True))
        self._seed = asked.pop("seed", 0)
        self._random = random.Random(self._seed)  # noqa: S311
        if strangers := asked.keys() - set(CHANNELS):
            raise NotUnderstood(f"Unknown: {', '.join(sorted(strangers))}. Known: {CHANNELS}.")
        self._manners = {
            channel: [_manner(one) for one in (given if isinstance(given, list) else [given])]
            for channel, given in asked.items()
        }
        self._left = {
            channel: [manner.times for manner in manners]
            for channel, manners in self._manners.items()
        }

    def next(self, channel: str, to: str = "") -> Manner:
        """How the next message by this channel is treated; counts it."""
        draw = self._random.random()
        left = self._left.get(channel, [])
        for number, manner in enumerate(self._manners.get(channel, ())):
            remaining = left[number]
            if remaining == 0 or (manner.to and manner.to != to):
                continue
            if draw >= manner.chance:
                draw -= manner.chance  # the chances of a list add up
                continue
            if remaining is not None:
                left[number] = remaining - 1
            return manner
        return PROPER

    def as_json(self) -> dict[str, Any]:
        manners = {
            channel: [asdict(one) for one in some] for channel, some in self._manners.items()
        }
        return {**manners, "echoes": self.echoes, "seed": self._seed}


def _manner(given: Any) -> Manner:
    known = sorted(field.name for field in fields(Manner))
    if not isinstance(given, dict) or given.keys() - set(known):
        raise NotUnderstood(f"A manner has: {', '.join(known)}.")
    manner = Manner(**given)
    if manner.answer not in get_args(Answer) or manner.receipts not in get_args(Receipts):
        raise NotUnderstood(f"Answers: {get_args(Answer)}; receipts: {get_args(Receipts)}.")
    return manner
