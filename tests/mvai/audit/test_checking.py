"""Once a day the portal looks through its own log, a little at a time."""

from datetime import timedelta

import pytest

from mvai.audit import acknowledging, checking, verifying
from mvai.audit.models import AuditEntry, AuditPosition
from mvai.outbox import health
from tests.factories import NOON
from tests.mvai.audit.sealed import entries, seal, triggers_off

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def log():
    made = []
    for _ in range(3):
        made += entries(2)
        seal()
    return made


def remove(entry: AuditEntry) -> None:
    with triggers_off():
        AuditEntry.objects.filter(pk=entry.pk).delete()


def position() -> AuditPosition:
    return AuditPosition.objects.get(name=checking.POSITION)


def banner(now=NOON) -> list[str]:
    return [warning.code for warning in health.state(now)]


def test_a_sound_log_shows_nothing_and_leaves_an_entry(log):
    checking.check_due(NOON)

    assert "unsound" not in banner()
    assert AuditEntry.objects.get(verb="audit.checked").facts == {"seals": 3, "findings": 0}


def test_an_unsound_log_shows_on_top_of_staff_pages(log):
    remove(log[3])
    checking.check_due(NOON)

    assert "unsound" in banner()
    assert position().notes == [["removed", 2, log[3].pk]]
    assert AuditEntry.objects.get(verb="audit.checked").facts["findings"] == 1


def test_it_goes_on_for_as_long_as_it_takes_a_few_seals_a_minute(log, monkeypatch):
    monkeypatch.setattr(checking, "SEALS", 2)
    looked = [checking.check_due(NOON + MINUTE * number / 2) for number in range(4)]

    assert looked == [2, 0, 1, 0]
    assert not AuditEntry.objects.filter(verb="audit.checked", at__lt=NOON + MINUTE).exists()


def test_it_is_done_once_a_day(log):
    checking.check_due(NOON)
    assert checking.check_due(NOON + DAY - MINUTE) == 0
    assert checking.check_due(NOON + DAY) == 3


def test_what_was_found_stays_until_a_whole_pass_finds_nothing(log):
    gone = log[0]
    remove(gone)
    checking.check_due(NOON)
    checking.check_due(NOON + DAY)
    assert position().found_at == NOON

    gone.save(force_insert=True)
    checking.check_due(NOON + 2 * DAY)
    assert position().found_at is None


def test_with_nothing_due_it_costs_one_query(log, django_assert_num_queries):
    checking.check_due(NOON)

    with django_assert_num_queries(1):
        checking.check_due(NOON + timedelta(hours=1))


def test_what_was_looked_into_leaves_the_banner_with_the_next_pass(log):
    remove(log[0])
    checking.check_due(NOON)
    acknowledging.acknowledge(verifying.findings(), case="INC-7", at=NOON)
    checking.check_due(NOON + DAY)

    assert "unsound" not in banner(NOON + DAY)


def test_the_first_pass_waits_for_the_first_seal():
    entries(1)
    assert checking.check_due(NOON) == 0
    seal()

    assert checking.check_due(NOON + MINUTE) == 1
