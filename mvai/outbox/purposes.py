"""What messages are for: registered by the apps that promise them, from their `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise

from mvai.outbox.topics import Topic
from mvai.people.models import Channel, ContactPoint

if TYPE_CHECKING:
    from mvai.outbox.models import Message

# All that a message's text may hold besides fixed words: nothing about an incident, an
# agency or a person (domain.md section 5, "Messaging"). `caller` is the member of the desk who
# calls, by the name the page promises; `missed` is the time by which nobody did.
ALLOWED = frozenset({"reference", "url", "when", "code", "number", "caller", "missed"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a message is sent, over which channels, and what its text may say.

    `is_relevant(message, now)` is asked in the transaction that claims the message: "" sends
    it, a NotSent code drops it for that reason. `context(message)` gives the template's values,
    with keys from ALLOWED only. Texts are templates/messages/<code>.subject.txt, <code>.txt
    (mail) and <code>.sms.txt (text, voice, chat and the notice in the portal). `title` is what
    the staff page calls it.

    `channels` are in the order in which they are tried, `after` says which of them wait, and how
    long. People may wish otherwise for the purpose's `topic`. With `rooms`, active staff chat
    rooms are told as well. `unreached(message, at)` runs in the transaction in which the last way
    to reach the person has failed for good; without it an urgent message is brought to the desk.
    `despite_stop` is for answers to STOP and HELP: they go to a number that wants no more texts.
    With `at_night` it doesn't wait for the end of quiet hours though it isn't urgent: it lets
    somebody rest whom an urgent message has woken.

    Staff and advisors are told where they have shown that they read it; `to_unproven` names the
    channels on which that is not asked. Without it, it is not asked of a requester.
    """

    code: str
    urgent: bool
    channels: tuple[Channel, ...]
    is_relevant: "Callable[[Message, datetime], str]"
    context: "Callable[[Message], Mapping[str, Any]]"
    audience: Literal["staff", "advisor", "requester"]
    title: "str | Promise" = ""
    topic: str = Topic.WORK
    after: Mapping[Channel, timedelta] = field(default_factory=dict)
    rooms: bool = False
    unreached: "Callable[[Message, datetime], None] | None" = None
    despite_stop: bool = False
    at_night: bool = False
    to_unproven: frozenset[Channel] | None = None

    def may_go_to(self, point: ContactPoint) -> bool:
        """Whether it may go to this usable number or address, proven or not."""
        if point.is_proven:
            return True
        if self.to_unproven is None:
            return self.audience == "requester"
        return point.channel in self.to_unproven

    @property
    def words(self) -> str:
        return str(self.title) or self.code.replace("_", " ").capitalize()


_known: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Make a purpose known; registering the same code again replaces it."""
    if Channel.CHAT in purpose.channels or not (purpose.channels or purpose.rooms):
        raise ValueError(f"{purpose.code}: name the channels by which a person is reached.")
    _known[purpose.code] = purpose


def get(code: str) -> Purpose:
    """The purpose; KeyError when no app has registered it."""
    return _known[code]


def find(code: str) -> Purpose | None:
    """The purpose; None when an older version's is gone."""
    return _known.get(code)


def words(code: str) -> str:
    """What people call it, also when an older version's purpose is gone."""
    purpose = _known.get(code)
    return purpose.words if purpose else code.replace("_", " ").capitalize()


def registered() -> list[Purpose]:
    return sorted(_known.values(), key=lambda purpose: purpose.code)
