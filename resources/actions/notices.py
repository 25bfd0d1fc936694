"""What the editors' desk says on top, from whoever has something to say: links that broke,
searches that found nothing. Registered from `ready()`, asked each time the desk is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mvai.accounts.models import User


@dataclass(frozen=True, slots=True)
class Notice:
    """One line on the desk, which leads to where it is dealt with."""

    text: str
    url: str
    label: str  # of the link
    tone: str = "plain"


Source = Callable[[User, datetime], list[Notice]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known; registering the same name again replaces it."""
    _sources[name] = source


def notices(user: User, now: datetime) -> list[Notice]:
    return [notice for name in sorted(_sources) for notice in _sources[name](user, now)]
