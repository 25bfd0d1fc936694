"""What the watchdog does in one round. It needs the database, and neither Redis nor Celery."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils.translation import gettext as _

from mvai.outbox import outward, sweeps
from mvai.outbox.delivery import deliver_due
from mvai.outbox.models import Heartbeat, Silence

log = logging.getLogger(__name__)

OVERDUE = timedelta(seconds=15)  # after which an urgent message is sent by the watchdog itself
SILENT = timedelta(seconds=60)  # after which a lane is taken to be down
PING_EVERY = timedelta(seconds=60)
# The lanes by their heartbeats, which their sweeps write: beat, Redis and the worker all live.
PIPELINE, ROUTINE = "worker", "routine"
_LANES = {PIPELINE: True, ROUTINE: False}  # and whether what they do is urgent
# The routine lane a little later: when both fall silent at once, operators hear of one thing.
_SILENT = {PIPELINE: SILENT, ROUTINE: timedelta(seconds=75)}
_SECONDS = 5


@dataclass(slots=True)
class Ping:
    """When somebody outside was last told that all is well."""

    sent_at: datetime | None = None


_ping = Ping()


def run_round(now: datetime) -> None:
    """Send what is overdue; in a silence do everything that is due, and tell the operators."""
    moment = _running_from(now)
    Heartbeat.objects.beat("watchdog", now)
    deliver_due(now, urgent_only=True, overdue=OVERDUE)
    silent = [lane for lane in _LANES if _note_silence(lane, moment()) is not None]
    for lane in silent:
        sweeps.run(moment(), urgent=_LANES[lane])
    _tell_operators(moment())
    if not silent:
        _ping_outside(moment())


def _running_from(now: datetime) -> Callable[[], datetime]:
    """The time as the round goes on: a gateway that hangs makes its first half long, and a lease
    that counts from before it would be over too soon."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def is_silent(heard_at: datetime | None, now: datetime, lane: str = PIPELINE) -> bool:
    return heard_at is None or now - heard_at > _SILENT.get(lane, SILENT)


def _note_silence(lane: str, now: datetime) -> Silence | None:
    """The silence that lasts now, begun or ended as the heartbeat says."""
    heard_at = Heartbeat.objects.last(lane)
    if heard_at is None:
        # Nothing was ever heard: count from our own first look, so that a start is no silence.
        Heartbeat.objects.beat(lane, now)
        return None
    if not is_silent(heard_at, now, lane):
        Silence.objects.filter(what=lane, ended_at=None).update(ended_at=now)
        return None
    silence, _is_new = Silence.objects.get_or_create(
        what=lane, ended_at=None, defaults={"since": heard_at, "noticed_at": now}
    )
    return silence


def _tell_operators(now: datetime) -> None:
    """Once of each silence and once of its end. What can't be told now is told later."""
    for silence in Silence.objects.filter(told_at=None, ended_at=None):
        if silence.what == ROUTINE and _explains(PIPELINE, now):
            continue
        if _tell(
            _("MVAI portal: messages are late"),
            _(
                "Messages have not moved by the usual way since {since} UTC ({what}).\n\n"
                "The watchdog is sending them meanwhile. Please look at the workers, at beat and "
                "at Redis; docs/operations.md says how."
            ).format(since=f"{silence.since:%Y-%m-%d %H:%M}", what=silence.what),
        ):
            Silence.objects.filter(pk=silence.pk).update(told_at=now)
    ended = Silence.objects.filter(
        told_at__isnull=False, ended_at__isnull=False, told_of_end_at=None
    )
    for silence in ended:
        if _tell(
            _("MVAI portal: messages move again"),
            _(
                "Messages were late from {since} to {until} UTC ({what}). They move as usual again."
            ).format(
                since=f"{silence.since:%Y-%m-%d %H:%M}",
                until=f"{silence.ended_at:%Y-%m-%d %H:%M}",
                what=silence.what,
            ),
        ):
            Silence.objects.filter(pk=silence.pk).update(told_of_end_at=now)


def _explains(lane: str, now: datetime) -> bool:
    """A silence of this lane lasts, or ended so lately that the other may still be waking."""
    return (
        Silence.objects.filter(what=lane)
        .filter(Q(ended_at=None) | Q(ended_at__gt=now - SILENT))
        .exists()
    )


def _tell(subject: str, text: str) -> bool:
    """By mail and by webhook, straight: the outbox may be what is broken. One of them is enough."""
    ways = [
        *([_mail(subject, text)] if settings.OPERATOR_EMAILS else []),
        *([_post(subject, text)] if settings.OPERATOR_WEBHOOK else []),
    ]
    return any(ways) or not ways


def _mail(subject: str, text: str) -> bool:
    try:
        EmailMessage(
            subject,
            text,
            to=settings.OPERATOR_EMAILS,
            connection=get_connection(timeout=_SECONDS),
        ).send()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.error("operators could not be told by mail: %s", type(error).__name__)
        return False
    return True


def _post(subject: str, text: str) -> bool:
    body = json.dumps({"text": f"{subject}\n\n{text}"}).encode()
    try:
        answer = outward.post(settings.OPERATOR_WEBHOOK, body=body, headers={})
    except (outward.Inside, outward.Unreachable, outward.Unanswered) as error:
        log.error("operators could not be told by webhook: %s", type(error).__name__)
        return False
    return 200 <= answer.status < 300


def _ping_outside(now: datetime) -> None:
    """Tell somebody outside that all is well: when this stops, they tell the operators."""
    if not settings.DEADMAN_URL:
        return
    if _ping.sent_at is not None and _ping.sent_at <= now < _ping.sent_at + PING_EVERY:
        return
    _ping.sent_at = now  # one try a minute, whatever becomes of it
    try:
        httpx.get(settings.DEADMAN_URL, timeout=_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        log.warning("nobody outside could be told that all is well: %s", type(error).__name__)
