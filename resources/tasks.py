"""The workers' side of the library: shells around the actions, with the clock."""

from celery import shared_task
from django.utils import timezone

from mvai.audit import where
from resources.actions import import_runs, links, scanning


@shared_task(name=import_runs.TASK)
def go_on_with_imports(**_future: object) -> None:
    with where.via("worker"):
        import_runs.work(timezone.now())


@shared_task(name=scanning.TASK)
def scan_files(**_future: object) -> None:
    with where.via("worker"):
        scanning.work(timezone.now())


@shared_task(name=links.TASK)
def try_links(**_future: object) -> None:
    with where.via("worker"):
        links.work(timezone.now())
