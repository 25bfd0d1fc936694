"""A team's checklist while processes die: nothing that was answered is lost, nothing is doubled."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.harness import portal, wait_until
from tests.faults.teams import Member, share, stands

pytestmark = pytest.mark.servers


def test_a_web_process_that_dies_while_people_tick_loses_and_doubles_nothing(tmp_path):
    with portal(tmp_path / "var", start=("sink", "web")) as one:
        shared = share(one, lines=40)
        presses = [str(uuid.uuid4()) for _ in range(4)]
        over = threading.Event()

        def work(number: int) -> None:
            member = Member(one, shared.path)
            for line in shared.lines[number % 2 :: 2]:  # four people on each
                member.tick(line)
            mine = number // 2  # two people send the same form
            form = {"text": f"Line {mine}", "section": "Part 1", "press": presses[mine]}
            member.send("add/", form)
            member.close()

        def harm() -> None:
            for _ in range(3):
                time.sleep(0.4)
                if over.is_set():
                    return
                one.kill("web")
                one.start("web")
                wait_until(one.is_ready, seconds=180, what=one.why_not_ready)

        harming = threading.Thread(target=harm)
        harming.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        over.set()
        harming.join()

        found = stands(one, shared)
        assert all(found[line] == (True, 2) for line in shared.lines)
        assert len(found) == len(shared.lines) + len(presses)
        changes = one.scalar(
            "SELECT changes FROM resources_teamchecklist WHERE id = %s", [shared.pk]
        )
        assert changes == len(shared.lines) + len(presses)
        logged = one.scalar(
            "SELECT count(*) FROM audit_entry WHERE verb = 'team_checklist.line_changed'"
        )
        assert logged == len(shared.lines)


def test_a_team_goes_on_while_redis_is_away(tmp_path):
    with portal(tmp_path / "var", start=("sink", "web")) as one:
        shared = share(one, lines=8)
        one.stop_redis()
        member = Member(one, shared.path)

        for line in shared.lines:
            member.tick(line)
            member.tick(line)  # a double click

        assert set(stands(one, shared).values()) == {(True, 2)}
        assert max(member.taken) < 5
        member.close()
        one.continue_redis()
