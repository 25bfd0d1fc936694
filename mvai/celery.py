"""Celery: the doorbell and the muscle, never the memory.

No task carries state, and nothing is scheduled in the broker: what is due is a row, and
beat's only job is to ask the database every few seconds what has fallen due.
"""

import logging
import os
import threading
from typing import Any

from celery import Celery, bootsteps, signals
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

GONE_WITHIN = 25.0  # seconds; longer than any hand-over, shorter than operators' patience

log = logging.getLogger(__name__)


class GoneInTime(bootsteps.StartStopStep):
    """Sees to it that a worker which stops is gone soon, whatever holds it.

    A worker that loses Redis at a bad moment gives up, and may then hang without hearing
    anything: alive for whoever would start it again. What it was doing is on leases, and is
    found by a sweep.
    """

    def close(self, _worker: Any) -> None:
        timer = threading.Timer(GONE_WITHIN, _leave)
        timer.daemon = True
        timer.start()


def _leave() -> None:
    log.error("the worker did not end by itself within %.0f s of stopping", GONE_WITHIN)
    os._exit(1)


app = Celery("mvai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(GoneInTime)


@signals.task_prerun.connect
@signals.task_postrun.connect
def keep_only_a_good_connection(sender: Any, **_signal: Any) -> None:
    """Each thread keeps its connection from task to task, as a web process does.

    With a connection go the statements that were planned on it. One that failed, or is older
    than CONN_MAX_AGE, is closed; Django looks at the others before their first use in a task.
    """
    if not sender.request.is_eager:
        close_old_connections()
