"""The portal. Importing it names the Celery app that every process rings and every task is of."""

from mvai.celery import app as celery_app

__all__ = ["celery_app"]
