"""The ways a message can leave: each hands one letter to one provider and says what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from mvai.outbox.channels import chat, email, portal, sms, voice
from mvai.outbox.channels.letters import Letter, Receipt
from mvai.people.models import Channel


class Route(Protocol):
    """One channel; each module here is one."""

    def send(self, letter: Letter, *, about_to: Callable[[], None]) -> str:
        """Hand over and return the provider's reference ("" if it gives none).

        Calls `about_to` once, when nothing but the hand-over itself is left to do. Raises
        TryAgain, Rejected or NoAnswer.
        """

    def ask(self, letter: Letter, *, since: datetime) -> Receipt:
        """Whether the provider has taken the letter, as we began to hand it over at `since`.

        Raises TryAgain.
        """


_ROUTES: dict[str, Route] = {
    Channel.CHAT: chat,
    Channel.EMAIL: email,
    Channel.PORTAL: portal,
    Channel.SMS: sms,
    Channel.VOICE: voice,
}


def get(channel: str) -> Route:
    return _ROUTES[channel]
