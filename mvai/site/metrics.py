"""Figures for whoever watches the installation, in Prometheus' format. No names, no references."""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from mvai.audit import chain, checking
from mvai.duty.models import Alarm
from mvai.outbox import figures
from mvai.site.models import BrowserReport


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Only for who holds METRICS_TOKEN; for everyone else, and without one set, it isn't there."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Portal())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Portal:
    """Read from the database at the moment of asking, so that every web process says the same."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        waiting = GaugeMetricFamily(
            "mvai_messages_waiting", "Messages that are due and have not left.",
            labels=["channel", "urgency"],
        )  # fmt: skip
        oldest = GaugeMetricFamily(
            "mvai_messages_oldest_seconds", "Age of the message that waits longest.",
            labels=["channel"],
        )  # fmt: skip
        left = GaugeMetricFamily(
            "mvai_messages_left_last_hour", "Messages handed over in the last hour.",
            labels=["channel"],
        )  # fmt: skip
        open_ = GaugeMetricFamily(
            "mvai_channel_open", "1 while a channel is neither paused nor resting.",
            labels=["channel"],
        )  # fmt: skip
        for row in figures.by_channel(now):
            waiting.add_metric([row.channel.value, "urgent"], row.waiting_urgent)
            waiting.add_metric([row.channel.value, "routine"], row.waiting_routine)
            age = (now - row.oldest).total_seconds() if row.oldest else 0
            oldest.add_metric([row.channel.value], max(age, 0))
            left.add_metric([row.channel.value], row.left_in_an_hour)
            open_.add_metric([row.channel.value], int(not (row.is_paused or row.is_resting)))
        yield from (waiting, oldest, left, open_)
        yield GaugeMetricFamily(
            "mvai_messages_unsent", "Messages that failed and nobody has settled.", figures.unsent()
        )
        heard = GaugeMetricFamily(
            "mvai_heard_seconds_ago", "Seconds since a process, or the test message, was heard.",
            labels=["name"],
        )  # fmt: skip
        for name, at in figures.heartbeats().items():
            heard.add_metric([name], max((now - at).total_seconds(), 0))
        yield heard
        yield GaugeMetricFamily(
            "mvai_browser_reports_today", "What browsers refused on our pages today.",
            BrowserReport.objects.filter(day=now.date()).aggregate(n=Sum("count"))["n"] or 0,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "mvai_alarms_ringing", "Alarms that nobody has taken.", Alarm.objects.ringing().count()
        )
        since = chain.waiting_since()
        yield GaugeMetricFamily(
            "mvai_audit_unsealed_seconds", "Age of the oldest audit entry that is not sealed.",
            max((now - since).total_seconds(), 0) if since else 0,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "mvai_audit_unsound", "1 while the audit log does not agree with its seals.",
            int(checking.is_unsound()),
        )  # fmt: skip
