"""Celery: the doorbell and the muscle, never the memory.

No task carries state, and nothing is scheduled in the broker: what is due is a row, and
beat's only job is to ask the database every few seconds what has fallen due.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

app = Celery("mvai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
