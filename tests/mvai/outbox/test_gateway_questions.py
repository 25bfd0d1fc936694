"""Whether the gateway has taken a letter: what its list proves, and what it leaves open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mvai.outbox.channels import sms, voice
from mvai.outbox.channels.letters import Letter, Receipt, Taken, TryAgain
from mvai.site.sink.behavior import Behavior
from mvai.site.sink.keeping import Received

LETTER = Letter(to="+12025550143", text="MVAI: MV-7K4Q needs you.", reference="ours")
SECOND = timedelta(seconds=1)


@pytest.fixture
def now() -> datetime:
    """The fake lists by its own clock."""
    return datetime.now(UTC)


@pytest.fixture
def take(gateway, now):
    def taken(*, after: timedelta = SECOND, status: str = "queued", **given: str) -> str:
        fields = {
            "channel": "sms",
            "to": LETTER.to,
            "sender": "+18005550100",
            "subject": "",
            "body": LETTER.text,
            "reference": "ours",
            "at": (now + after).isoformat(),
            **given,
        }
        return gateway.sink.keeping.take(Received(**fields), status=status)["id"]

    return taken


@pytest.fixture
def _no_echo(gateway):
    gateway.sink.behavior = Behavior({"echoes": False})


def yes(sid: str) -> Receipt:
    return Receipt(Taken.YES, sid)


NO, CANNOT_TELL = Receipt(Taken.NO), Receipt(Taken.CANNOT_TELL)


# A gateway that echoes our reference


def test_our_reference_is_proof(take, now):
    sid = take(body="other words", after=-timedelta(hours=3))

    assert sms.ask(LETTER, since=now) == yes(sid)


def test_a_reference_that_is_not_there_was_not_taken(take, now):
    take(reference="another's")

    assert sms.ask(LETTER, since=now) == NO


def test_a_call_is_known_by_its_reference(take, now):
    sid = take(channel="voice", body="something said")

    assert voice.ask(LETTER, since=now) == yes(sid)
    assert sms.ask(LETTER, since=now) == NO


@pytest.mark.parametrize("status", ["failed", "undelivered", "no-answer"])
def test_a_copy_that_failed_will_not_arrive(take, now, status):
    take(status=status)

    assert sms.ask(LETTER, since=now) == NO


def test_of_two_copies_the_one_that_goes_on_counts(take, now):
    sid = take()
    take(status="failed")

    assert sms.ask(LETTER, since=now) == yes(sid)


def test_a_clock_that_ran_ahead_hides_nothing(take, now):
    sid = take()

    assert sms.ask(LETTER, since=now + timedelta(hours=26)) == yes(sid)


# A gateway that doesn't


@pytest.mark.usefixtures("_no_echo")
class TestWithoutAnEcho:
    def test_nothing_for_that_number_was_not_taken(self, take, now):
        take(to="+12025550144")

        assert sms.ask(LETTER, since=now) == NO
        assert voice.ask(LETTER, since=now) == NO

    def test_the_same_text_since_then_is_ours(self, take, now):
        sid = take()

        assert sms.ask(LETTER, since=now) == yes(sid)

    def test_it_is_found_among_others_for_the_same_number(self, take, now):
        take(body="MVAI: MV-9999 needs you.")
        sid = take()

        assert sms.ask(LETTER, since=now) == yes(sid)

    def test_the_same_text_long_before_is_another(self, take, now):
        take(after=-timedelta(minutes=10))

        assert sms.ask(LETTER, since=now) == NO

    def test_the_same_text_shortly_before_leaves_it_open(self, take, now):
        take(after=-30 * SECOND)

        assert sms.ask(LETTER, since=now) == CANNOT_TELL

    def test_the_same_text_twice_leaves_it_open(self, take, now):
        take()
        take()

        assert sms.ask(LETTER, since=now) == CANNOT_TELL

    def test_another_text_leaves_it_open(self, take, now):
        take(body="MVAI: MV-7K4Q needs you. https://portal.example/another-link")

        assert sms.ask(LETTER, since=now) == CANNOT_TELL

    def test_a_call_to_that_number_leaves_it_open(self, take, now):
        take(channel="voice")

        assert voice.ask(LETTER, since=now) == CANNOT_TELL

    def test_a_list_that_goes_on_leaves_it_open(self, take, now):
        for _each in range(101):
            take(after=-timedelta(minutes=10))

        assert sms.ask(LETTER, since=now) == CANNOT_TELL


# Answers that are none


@pytest.mark.parametrize(
    "manner",
    [
        {"answer": "nonsense"},
        {"body": '{"messages": "none"}'},
        {"body": "[]"},
        {"status": 404},
        {"status": 405},
        {"answer": "half"},
    ],
)
def test_nonsense_leaves_it_open(gateway, now, manner):
    gateway.sink.behavior = Behavior({"asking": manner})

    assert sms.ask(LETTER, since=now) == CANNOT_TELL


@pytest.mark.parametrize("body", ['{"messages": [null, 7, {}]}', '{"messages": [{"sid": "SM1"}]}'])
def test_odd_entries_are_nobodys(gateway, now, body):
    gateway.sink.behavior = Behavior({"asking": {"body": body}})

    assert sms.ask(LETTER, since=now) == NO


def test_an_entry_without_a_readable_time_leaves_it_open(gateway, now):
    entry = (
        '{"messages": [{"sid": "SM1", "to": "+12025550143", "body": "MVAI: MV-7K4Q needs you.",'
        ' "date_created": "yesterday"}]}'
    )
    gateway.sink.behavior = Behavior({"asking": {"body": entry}})

    assert sms.ask(LETTER, since=now) == CANNOT_TELL


@pytest.mark.parametrize(
    "manner",
    [{"status": 500}, {"status": 429}, {"status": 401}, {"drop": True}, {"answer": "closed"}],
)
def test_who_does_not_answer_is_asked_again(gateway, now, manner):
    gateway.sink.behavior = Behavior({"asking": manner})

    with pytest.raises(TryAgain):
        sms.ask(LETTER, since=now)


def test_a_gateway_that_is_away_is_asked_again(settings, now):
    settings.GATEWAY_URL = "http://127.0.0.1:9"

    with pytest.raises(TryAgain):
        sms.ask(replace(LETTER), since=now)
