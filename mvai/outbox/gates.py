"""Whether a channel may be used now: its pause, its rest after failures, its pace.

Asked in the transaction that claims a message, so that workers, watchdog and commands together
keep one limit. Rests and pauses delay a message; they never count as a try.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DurationField, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least, NullIf
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.outbox.limits import Limit
from mvai.outbox.models import MAY_SEE, ChannelGate, Message
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from mvai.web.prepared import Given, Prepared, PreparedUpdate, given_time
from mvai.web.refusals import Refused

RESTS_AFTER = 5  # failures in a row
RESTS = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300))
TRIAL = timedelta(seconds=30)  # in which the one message that tries a resting channel must end
# A time further ahead than any of ours was written by a clock that ran fast, and is void.
FAR = timedelta(minutes=10)


class NotNow(Exception):
    """The channel takes nothing more at this moment."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel


class CannotPause(Refused):
    """The channel is paused already, or isn't; or no reason was given."""


def limit_of(channel: str) -> Limit | None:
    """None: nobody outside is asked, so there is nothing to limit."""
    return settings.CHANNEL_LIMITS.get(channel)


def closed(now: datetime) -> list[str]:
    """The channels by which nothing at all goes out now."""
    resting = Q(rests_until__gt=now, rests_until__lte=now + FAR)
    found = ChannelGate.objects.filter(Q(paused_at__isnull=False) | resting)
    return list(found.values_list("channel", flat=True))


def admit(channel: str, *, urgent: bool, now: datetime) -> None:
    """Let one message through, or raise NotNow. Holds the channel's row until the commit."""
    limit = limit_of(channel)
    if limit is None:
        return
    if not _pass(channel, limit, urgent, now):
        if ChannelGate.objects.filter(channel=channel).exists():
            raise NotNow(channel)
        ChannelGate.objects.bulk_create([ChannelGate(channel=channel)], ignore_conflicts=True)
        if not _pass(channel, limit, urgent, now):
            raise NotNow(channel)
    # The row is ours until the commit, so nobody else counts at the same time.
    places = limit.at_once - (0 if urgent else limit.kept)
    if _under_way(channel, now) >= max(places, 1):
        raise NotNow(channel)


def note(channel: str, *, well: bool, now: datetime) -> None:
    """Remember how the provider fared: failures in a row make the channel rest, longer each time.

    Written in the transaction of the outcome. A provider that answers, if only to refuse a
    number, is well.
    """
    gate = ChannelGate.objects.filter(channel=channel)
    if well:
        _WELL_AGAIN.run(channel=channel)
        return
    gate.update(failures=F("failures") + 1)
    # Exactly: failures of messages that were under way when the rest began don't lengthen it.
    for rested in gate.filter(failures=RESTS_AFTER).values_list("rested", flat=True):
        pause = RESTS[min(rested, len(RESTS) - 1)]
        gate.update(rests_until=now + pause, rested=rested + 1)


@transaction.atomic
def pause(*, channel: str, reason: str, by: Any, at: datetime) -> ChannelGate:
    """Nothing goes out by this channel until somebody lets it. Messages wait; none is lost."""
    gate = _locked(channel, by)
    if gate.paused_at is not None:
        raise CannotPause(_("It is paused already."))
    if not reason.strip():
        raise CannotPause(_("Say why: your colleagues will read it."))
    gate.paused_at, gate.paused_by, gate.pause_reason = at, by, reason.strip()[:200]
    gate.save(update_fields=["paused_at", "paused_by", "pause_reason"])
    log.record(verb="channel.paused", target=gate, by=by, at=at, label=channel)
    return gate


@transaction.atomic
def resume(*, channel: str, by: Any, at: datetime) -> ChannelGate:
    """Messages go out again, and a rest after failures is over."""
    gate = _locked(channel, by)
    if gate.paused_at is None and gate.rests_until is None:
        raise CannotPause(_("It isn’t paused."))
    gate.paused_at = gate.paused_by = gate.rests_until = None
    gate.pause_reason, gate.failures, gate.rested = "", 0, 0
    gate.save()
    log.record(verb="channel.resumed", target=gate, by=by, at=at, label=channel)
    return gate


def _locked(channel: str, by: Any) -> ChannelGate:
    if not by.may(MAY_SEE):
        raise PermissionDenied
    if channel not in Channel.values:
        raise CannotPause(_("There is no such channel."))
    ChannelGate.objects.bulk_create([ChannelGate(channel=channel)], ignore_conflicts=True)
    return ChannelGate.objects.select_for_update().get(channel=channel)


def _pass(channel: str, limit: Limit, urgent: bool, now: datetime) -> bool:
    """One statement: take the next place in the channel's virtual schedule (GCRA)."""
    gap = timedelta(seconds=1 / limit.per_second)
    at_most = max(limit.burst - (0 if urgent else limit.kept), 1)
    place = {"channel": channel, "now": now, "far": now + FAR, "gap": gap}
    place["in_pace_until"] = now + gap * (at_most - 1)
    # A channel that rests is tried by one message once it has rested enough.
    return bool(_NEXT_PLACE.run(**place) or _TRIAL.run(**place, ends=now + TRIAL))


def _under_way(channel: str, now: datetime) -> int:
    return _CLAIMED.count(channel=channel, now=now)


_NOW, _FAR_AHEAD = given_time("now"), given_time("far")
# A place further ahead than FAR is void.
_known = NullIf(Least(F("next_at"), _FAR_AHEAD), _FAR_AHEAD)
_scheduled = Greatest(Coalesce(_known, _NOW), _NOW) + Given("gap", DurationField())


def _with_room() -> QuerySet[ChannelGate]:
    in_pace = Q(next_at=None) | Q(next_at__lte=given_time("in_pace_until"))
    return ChannelGate.objects.filter(
        in_pace | Q(next_at__gt=_FAR_AHEAD), channel=Given("channel"), paused_at=None
    )


_NEXT_PLACE = PreparedUpdate(
    lambda: (_with_room().filter(rests_until=None), {"next_at": _scheduled})
)
# The others wait for how the trial ends. One more failure begins the next rest.
_TRIAL = PreparedUpdate(
    lambda: (
        _with_room().filter(Q(rests_until__lte=_NOW) | Q(rests_until__gt=_FAR_AHEAD)),
        {
            "rests_until": given_time("ends"),
            "failures": RESTS_AFTER - 1,
            "next_at": _scheduled,
        },
    )
)
_WELL_AGAIN = PreparedUpdate(
    lambda: (
        ChannelGate.objects.filter(
            Q(failures__gt=0) | Q(rests_until__isnull=False), channel=Given("channel")
        ),
        {"failures": 0, "rests_until": None, "rested": 0},
    )
)
_CLAIMED = Prepared(
    lambda: Message.objects.filter(
        state=MessageState.CLAIMED, channel=Given("channel"), lease_until__gt=_NOW
    ).values("pk")
)
