"""How often strangers may ask for something: by one address, and by all of them together.

Counted in PostgreSQL beside the tries to sign in, so that every process knows it and a restart
forgets nothing. Beyond it the answer is the calm page of lockout.middleware, with a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from mvai.accounts.lockout import counting
from mvai.accounts.lockout.counting import TooManyTries
from mvai.accounts.lockout.models import Try
from mvai.audit.middleware import address_of


class TooOften(TooManyTries):
    """Not now, whoever asks: it is nobody's account that waits."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within so long. One address may stand for a whole agency behind one router."""

    name: str
    by_an_address: int
    in_all: int
    within: timedelta = timedelta(minutes=15)


def count(request, rate: Rate, *, at: datetime) -> None:
    """Count one more, or raise TooOften with the time from which it is taken again."""
    what = counting.hashed("rate", rate.name)
    address = counting.hashed(f"rate {rate.name}", counting.net(address_of(request)))
    with transaction.atomic():
        counting.one_at_a_time(what, address)
        recent = Try.objects.since(at - rate.within).filter(account=what)
        ends = (
            counting.end_of(recent.filter(address=address), rate.by_an_address, rate.within),
            counting.end_of(recent, rate.in_all, rate.within),
        )
        until = max((end for end in ends if end is not None), default=None)
        if until is None:
            Try.objects.create(account=what, address=address, at=at)
            return
    raise TooOften(until)
