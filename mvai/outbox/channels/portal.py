"""Notices in the portal: they are there as soon as they are due, and read when the person looks."""

from collections.abc import Callable
from datetime import datetime

from mvai.outbox.channels.letters import Letter, Receipt, Taken


def send(_letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Nothing leaves: the notice is the row itself."""
    about_to()
    return ""


def ask(_letter: Letter, *, since: datetime) -> Receipt:
    """Nobody outside has it, so showing it anew doubles nothing."""
    return Receipt(Taken.NO)
