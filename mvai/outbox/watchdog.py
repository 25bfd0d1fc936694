"""What the watchdog does in one round. It needs the database, and neither Redis nor Celery."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from mvai.outbox import sweeps
from mvai.outbox.delivery import deliver_due
from mvai.outbox.models import Heartbeat, Silence

log = logging.getLogger(__name__)

OVERDUE = timedelta(seconds=15)  # after which an urgent message is sent by the watchdog itself
SILENT = timedelta(seconds=60)  # after which the pipeline is taken to be down
PIPELINE = "worker"  # its heartbeat is written by a sweep, so beat, Redis and worker all live
_SECONDS_FOR_MAIL = 5


def run_round(now: datetime) -> None:
    """Send what is overdue; in a silence do everything that is due, and tell the operators."""
    Heartbeat.objects.beat("watchdog", now)
    deliver_due(now, urgent_only=True, overdue=OVERDUE)
    silence = _note_silence(now)
    if silence is not None:
        sweeps.run_all(now)
    _tell_operators(now)


def is_silent(heard_at: datetime | None, now: datetime) -> bool:
    return heard_at is None or now - heard_at > SILENT


def _note_silence(now: datetime) -> Silence | None:
    """The silence that lasts now, begun or ended as the heartbeat says."""
    heard_at = Heartbeat.objects.last(PIPELINE)
    if heard_at is None:
        # Nothing was ever heard: count from our own first look, so that a start is no silence.
        Heartbeat.objects.beat(PIPELINE, now)
        return None
    if not is_silent(heard_at, now):
        Silence.objects.filter(what=PIPELINE, ended_at=None).update(ended_at=now)
        return None
    silence, _is_new = Silence.objects.get_or_create(
        what=PIPELINE, ended_at=None, defaults={"since": heard_at, "noticed_at": now}
    )
    return silence


def _tell_operators(now: datetime) -> None:
    """Once of each silence and once of its end. What can't be told now is told later."""
    for silence in Silence.objects.filter(what=PIPELINE, told_at=None, ended_at=None):
        if _mail(
            _("MVAI portal: messages are late"),
            _(
                "Messages have not moved by the usual way since {since} UTC.\n\n"
                "The watchdog is sending them meanwhile. Please look at the worker, at beat and "
                "at Redis; docs/operations.md says how."
            ).format(since=f"{silence.since:%Y-%m-%d %H:%M}"),
        ):
            Silence.objects.filter(pk=silence.pk).update(told_at=now)
    ended = Silence.objects.filter(
        what=PIPELINE, told_at__isnull=False, ended_at__isnull=False, told_of_end_at=None
    )
    for silence in ended:
        if _mail(
            _("MVAI portal: messages move again"),
            _("Messages were late from {since} to {until} UTC. They move as usual again.").format(
                since=f"{silence.since:%Y-%m-%d %H:%M}", until=f"{silence.ended_at:%Y-%m-%d %H:%M}"
            ),
        ):
            Silence.objects.filter(pk=silence.pk).update(told_of_end_at=now)


def _mail(subject: str, text: str) -> bool:
    """Straight to the mail server: the outbox may be what is broken."""
    if not settings.OPERATOR_EMAILS:
        return True
    try:
        EmailMessage(
            subject,
            text,
            to=settings.OPERATOR_EMAILS,
            connection=get_connection(timeout=_SECONDS_FOR_MAIL),
        ).send()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.error("operators could not be told: %s", type(error).__name__)
        return False
    return True
