"""Wrong tries, counted in PostgreSQL: five in 15 minutes for an account, 20 for an address.

A try counts as wrong from its beginning until it is found right, so a hundred at once are five.
A browser that was signed in to an account before has a count of its own there: strangers can't
lock out its owner, and it is no way around the count of strangers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from mvai.accounts.lockout.models import Try
from mvai.accounts.models import User
from mvai.audit import log

WITHIN = timedelta(minutes=15)
MOST_PER_ACCOUNT = 5
MOST_PER_ADDRESS = 20
KEPT_FOR = timedelta(hours=24)  # as RetentionClass.CONTACT_TOKEN says
BATCH = 1000
_IPV6_NETWORK = 64  # a household has that many addresses, so it counts as one


class TooManyTries(Exception):
    """Not now. `until` is when the next try is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries: the account's hash, the browser known to it (or ""), the address's hash."""

    account: str
    device: str
    address: str


def caller(*, email: str, device: str, address: str) -> Caller:
    return Caller(
        account=account_hash(email), device=device, address=hashed("address", net(address))
    )


def account_hash(email: str) -> str:
    """The same for every way to write one address; says nothing without SECRET_KEY."""
    return hashed("account", unicodedata.normalize("NFKC", email).strip().casefold())


def begin_try(*, caller: Caller, email: str, at: datetime) -> int:
    """Count a try before it is judged; its number, for `take_back`. Raises TooManyTries."""
    with transaction.atomic():
        one_at_a_time(caller.account + caller.device, caller.address)
        until = _locked_until(caller, at)
        if until is None:
            made = Try.objects.create(
                account=caller.account, device=caller.device, address=caller.address, at=at
            )
            if _locked_until(caller, at) is not None:
                _record_lockout(email, at)
            return made.pk
    raise TooManyTries(until)


def take_back(number: int) -> None:
    """The try was right. Earlier ones still count until the whole sign-in is done."""
    Try.objects.filter(pk=number).delete()


def forget_tries(caller: Caller) -> None:
    """The whole sign-in was right: what this browser, or all strangers, tried before is over."""
    Try.objects.filter(account=caller.account, device=caller.device).delete()


def free_account(email: str) -> None:
    """Its person has come by a link in their own mail: every count of the account is over."""
    Try.objects.filter(account=account_hash(email)).delete()


def purge(now: datetime) -> int:
    """A sweep: tries that no longer count."""
    old = Try.objects.filter(at__lte=now - KEPT_FOR, legal_hold=False).values("pk")[:BATCH]
    return Try.objects.filter(pk__in=old).delete()[0]


def _locked_until(caller: Caller, at: datetime) -> datetime | None:
    recent = Try.objects.since(at - WITHIN)
    ends = [end_of(recent.filter(account=caller.account, device=caller.device), MOST_PER_ACCOUNT)]
    if not caller.device:
        ends.append(end_of(recent.filter(address=caller.address, device=""), MOST_PER_ADDRESS))
    return max((end for end in ends if end is not None), default=None)


def end_of(tries, most: int, within: timedelta = WITHIN) -> datetime | None:
    """When fewer than `most` will count; None when they are fewer now."""
    latest = list(tries.order_by("-at").values_list("at", flat=True)[:most])
    return latest[-1] + within if len(latest) == most else None


def one_at_a_time(*names: str) -> None:
    """Until the end of the transaction; in one order, so that two never wait for each other."""
    numbers = sorted({_number(name) for name in names})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _record_lockout(email: str, at: datetime) -> None:
    # Looked up for unknown accounts as well: both cost the same.
    user = User.objects.filter(email__iexact=email.strip()).first()
    log.record(verb="account.locked_out", target=user, by=None, at=at, result="refused")


def hashed(kind: str, text: str) -> str:
    key = hashlib.sha256(f"mvai.lockout.{kind}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _number(text: str) -> int:
    digest = hashlib.sha256(f"mvai.lockout:{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def net(address: str) -> str:
    """An IPv6 address stands for its network; anything else for itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/{_IPV6_NETWORK}", strict=False).network_address)
