"""Looks into the program's mailbox, at most once a minute, whoever sweeps."""

import logging
import threading
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Q

from mvai.audit import where
from mvai.audit.adding import add_if_new
from mvai.outbox.inbound import Kind, Mail, Mailbox, MailboxFailed, own_mail_returned, read, settle
from mvai.outbox.models import Heartbeat, Message
from requests.actions import inbound

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=60)
STRETCH = 40.0  # seconds after which the rest is left to the next look
ASKED = "mailbox asked"  # when somebody last began to look
HEARD = "mailbox"  # when a look last ended well

_looking = threading.Lock()


def poll(now: datetime) -> int:
    """Look into the mailbox if it is time; how many mails were taken.

    Processes that do other things as well don't wait for a mail server: there it is done
    beside them, in a thread with a connection of its own, and 0 is returned.
    """
    if not settings.INBOX_URL or _looking.locked() or not _is_time(now):
        return 0
    via = where.current().via
    if via == "command":
        return look(now)
    threading.Thread(target=_look_beside, args=(now, via), name="mailbox", daemon=True).start()
    return 0


def look(now: datetime) -> int:
    """Take what is new, one mail at a time: kept and dealt with first, marked as read after."""
    if not _looking.acquire(blocking=False):
        return 0
    started = time.monotonic()
    taken = 0
    try:
        with Mailbox.opened(settings.INBOX_URL) as mailbox:
            for uid in mailbox.unread():
                if time.monotonic() - started > STRETCH:
                    break
                if raw := mailbox.fetch(uid):
                    take(read(raw, host=_host()), at=now)
                mailbox.mark_read(uid)
                taken += 1
        Heartbeat.objects.beat(HEARD, now)
    except MailboxFailed as error:
        log.warning("the mailbox can't be read: %s", error)
    finally:
        _looking.release()
    return taken


def take(mail: Mail, *, at: datetime) -> None:
    """Make of one mail what it is. Doing it twice does it once."""
    if mail.kind is Kind.BOUNCE and mail.bounce is not None:
        settle(mail.bounce, at=at)
    elif mail.own and Message.objects.filter(reference=mail.own).exists():
        own_mail_returned(mail.own, at)
        return  # nothing that anybody wrote to us
    inbound.receive_mail(mail, at=at)


def _is_time(now: datetime) -> bool:
    """Whether it is ours to look now: of all who ask within a minute, one is told yes."""
    if add_if_new([Heartbeat(name=ASKED, at=now)]):
        return True
    # A clock that was set back must not keep the mailbox closed.
    due = Q(at__lte=now - EVERY) | Q(at__gt=now + EVERY)
    return bool(Heartbeat.objects.filter(due, name=ASKED).update(at=now))


def _look_beside(now: datetime, via: str) -> None:
    try:
        with where.via(via):
            look(now)
    except Exception as error:
        # The class only: a message may quote a mail.
        log.error("looking into the mailbox failed: %s", type(error).__name__)
    finally:
        connection.close()


def _host() -> str:
    """What our Message-IDs end with; channels/email.py makes them."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"
