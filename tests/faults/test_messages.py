"""Messages while processes and servers die: none lost, none doubled where it can be avoided."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.harness import Portal, portal, wait_until
from tools.bootstrap import PYTHON, ROOT

PROCESSES = ("sink", "web", "worker", "routine", "beat", "watchdog")
PHONE, ADDRESS = "+12025550143", "dana@mvai.example"

# Pages one officer about `count` alarms, by text and by mail, or (routine) tells them of its end.
PROMISE = """
import time
from django.utils import timezone
from mvai.accounts.models import User
from mvai.duty import actions as duty
from mvai.duty.models import Shift
from mvai.outbox.actions import enqueue
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
now = timezone.now()
user = User.objects.filter(email="dana@mvai.example").first()
if user is None:
    person = Person.objects.create(full_name="Dana Ruiz")
    user = User.objects.create_user(
        email="dana@mvai.example", person=person, roles=["duty_officer"], at=now)
    for channel, value in ((Channel.SMS, "(202) 555-0143"), (Channel.EMAIL, user.email)):
        add_contact_point(person=person, channel=channel, value=value, at=now,
                          consented=True, proven=True)
    Shift.objects.create(user=user, role="primary", starts_at=now - timezone.timedelta(hours=1),
                         ends_at=now + timezone.timedelta(hours=9))
for number in range({count}):
    time.sleep({pause})
    subject = Person.objects.create(full_name="Someone")
    alarm = duty.ring(kind="request_filed", subject=subject, label="MV-TEST", at=timezone.now())
    if not {urgent}:
        duty.settle(kind="request_filed", subject=subject, at=timezone.now())
        enqueue(purpose="alarm_taken", subject=alarm, people=[user.person], at=timezone.now(),
                label="MV-TEST", occurrence="told")
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal(tmp_path_factory.mktemp("messages"), OPERATOR_EMAILS="op@mvai.example") as one:
        yield one


@pytest.fixture
def one(shared: Portal) -> Portal:
    """The portal with every process awake, empty of what the test before left."""
    if not shared.redis.is_running:
        shared.redis.start()
    shared.redis.thaw()
    for name in PROCESSES:
        if not shared.is_alive(name):
            shared.start(name)
    wait_until(lambda: age(shared, "worker") < 6, seconds=90, what="the worker is heard")
    shared.providers()
    shared.empty()
    shared.forget_messages()
    return shared


def promise(one: Portal, count: int, *, urgent: bool = True, pause: float = 0.0) -> None:
    """Promise `count` texts and as many mails, from a process of their own."""
    one.manage("shell", "-c", PROMISE.format(count=count, urgent=urgent, pause=pause))


def age(one: Portal, name: str) -> float:
    """Seconds since the heartbeat."""
    found = one.query(
        "SELECT extract(epoch FROM now() - at) FROM outbox_heartbeat WHERE name = %s", [name]
    )
    return float(found[0][0]) if found else 1e9


def states(one: Portal) -> dict[str, int]:
    """How many messages to a provider stand where, without those canceled with their alarm.

    What has a receipt counts as handed over: whether it came yet is another test's matter.
    """
    return dict(
        one.query(
            "SELECT CASE state WHEN 'delivered' THEN 'handed_over' ELSE state END, count(*)"
            " FROM outbox_message WHERE state <> 'canceled'"
            " AND channel <> 'portal' AND purpose <> 'cycle' GROUP BY 1"
        )
    )


def taken(one: Portal, channel: str) -> Counter[str]:
    """How often the provider took each message, by our own reference."""
    to = {"sms": PHONE, "email": ADDRESS}[channel]
    found = (row["reference"] for row in one.messages(channel=channel, to=to))
    return Counter(reference.strip("<>").partition("@")[0] for reference in found)


def all_sent(one: Portal, count: int, *, seconds: float) -> None:
    wait_until(
        lambda: states(one) == {"handed_over": count},
        seconds=seconds,
        what=lambda: f"{count} are handed over, but {states(one)}",
    )


def let_leases_end(one: Portal, *, after: float = 0) -> None:
    """As if the time had passed for which a dead worker's claims are respected.

    `after` so many seconds: a lease outlasts what a provider is still doing with a message.
    """
    time.sleep(after)
    one.query("UPDATE outbox_message SET lease_until = now() WHERE state = 'claimed'", owner=True)


@pytest.mark.servers
def test_a_promise_is_kept_through_the_doorbell(one: Portal) -> None:
    promise(one, 2)

    all_sent(one, 4, seconds=4)
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}


def test_a_worker_keeps_its_connections_from_one_message_to_the_next(one: Portal) -> None:
    def connections() -> set[int]:
        found = one.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'worker'")
        return {pid for (pid,) in found}

    promise(one, 4)
    all_sent(one, 8, seconds=10)
    before = connections()
    promise(one, 4)
    all_sent(one, 16, seconds=10)

    # Each is let go after a minute, and some may have come to that in between.
    assert len(before & connections()) >= len(before) / 2 > 0


@pytest.mark.servers
def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(one: Portal) -> None:
    one.providers(seconds=3)
    promise(one, 3)
    wait_until(lambda: states(one).get("claimed"), what="a delivery is under way")
    time.sleep(1)
    one.kill("worker")
    one.providers()
    let_leases_end(one, after=4)
    one.start("worker")

    all_sent(one, 6, seconds=60)
    texts, mails = taken(one, "sms"), taken(one, "email")
    assert len(texts) == len(mails) == 3
    assert set(texts.values()) == {1}  # the gateway was asked
    # Mail can't be asked about: each copy was an attempt, and what may have come twice says so.
    known = one.query(
        "SELECT reference::text, attempts, may_be_repeated FROM outbox_message"
        " WHERE channel = 'email' AND purpose <> 'cycle'"
    )
    for reference, attempts, may_be_repeated in known:
        assert 1 <= mails[reference] <= (attempts if may_be_repeated else 1), (mails, known)


def test_a_routine_mail_cut_off_in_the_middle_is_shown_and_not_doubled(one: Portal) -> None:
    one.providers(email={"answer": "hang"})
    promise(one, 1, urgent=False)
    wait_until(
        lambda: one.query("SELECT 1 FROM outbox_message WHERE handing_over_at IS NOT NULL"
                          " AND channel = 'email' AND purpose = 'alarm_taken'"),
        what="the mail is being handed over",
    )  # fmt: skip
    one.kill("routine")
    one.providers()
    let_leases_end(one)
    one.start("routine")

    # On a slow machine the watchdog may have written of the silence as well: that is not counted.
    wait_until(
        lambda: one.query("SELECT 1 FROM outbox_message WHERE state = 'unknown'"
                          " AND channel = 'email' AND purpose = 'alarm_taken'"),
        seconds=60,
        what=lambda: f"unknown: {states(one)}",
    )  # fmt: skip
    assert set(taken(one, "email").values()) <= {1}


@pytest.mark.servers
def test_with_redis_killed_urgent_messages_leave_within_twenty_seconds(one: Portal) -> None:
    one.redis.kill()
    promise(one, 2)

    all_sent(one, 4, seconds=20)
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}

    one.redis.start()
    wait_until(lambda: age(one, "worker") < 6, seconds=120, what="the worker is heard again")


@pytest.mark.servers
def test_a_request_is_taken_and_paged_while_redis_is_frozen(one: Portal) -> None:
    promise(one, 0)
    one.stop_redis()
    started = time.monotonic()
    answer = one.http.post(
        "/call-me/", data={"call_name": "Alex Moreno", "call_number": "202 555 0177"}
    )
    assert answer.status_code == 200
    assert time.monotonic() - started < 3

    wait_until(
        lambda: taken(one, "sms") and taken(one, "email"), seconds=20, what="the officer is paged"
    )
    one.continue_redis()
    wait_until(lambda: age(one, "worker") < 6, seconds=120, what="the worker is heard again")
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}


@pytest.mark.servers
def test_a_broker_that_forgot_everything_costs_nothing(one: Portal) -> None:
    one.signal("worker", signal.SIGSTOP)
    promise(one, 2)
    one.redis.kill()
    one.redis.start()
    one.signal("worker", signal.SIGCONT)

    all_sent(one, 4, seconds=30)
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}


@pytest.mark.servers
@pytest.mark.parametrize("crash", [False, True])
def test_postgresql_restarted_in_the_middle_of_a_delivery_loses_nothing(
    one: Portal, crash: bool
) -> None:
    one.providers(seconds=2)
    promise(one, 3)
    wait_until(
        lambda: one.query("SELECT 1 FROM outbox_message WHERE handing_over_at IS NOT NULL"),
        what="a hand-over is under way",
    )
    one.restart_postgres(crash=crash)
    one.providers()

    all_sent(one, 6, seconds=60)
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}
    for name in PROCESSES:
        assert one.is_alive(name), one.log(name)[-2000:]


@pytest.mark.servers
def test_many_sweeps_at_once_send_each_message_once(one: Portal) -> None:
    for name in ("worker", "beat", "watchdog"):
        one.stop(name)
    promise(one, 12)
    sweeps = [
        subprocess.Popen([PYTHON, "manage.py", "sweep"], env=one.env, cwd=ROOT,
                         stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]  # fmt: skip
    assert [sweep.wait(timeout=120) for sweep in sweeps] == [0, 0, 0]

    assert states(one) == {"handed_over": 24}
    for channel in ("sms", "email"):
        assert Counter(taken(one, channel).values()) == {1: 12}


def test_a_provider_that_is_away_is_waited_for(one: Portal) -> None:
    one.providers(sms_status=503, smtp_status=451)
    promise(one, 1)
    wait_until(lambda: states(one) == {"failed_for_now": 2}, what="both tries have failed")
    one.providers()

    all_sent(one, 2, seconds=60)
    assert set(taken(one, "sms").values()) == set(taken(one, "email").values()) == {1}


def test_a_gateway_that_takes_a_text_and_does_not_answer_gets_it_once(one: Portal) -> None:
    one.providers(silent=True)
    promise(one, 1)
    wait_until(lambda: states(one).get("failed_for_now"), what="there was no answer")
    one.providers()

    all_sent(one, 2, seconds=60)
    assert list(taken(one, "sms").values()) == [1]


def test_operators_hear_once_of_a_silence_and_once_of_its_end(one: Portal) -> None:
    def told() -> list[str]:
        return [row["subject"] for row in one.messages(to="op@mvai.example")]

    one.kill("worker")
    one.kill("routine")
    one.query(  # as if more than a minute had passed
        "UPDATE outbox_heartbeat SET at = now() - interval '76 s'"
        " WHERE name IN ('worker', 'routine')",
        owner=True,
    )
    wait_until(lambda: len(told()) == 1, what="the operators are told")
    promise(one, 1, urgent=False)
    told_of_end = "occurrence = 'told' AND state = 'handed_over'"
    wait_until(  # routine messages too: the watchdog runs every sweep now
        lambda: one.scalar(f"SELECT count(*) FROM outbox_message WHERE {told_of_end}") == 2,
        seconds=30,
        what="the reserve sends routine messages",
    )
    one.kill("watchdog")
    one.start("watchdog")
    wait_until(lambda: age(one, "watchdog") < 3, what="the watchdog is awake again")
    time.sleep(6)
    assert len(told()) == 1

    one.start("worker", "routine")
    wait_until(
        lambda: len(told()) >= 2, seconds=60, what=lambda: f"they are told it is over: {told()}"
    )
    assert told() == ["MVAI portal: messages are late", "MVAI portal: messages move again"]
