"""From where the running code was asked to act: an address, and by way of which process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    address: str = ""
    via: str = "command"


_where: ContextVar[Where] = ContextVar("where", default=Where())  # noqa: B039 - it is frozen


def current() -> Where:
    return _where.get()


@contextmanager
def via(name: str, *, address: str = "") -> Iterator[None]:
    """Everything recorded inside came by way of web, worker, watchdog or command."""
    token = _where.set(Where(address=address, via=name))
    try:
        yield
    finally:
        _where.reset(token)
