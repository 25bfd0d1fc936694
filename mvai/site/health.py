"""Is this process alive, and can it do its work?"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from mvai.outbox import cycle
from mvai.outbox.models import Heartbeat

# A Redis that is away or frozen may not hold up the answer.
_IMPATIENT = {
    "socket_connect_timeout": 0.3,
    "socket_timeout": 0.3,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
_seen: dict[str, bool] = {"migrated": False}


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when pages can be served: the database answers and is of this version.

    Redis and the age of the test message are told but never decide: a page that takes a request
    must stay in service while messages are late. Whoever watches looks at "cycle".
    """
    report: dict[str, Any] = {"version": settings.VERSION}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        report["database"] = "ok"
        report["migrations"] = "ok" if _is_migrated() else "missing"
        if report["migrations"] == "ok":
            report["cycle"] = _cycle()
    except DatabaseError:
        report["database"] = "away"
    ready = report["database"] == "ok" and report.get("migrations") == "ok"
    report["redis"] = "ok" if _redis_answers() else "away"
    report["status"] = "ready" if ready else "not ready"
    return JsonResponse(report, status=200 if ready else 503)


def _cycle() -> dict[str, Any]:
    """How long ago a test message came round, in seconds, and whether that is too long."""
    if not cycle.is_on():
        return {"status": "off"}
    now, heard = timezone.now(), dict(Heartbeat.objects.values_list("name", "at"))
    last = heard.get(cycle.HEARD_AS)
    age = None if last is None else int((now - last).total_seconds())
    return {"status": "late" if cycle.is_late(heard, now) else "ok", "age_seconds": age}


def _is_migrated() -> bool:
    """Looked up until it is true; a running version can't become unmigrated."""
    if not _seen["migrated"]:
        executor = MigrationExecutor(connection)
        _seen["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen["migrated"]


def _redis_answers() -> bool:
    try:
        with Connection(settings.CELERY_BROKER_URL, transport_options=_IMPATIENT) as broker:
            channel: Any = broker.default_channel  # a Redis channel has a client
            return bool(channel.client.ping())
    except Exception:  # whatever went wrong, it did not answer
        return False
