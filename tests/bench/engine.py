"""The engine's pace: texts a second beside a bare loop, latency, sweeps, alarms.

Everything runs on this machine: the portal's processes, its PostgreSQL (which waits for its
disk), and the gateway they post to.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx

from mvai.site.supervisor import WORKER, Process
from tests.faults import harness
from tests.faults.harness import Portal, portal, wait_until

TEXTS, AT_ONCE = 1_500, 8
QUICK = {
    "SMS_PER_SECOND": "100000", "SMS_AT_ONCE": "64",
    "EMAILS_PER_SECOND": "100000", "EMAILS_AT_ONCE": "64",
}  # fmt: skip
HISTORY = (1_000, 100_000, 1_000_000)

PERSON = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.duty.models import Shift
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
now = timezone.now()
person = Person.objects.create(full_name="Dana Bench")
user = User.objects.create_user(email="dana@bench.example", person=person,
                                roles=["duty_officer"], at=now)
for channel, value in ((Channel.SMS, "(202) 555-0143"), (Channel.EMAIL, user.email)):
    add_contact_point(person=person, channel=channel, value=value, at=now, consented=True,
                      proven=True)
Shift.objects.create(user=user, role="primary", starts_at=now - timezone.timedelta(hours=1),
                     ends_at=now + timezone.timedelta(hours=9))
"""
# Rows as `enqueue` writes them, many at once: promising isn't what is measured.
PROMISE = """
INSERT INTO outbox_message (purpose, subject_type, subject_id, label, person_id, contact_point_id,
    channel, occurrence, urgent, state, promised_for, due_at, created_at, attempts, generation,
    may_be_repeated, overrode_quiet_hours, not_sent_reason, reference, provider_reference,
    handed_over_at, delivered_at)
SELECT 'alarm_taken', 'duty.alarm', {alarm}, 'MV-BENCH', point.person_id, point.id, 'sms',
    '{occurrence}-' || number, {urgent}, '{state}', {at}, {at}, {at}, 0, 0, false, false, '',
    gen_random_uuid(), '', {left}, {left}
FROM people_contactpoint AS point, generate_series(1, {count}) AS number
WHERE point.channel = 'sms' AND point.value = '(202) 555-0143'
"""
ALARM = """
INSERT INTO duty_alarm (kind, subject_type, subject_id, label, state, generation, raised_at,
    rang_at, settled_at)
VALUES ('message_unsent', 'people.person', 1, 'MV-BENCH', 'settled', 1, now(), now(), now())
RETURNING id
"""
RING = """
import time
from django.utils import timezone
from mvai.duty import actions as duty
from mvai.people.models import Person
for number in range({count}):
    subject = Person.objects.create(full_name="Someone")
    duty.ring(kind="message_unsent", subject=subject, label="MV-RUNG", at=timezone.now())
    time.sleep({pause})
"""


def test_the_engine(tmp_path):
    with portal(tmp_path / "var", start=("sink", "web"), durable=True, **QUICK) as one:
        one.manage("shell", "-c", PERSON)
        alarm = one.query(ALARM, owner=True)[0][0]
        bare = _bare_loop(one)
        print(f"\na bare loop of {AT_ONCE} posts the gateway {bare:.0f} texts a second")
        for workers in (1, 2, 4):
            rate = _drain(one, alarm, workers)
            print(f"{workers} workers hand over {rate:.0f} a second, {rate / bare:.0%} of that")
        # What was heard so far was heard of others; a worker that still starts is not idle.
        one.query("UPDATE outbox_heartbeat SET at = at - interval '50 s'", owner=True)
        one.start("worker", "routine", "beat", "watchdog")
        wait_until(lambda: harness_age(one, "worker") < 6, seconds=60, what="the worker is heard")
        _latency(one, "idle")
        _promise(one, alarm, 10_000, occurrence="queued", urgent=False)
        _latency(one, "with 10,000 routine ones queued")
        one.query(
            "UPDATE outbox_message SET due_at = now() + interval '1 day' WHERE state = 'promised'",
            owner=True,
        )
        for name in ("worker", "routine", "beat", "watchdog"):
            one.stop(name)
        _sweeps(one, alarm)


def harness_age(one: Portal, name: str) -> float:
    found = one.query(
        "SELECT extract(epoch FROM now() - at) FROM outbox_heartbeat WHERE name = %s", [name]
    )
    return float(found[0][0]) if found else 1e9


def _bare_loop(one: Portal) -> float:
    """The gateway's own limit: as many posts as AT_ONCE threads can make."""
    url = f"{one.env['GATEWAY_URL']}/Accounts/test/Messages.json"
    form = {"To": "+12025550143", "From": "+18005550100", "Body": "MVAI: a bare loop"}

    def post(count: int) -> None:
        with httpx.Client(auth=("test", "test")) as client:
            for _each in range(count):
                client.post(url, data=form).raise_for_status()

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(post, [TEXTS // AT_ONCE] * AT_ONCE))
    return TEXTS / (time.perf_counter() - began)


def _drain(one: Portal, alarm: int, workers: int) -> float:
    """Texts a second with so many workers of the urgent lane, from the first to the last one."""
    names = [f"bench{number}" for number in range(workers)]
    for name in names:
        arguments = tuple(
            f"--hostname={name}@%h" if one_of.startswith("--hostname") else one_of
            for one_of in WORKER.arguments
        )
        harness.KNOWN[name] = Process(name, arguments, "measured")
    one.start(*names, "beat")
    wait_until(lambda: harness_age(one, "worker") < 3, seconds=60, what="a worker is heard")
    occurrence = f"drain{workers}"
    _promise(one, alarm, TEXTS, occurrence=occurrence, urgent=True)
    wait_until(lambda: not _waiting(one), seconds=300, what="all have left")
    first, last = one.query(
        "SELECT min(tries.at), max(tries.at) FROM outbox_attempt AS tries"
        " JOIN outbox_message ON message_id = outbox_message.id WHERE occurrence LIKE %s",
        [f"{occurrence}-%"],
    )[0]
    for name in (*names, "beat"):
        one.stop(name)
    return TEXTS / max((last - first).total_seconds(), 0.001)


def _promise(one: Portal, alarm: int, count: int, *, occurrence: str, urgent: bool) -> None:
    one.query(
        PROMISE.format(
            alarm=alarm,
            occurrence=occurrence,
            urgent=urgent,
            state="promised",
            at="now()",
            left="NULL::timestamptz",
            count=count,
        ),
        owner=True,
    )


def _waiting(one: Portal) -> int:
    return one.scalar(
        "SELECT count(*) FROM outbox_message"
        " WHERE state IN ('promised', 'claimed', 'failed_for_now') AND label = 'MV-BENCH'"
    )


def _latency(one: Portal, when: str) -> None:
    """From the promise of a page to its arrival at the gateway, and of all an alarm's pages."""
    one.forget_messages()
    count = 100
    one.manage("shell", "-c", RING.format(count=count, pause=0.3))
    wait_until(lambda: len(_rung(one)) >= 2 * count, seconds=120, what="all pages have arrived")
    promised = {
        str(reference): (alarm, at)
        for reference, alarm, at in one.query(
            "SELECT reference, subject_id, created_at FROM outbox_message WHERE label = 'MV-RUNG'"
        )
    }
    pages, alarms = [], {}
    for row in _rung(one):
        alarm, at = promised[row["reference"].strip("<>").split("@")[0]]
        took = (datetime.fromisoformat(row["at"]) - at).total_seconds()
        pages.append(took)
        alarms[alarm] = max(alarms.get(alarm, 0.0), took)
    _say(f"commit to gateway or mail server, {when}", pages)
    _say(f"alarm to its last urgent message, {when}", list(alarms.values()))
    one.query("DELETE FROM duty_alarmstep WHERE done_at IS NULL", owner=True)
    one.query("UPDATE outbox_message SET label = 'MV-PAST' WHERE label = 'MV-RUNG'", owner=True)


def _rung(one: Portal) -> list[dict]:
    return [row for row in one.messages() if "MV-RUNG" in row["body"] + row["subject"]]


def _sweeps(one: Portal, alarm: int) -> None:
    """One sweep of everything with nothing due, the more history the longer? It should not be."""
    there = one.scalar("SELECT count(*) FROM outbox_message")
    for wanted in HISTORY:
        one.query(
            PROMISE.format(
                alarm=alarm,
                occurrence=f"past{wanted}",
                urgent=False,
                state="delivered",
                at="now() - interval '1 day'",
                left="now() - interval '1 day'",
                count=max(wanted - there, 0),
            ),
            owner=True,
        )
        there = max(wanted, there)
        one.query("VACUUM ANALYZE outbox_message", owner=True)
        print(f"sweep at {wanted:,} messages: {one.manage('shell', '-v0', '-c', SWEEP).strip()}")


SWEEP = """
import statistics, time
from django.utils import timezone
from mvai.outbox import sweeps
took = []
for number in range(30):
    began = time.perf_counter()
    sweeps.run_all(timezone.now())
    took.append((time.perf_counter() - began) * 1000)
print(f"p50 {statistics.median(took[5:]):.1f} ms")
"""


def _say(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    print(
        f"{name}: p50 {statistics.median(ordered) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
        f" ({len(ordered)} times)"
    )
