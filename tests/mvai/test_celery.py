"""A worker that stops is gone soon, even when something holds it."""

import subprocess
import time

from mvai.celery import GoneInTime, app
from tools.bootstrap import PYTHON, ROOT

HELD = """
import time
from mvai import celery
celery.GONE_WITHIN = 0.2
celery.GoneInTime(None).close(None)
time.sleep(60)
"""


def test_every_worker_is_told_to_be_gone_in_time():
    assert GoneInTime in app.steps["worker"]


def test_what_holds_a_stopping_worker_does_not_keep_it():
    started = time.monotonic()

    ended = subprocess.run([PYTHON, "-c", HELD], cwd=ROOT, capture_output=True, timeout=50)

    assert ended.returncode == 1
    assert time.monotonic() - started < 30
