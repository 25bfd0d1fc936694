"""What the log costs: an entry in a request, sealing and verifying, looking things up.

Promised: at most one query and 1 ms (p50) for a request that reads; sealing 200,000 entries goes
on beside everything else, in rounds; a page of the log p50 ≤ 50 ms however long it is.
"""

import statistics
import time
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mvai.audit import chain, checking, log, verifying
from mvai.audit.models import AuditEntry, AuditSeal
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.requests import stories

ENTRIES = 200_000
TIMES = 400
FILL = """
    INSERT INTO audit_entry (at, kind, verb, actor_id, actor_roles, target_type, target_id, label,
                             result, address, via, facts)
    SELECT %s::timestamptz + number * interval '1 minute',
           CASE WHEN number %% 3 = 0 THEN 'write' ELSE 'read' END,
           CASE WHEN number %% 3 = 0 THEN 'request.changed' ELSE 'request.read' END,
           number %% 40 + 1, 'duty_officer', 'requests.assistancerequest', number %% 2000 + 1,
           'MV-' || number %% 2000 + 1, 'done', '203.0.113.' || number %% 250, 'web',
           '{"fields": ["title", "language"], "part": "workspace"}'
    FROM generate_series(1, %s) AS number
"""


def test_what_an_entry_costs_a_request(db):
    officer, assistance_request = UserFactory(duty_officer=True), stories.triaged()
    client = sign_in(Client(), officer)
    client.get(assistance_request.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        client.get(assistance_request.get_absolute_url())
    of_the_log = [one for one in queries.captured_queries if "request.read" in one["sql"]]

    spans = []
    for _ in range(TIMES):
        started = time.perf_counter()
        log.record_read(
            verb="request.read",
            target=assistance_request,
            by=officer,
            at=NOON,
            label=assistance_request.reference,
            part="workspace",
        )
        spans.append(time.perf_counter() - started)
    _say("an entry in a request", spans)
    print(f"  queries of the log in a workspace: {len(of_the_log)} of {len(queries)}")
    assert len(of_the_log) <= 1


def test_sealing_verifying_and_looking_up(db):
    with connection.cursor() as cursor:
        cursor.execute(FILL, [NOON - timedelta(days=200), ENTRIES])
        cursor.execute("ANALYZE audit_entry")
    chain.seal(NOON)
    rounds, sealed = [], 0
    while True:
        started = time.perf_counter()
        count = chain.seal(NOON)
        if not count:
            break
        sealed += count
        rounds.append(time.perf_counter() - started)
    print(
        f"\nsealing {sealed:,} entries: {sum(rounds):.1f} s, {sealed / sum(rounds):,.0f} a second"
    )
    _say(f"a round of {chain.SEALS * chain.ENTRIES:,}", rounds)
    assert sealed >= ENTRIES

    started = time.perf_counter()
    assert list(verifying.findings()) == []
    span = time.perf_counter() - started
    print(f"verifying them: {span:.1f} s, {sealed / span:,.0f} a second")
    started = time.perf_counter()
    checking.check_due(NOON)
    span = time.perf_counter() - started
    print(f"a step of the daily check ({checking.SEALS} seals): {span * 1000:.0f} ms")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('audit_seal'),"
                       " pg_total_relation_size('audit_entry')")  # fmt: skip
        seals, entries = cursor.fetchone()
    print(f"seals {seals / 1e6:.1f} MB beside {entries / 1e6:.1f} MB of entries")
    assert AuditSeal.objects.count() >= ENTRIES / chain.ENTRIES
    _look()


def _look() -> None:
    client = sign_in(Client(), UserFactory(auditor=True))
    deep = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)[1000]
    page = reverse("dashboard:audit")
    for name, filters in (
        ("the first page", {}),
        ("a page at its far end", {"before": deep}),
        ("by reference", {"record": "MV-77"}),
        ("by person", {"person": "7"}),
        ("by verb", {"verb": "request.changed"}),
        ("by result, with none", {"result": "refused"}),
        ("by address", {"address": "203.0.113.7"}),
    ):
        spans = []
        for _ in range(20):
            started = time.perf_counter()
            client.get(page, filters)
            spans.append(time.perf_counter() - started)
        _say(name, spans)
    started = time.perf_counter()
    answer = client.get(reverse("dashboard:export_audit"))
    size = sum(len(part) for part in answer.streaming_content)
    span = time.perf_counter() - started
    print(f"  a file of 100,000 entries: {span:.1f} s, {size / 1e6:.1f} MB")


def _say(what: str, spans: list[float]) -> None:
    p50, p95 = statistics.median(spans), statistics.quantiles(spans, n=20)[18]
    print(f"  {what}: p50 {p50 * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms")
