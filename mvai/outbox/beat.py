"""Beat, with a heartbeat of its own and without a schedule file."""

import logging
import time
from typing import Any

from celery.beat import Scheduler
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from mvai.outbox.models import Heartbeat

EVERY = 5  # seconds

log = logging.getLogger(__name__)


class HeardScheduler(Scheduler):
    """Keeps its few entries in memory: what is due is in the database, not here."""

    max_interval = EVERY
    _heard_at = float("-inf")

    def install_default_entries(self, _data: object) -> None:
        """None of Celery's own: there are no results to clean up."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        self._be_heard()
        return super().tick(*args, **kwargs)

    def _be_heard(self) -> None:
        if time.monotonic() - self._heard_at < EVERY:
            return
        self._heard_at = time.monotonic()
        try:
            close_old_connections()
            Heartbeat.objects.beat("beat", timezone.now())
        except DatabaseError as error:
            log.warning("beat could not be heard: %s", type(error).__name__)
            connection.close()
