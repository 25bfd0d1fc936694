"""Taking what is due: the one way in which messages, alarm steps, offers, follow-ups and goals
are taken by whoever sweeps.

A row that is due is taken with a lease and the next generation number. Nobody else gets it while
the lease lasts; when whoever took it dies, the lease ends and the row is taken anew. The
generation tells a late process that the row is no longer its own. Taking it twice, late, or in
ten processes at once deals with it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import F, Q

from mvai.web.prepared import Moment

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
BATCH = 50
# No lease lasts longer: one that seems to was written by a clock that ran fast, and is void.
LONGEST = timedelta(minutes=10)


class Claimable(models.Model):
    """A row that somebody must deal with at its time. Its model says which rows are due."""

    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    generation = models.PositiveIntegerField(default=0, editable=False)  # one more at every claim

    class Meta:
        abstract = True


class Lost(Exception):
    """The row was claimed by another process meanwhile: what was done here is undone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to deal with one row until its lease ends."""

    pk: int
    generation: int

    def of(self, rows: models.QuerySet) -> models.QuerySet:
        """Those of `rows` that are this claim's: one, or none when somebody else has it now."""
        return rows.filter(pk=self.pk, generation=self.generation)


def lapsed(now: Moment) -> Q:
    """Leases that no longer hold: whoever had them died, or hangs."""
    return Q(lease_until__lte=now) | Q(lease_until__gt=now + LONGEST)


def take(
    due: models.QuerySet,
    *,
    now: datetime,
    lease: timedelta = LEASE,
    batch: int = BATCH,
    **fields: Any,
) -> list[Claim]:
    """Claim up to `batch` rows of `due` in its own order. `fields` are written with the lease.

    Two short statements in a transaction of their own, or a part of the caller's. Rows that
    another process is just taking are left to it.
    """
    with transaction.atomic():
        free = due.filter(Q(lease_until=None) | lapsed(now))
        rows = list(
            free.select_for_update(skip_locked=True, of=("self",), no_key=True)[:batch].values_list(
                "pk", "generation"
            )
        )
        if rows:
            due.model._base_manager.filter(pk__in=[pk for pk, _generation in rows]).update(
                lease_until=now + lease, generation=F("generation") + 1, **fields
            )
    return [Claim(pk, generation + 1) for pk, generation in rows]


def give_up(due: models.QuerySet, claim: Claim) -> None:
    """End the lease: the row is taken again at once if it is still due."""
    claim.of(due.model._base_manager.all()).update(lease_until=None)


def deal_with(
    due: models.QuerySet,
    deal: Callable[[Claim], bool],
    *,
    now: datetime,
    lease: timedelta = LEASE,
    batch: int = BATCH,
) -> int:
    """Take a batch and deal with each row in a transaction of its own; how many were dealt with.

    `deal` locks what it needs in its app's own order, looks with `claim.of(due)` whether the row
    is still its to deal with, and returns whether it was. A False, or a lock that could not be
    had in time, gives the row back. A row that can't be dealt with holds up no other: it is
    tried again when its lease ends.
    """
    dealt = 0
    for claim in take(due, now=now, lease=lease, batch=batch):
        try:
            with transaction.atomic():
                done = deal(claim)
        except OperationalError as error:  # a lock in the way, or the database is starting anew
            log.warning("%s %s waits: %s", due.model.__name__, claim.pk, type(error).__name__)
            done = False
        except Lost:
            continue
        except InterfaceError:
            raise  # the connection is gone: no row could be dealt with
        except Exception as error:
            # The class only: a message may quote a row, and rows hold names and numbers.
            log.error("%s %s failed: %s", due.model.__name__, claim.pk, type(error).__name__)
            continue
        if done:
            dealt += 1  # its lease may run out: the row is not due any more
        else:
            give_up(due, claim)
    return dealt
