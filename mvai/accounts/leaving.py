"""What else must happen when somebody stops working the desk: the apps above say so."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from mvai.accounts.models import User


class Hook(Protocol):
    """Runs in the transaction in which `user` leaves; `by` is who turned them off."""

    def __call__(self, *, user: User, by: User, at: datetime) -> None: ...


_hooks: dict[str, Callable[..., None]] = {}


def on_deactivated(name: str, hook: Hook) -> None:
    """Run `hook` when an account is turned off, or is left without any role of the desk.

    Hooks run in the order in which they were registered; the same name replaces.
    """
    _hooks[name] = hook


def leave(*, user: User, by: User, at: datetime) -> None:
    """What `user` had on hand goes back to the desk. Safe to repeat."""
    for hook in _hooks.values():
        hook(user=user, by=by, at=at)
