"""`manage.py probe NAME`: is this process doing its work? For a container's health check."""

import os
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from mvai.outbox.models import Heartbeat
from mvai.site.supervisor import PROCESSES

LIMIT = timedelta(seconds=90)  # without a sign of life


class Command(BaseCommand):
    help = "Exit with 0 when the named process showed a sign of life lately, else with 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", choices=[process.name for process in PROCESSES])

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        problem = _pages_problem() if name == "web" else _heartbeat_problem(name)
        self.stdout.write(problem or f"{name} is well")
        sys.exit(1 if problem else 0)


def _pages_problem() -> str:
    """Why no page is served; empty when one is."""
    port = os.environ.get("PORT") or "8000"
    host = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=8):  # noqa: S310
            return ""
    except urllib.error.URLError as error:
        return f"web does not serve: {error}"


def _heartbeat_problem(name: str) -> str:
    try:
        last = Heartbeat.objects.last(name)
    except DatabaseError as error:
        return f"the database does not answer: {str(error).strip().splitlines()[0]}"
    if last is None:
        return f"{name} has shown no sign of life yet"
    silent = timezone.now() - last
    return f"{name} is silent since {last.isoformat()}" if silent > LIMIT else ""
