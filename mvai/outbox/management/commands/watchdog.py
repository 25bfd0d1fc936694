"""`manage.py watchdog`: sends urgent messages itself when the others are silent."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from mvai.audit import where
from mvai.outbox import watchdog

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Keep watch over the messages, with nothing but the database. Runs until it is stopped."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")

    def handle(self, *, every: float, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with where.via("watchdog"):
            while not stop.is_set():
                self._look()
                stop.wait(every)

    def _look(self) -> None:
        """One round; whatever went wrong, there is a next one."""
        try:
            close_old_connections()
            watchdog.run_round(timezone.now())
        except DatabaseError as error:
            log.warning("the database is away: %s", type(error).__name__)
            connection.close()
        except Exception as error:
            log.error("a round failed: %s", type(error).__name__)
