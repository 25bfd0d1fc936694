"""A soak: messages and alarms while every process is killed at random and providers misbehave.

Run small by tests/faults/test_soak.py and in full by tests/bench/soak.py.
"""

import random
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from tests.faults.harness import Portal, wait_until

KILLED = ("web", "worker", "routine", "beat", "watchdog")
# The gateway and the mail server at their worst; chances of a list add up.
WORST = {
    "seed": 2026,
    "sms": [
        {"chance": 0.04, "status": 500},
        {"chance": 0.04, "status": 500, "takes": True},
        {"chance": 0.04, "status": 429, "retry_after": 1},
        {"chance": 0.04, "answer": "closed"},
        {"chance": 0.04, "answer": "half"},
        {"chance": 0.04, "answer": "nonsense"},
        {"chance": 0.04, "answer": "error"},
        {"chance": 0.04, "drop": True},
        {"chance": 0.04, "receipts_first": True},
        {"chance": 0.04, "receipts": "reversed", "receipts_twice": True},
        {"chance": 0.04, "seconds": 1.0},
    ],
    "email": [
        {"chance": 0.05, "status": 451},
        {"chance": 0.04, "answer": "closed"},
        {"chance": 0.04, "drop": True},
        {"chance": 0.05, "seconds": 1.0},
    ],
}


# Messages of an officer's own, in chunks, so that promising them is a part of the soak.
PROMISE = """
import random, time
from django.utils import timezone
from mvai.accounts.models import User
from mvai.duty import actions as duty
from mvai.duty.models import Shift
from mvai.outbox.models import Message
from mvai.outbox.actions import enqueue
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
now = timezone.now()
person = Person.objects.filter(full_name="Dana Soak").first()
if person is None:
    person = Person.objects.create(full_name="Dana Soak")
    user = User.objects.create_user(email="dana@soak.example", person=person,
                                    roles=["duty_officer"], at=now)
    for channel, value in ((Channel.SMS, "(202) 555-0143"), (Channel.EMAIL, user.email)):
        add_contact_point(person=person, channel=channel, value=value, at=now,
                          consented=True, proven=True)
    Shift.objects.create(user=user, role="primary", starts_at=now - timezone.timedelta(hours=1),
                         ends_at=now + timezone.timedelta(hours=9))
told = duty.ring(kind="message_unsent", subject=person, label="MV-SOAK", at=now)
duty.settle(kind="message_unsent", subject=person, at=now)
for number in range({messages}):
    enqueue(purpose="alarm_taken", subject=told, people=[person], at=timezone.now(),
            channels=[Channel.SMS, Channel.EMAIL], label="MV-SOAK",
            occurrence=f"soak-{start}-{{number}}")
for number in range({alarms}):
    subject = Person.objects.create(full_name="Someone")
    duty.ring(kind="message_unsent", subject=subject, label="MV-SOAK", at=timezone.now())
    time.sleep({pause})
"""


@dataclass(frozen=True)
class Result:
    """What came of it. `doubled` are messages the providers took twice, all of them marked."""

    promised: int
    states: Counter
    doubled: int
    kills: int

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.promised:,} messages, {self.kills} kills: {ends}; "
            f"{self.doubled} may have come twice, all marked so; none lost"
        )


def soak(one: Portal, *, messages: int, alarms: int, chunks: int, seconds: float) -> Result:
    """Promise, kill and misbehave; then let everything settle within `seconds` and check it."""
    one.providers(**WORST)
    killed: Counter = Counter()
    # The promising runs aside, the killing here: a child is ended with the thread that began it.
    with ThreadPoolExecutor(1) as aside:
        promised = aside.submit(_promise, one, messages=messages, alarms=alarms, chunks=chunks)
        _kill_at_random(one, promised, killed)
        promised.result()
    for name in KILLED:
        if not one.is_alive(name):
            one.start(name)
    one.providers()

    # As if the pauses after failures had passed: the soak is of their order, not of their length.
    def settled() -> bool:
        one.query(
            "UPDATE outbox_message SET due_at = now() WHERE state = 'failed_for_now'"
            " AND due_at > now() + interval '5 s'",
            owner=True,
        )
        return not _waiting(one)

    wait_until(settled, seconds=seconds, what=lambda: f"{_waiting(one)} still wait: {_how(one)}")
    return _result(one, killed)


def _promise(one: Portal, *, messages: int, alarms: int, chunks: int) -> None:
    for chunk in range(chunks):
        script = PROMISE.format(
            messages=messages // chunks, alarms=alarms // chunks, start=chunk, pause=0.02
        )
        one.manage("shell", "-c", script)


def _kill_at_random(one: Portal, promised: Future, killed: Counter) -> None:
    """Kill one process after the other until everything is promised."""
    chance = random.Random(7)
    while not promised.done():
        wait([promised], timeout=chance.uniform(0.5, 2.0))
        name = chance.choice(KILLED)
        if one.is_alive(name):
            one.kill(name)
            killed[name] += 1
        one.start(name)


def _waiting(one: Portal) -> int:
    return one.scalar(
        "SELECT count(*) FROM outbox_message WHERE label = 'MV-SOAK'"
        " AND state IN ('promised', 'claimed', 'failed_for_now')"
        " AND due_at < now() + interval '60 s'"
    )


def _how(one: Portal) -> list:
    """For a failed soak: where they stand, and how the channels do."""
    return [
        one.query(
            "SELECT channel, state, urgent, count(*), max(attempts) FROM outbox_message"
            " WHERE label = 'MV-SOAK' GROUP BY 1, 2, 3 ORDER BY 1, 2"
        ),
        one.query("SELECT channel, failures, rests_until, rested, now() FROM outbox_channelgate"),
        one.query("SELECT name, now() - at FROM outbox_heartbeat"),
    ]


def _result(one: Portal, killed: Counter) -> Result:
    rows = one.query(
        "SELECT reference, channel, state, may_be_repeated FROM outbox_message"
        " WHERE label = 'MV-SOAK' AND channel IN ('sms', 'email')"
    )
    taken = Counter(_ours(row["reference"]) for row in one.messages())
    lost = [
        reference
        for reference, _channel, state, _marked in rows
        if state in ("handed_over", "delivered") and not taken[str(reference)]
    ]
    doubled = [row for row in rows if taken[str(row[0])] > 1]
    assert not lost, f"{len(lost)} messages are said to have left and never arrived"
    unmarked = [row for row in doubled if not row[3]]
    assert not unmarked, f"{len(unmarked)} messages came twice and are not marked so"
    _check_alarms(one)
    return Result(
        promised=len(rows),
        states=Counter(state for _reference, _channel, state, _marked in rows),
        doubled=len(doubled),
        kills=sum(killed.values()),
    )


def _check_alarms(one: Portal) -> None:
    """No step skipped, none doubled, and each page of a step promised once."""
    gaps = one.scalar(
        "SELECT count(*) FROM (SELECT alarm_id, ringing, max(number) AS last, count(*) AS steps"
        " FROM duty_alarmstep GROUP BY 1, 2) AS one WHERE last <> steps"
    )
    out_of_turn = one.scalar(
        "SELECT count(*) FROM duty_alarmstep AS later JOIN duty_alarmstep AS earlier"
        " USING (alarm_id, ringing) WHERE earlier.number < later.number"
        " AND later.done_at IS NOT NULL AND earlier.done_at IS NULL"
    )
    twice = one.scalar(
        "SELECT count(*) FROM (SELECT subject_id, person_id, channel, occurrence"
        " FROM outbox_message WHERE purpose = 'alarm_page' GROUP BY 1, 2, 3, 4"
        " HAVING count(*) > 1) AS pages"
    )
    unpaged = one.scalar(
        "SELECT count(*) FROM duty_alarm AS alarm WHERE label = 'MV-SOAK' AND state = 'ringing'"
        " AND NOT EXISTS (SELECT FROM duty_alarmstep WHERE alarm_id = alarm.id"
        " AND done_at IS NOT NULL)"
    )
    assert (gaps, out_of_turn, twice, unpaged) == (0, 0, 0, 0)


def _ours(reference: str) -> str:
    """Our own reference, of a text or of a mail's Message-ID."""
    return reference.strip("<>").split("@")[0]


__all__ = ["WORST", "Result", "soak"]
