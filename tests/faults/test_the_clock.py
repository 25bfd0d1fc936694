"""Silence of a day, clocks that are wrong, and the nights when clocks change."""

import json
import subprocess

import pytest

from tests.faults.harness import Portal, portal, wait_until
from tools.bootstrap import PYTHON, ROOT

BEGIN = """
from datetime import timedelta
from django.utils import timezone
from tests.faults import story
story.begin(story.cast(), timezone.now() - {silence})
"""
LEFT = """
import json
from tests.faults import story
print(json.dumps(story.left({sink!r}) | {{"notes": story.notes()}}))
"""
SWEEP = """
import time_machine
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
with time_machine.travel(timezone.now() + timedelta(hours={hours})):
    call_command("sweep")
"""
# An alarm that nobody takes, and a sweep at every minute of a night; then when its steps ran.
NIGHT = """
import json
from datetime import datetime, timedelta
import time_machine
from mvai.duty.models import AlarmStep
from mvai.outbox import sweeps
from tests.faults import story
from tests.requests import stories
begin = datetime.fromisoformat({begin!r})
with time_machine.travel(begin, tick=False):
    story.cast(begin)
    stories.filed(at=begin)
for minute in range(30):
    # A second more each minute: what a step does takes time too, and the next counts from then.
    now = begin + timedelta(minutes=minute, seconds=1 + minute)
    with time_machine.travel(now, tick=False):
        sweeps.run_all(now)
steps = AlarmStep.objects.filter(alarm__kind="request_filed", done_at__isnull=False)
print(json.dumps([[step.number, step.outcome, (step.done_at - begin).total_seconds() // 60]
                  for step in steps.order_by("ringing", "number")]))
"""
ENDED = ("handed_over", "delivered", "canceled", "unknown", "failed", "expired")


@pytest.fixture
def asleep(tmp_path):
    """A portal with its providers, in which nothing is swept."""
    with portal(tmp_path / "var", start=("sink",)) as one:
        yield one


def told(one: Portal, script: str) -> dict | list:
    """What a script printed last."""
    return json.loads(one.manage("shell", "-c", script).strip().splitlines()[-1])


def test_after_a_day_of_silence_two_beats_and_ten_workers_do_each_thing_once(asleep):
    asleep.manage("shell", "-c", BEGIN.format(silence="story.SILENCE"))

    asleep.start("worker", "routine", "beat", "watchdog")
    for name, count in (("worker", 4), ("routine", 4), ("beat", 1)):
        asleep.start_more(name, count)
    wait_until(lambda: nothing_waits(asleep), seconds=120, what=lambda: str(waiting(asleep)))
    asleep.manage("sweep")
    wait_until(lambda: nothing_waits(asleep), seconds=60, what=lambda: str(waiting(asleep)))

    left = told(asleep, LEFT.format(sink=asleep.sink_url))
    assert left["faults"] == {}
    assert ["H24", "due"] in left["follow_ups"]
    assert all(state != "open" for _role, state in left["offers"])
    for verb in ("offer.ended", "follow_up.due"):
        of_rows = logged(asleep, verb)
        assert of_rows, verb
        assert set(of_rows.values()) == {1}, verb
    assert any("34 h late" in note for note in left["notes"]), left["notes"]


def logged(one: Portal, verb: str) -> dict[str, int]:
    """How often the log says this of each row."""
    return dict(
        one.query("SELECT target_id, count(*) FROM audit_entry WHERE verb = %s GROUP BY 1", [verb])
    )


def waiting(one: Portal) -> list:
    return one.query(
        "SELECT purpose, channel, state, due_at FROM outbox_message"
        " WHERE purpose <> 'cycle' AND due_at < now() + interval '5 s' AND NOT state = ANY(%s)",
        [list(ENDED)],
    ) + one.query(
        "SELECT 'step', alarm_id, number, due_at FROM duty_alarmstep"
        " WHERE done_at IS NULL AND due_at < now()"
    )


def nothing_waits(one: Portal) -> bool:
    return not waiting(one)


def test_the_leases_of_a_process_whose_clock_ran_fast_hold_nothing_up(asleep):
    asleep.manage("shell", "-c", BEGIN.format(silence="timedelta(0)"))
    asleep.providers(seconds=5)
    fast = subprocess.Popen(
        [PYTHON, "manage.py", "shell", "-c", SWEEP.format(hours=3)],
        env=asleep.env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    wait_until(
        lambda: asleep.scalar(
            "SELECT count(*) FROM outbox_message WHERE lease_until > now() + interval '2 h'"
        ),
        what="it has taken a message by its own clock",
    )
    fast.kill()
    fast.wait()
    asleep.providers()

    asleep.start("worker", "routine", "beat")
    wait_until(lambda: nothing_waits(asleep), seconds=60, what=lambda: str(waiting(asleep)))
    assert told(asleep, LEFT.format(sink=asleep.sink_url))["faults"] == {}


def test_a_process_whose_clock_runs_slow_disturbs_nobody(asleep):
    asleep.manage("shell", "-c", BEGIN.format(silence="timedelta(0)"))
    asleep.manage("shell", "-c", SWEEP.format(hours=-3))
    asleep.start("worker", "routine", "beat")

    wait_until(lambda: nothing_waits(asleep), seconds=60, what=lambda: str(waiting(asleep)))
    assert told(asleep, LEFT.format(sink=asleep.sink_url))["faults"] == {}


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param("2026-11-01T05:50:00+00:00", id="clocks go back in ten minutes"),
        pytest.param("2027-03-14T06:50:00+00:00", id="clocks go forward in ten minutes"),
    ],
)
def test_an_alarm_rises_by_minutes_that_have_passed_when_clocks_change(asleep, begin):
    ran = told(asleep, NIGHT.format(begin=begin))

    # Nobody is backup or manager, so all staff are paged at their minute, and every ten after it.
    assert ran == [
        *([1, "paged", 0.0], [2, "empty", 5.0], [3, "empty", 5.0]),
        *([4, "paged", 5.0], [5, "paged", 15.0], [6, "paged", 25.0]),
    ]
