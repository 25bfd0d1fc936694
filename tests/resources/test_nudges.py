"""What falls due is told to the editors once, whatever happens meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from mvai.outbox import actions as outbox
from mvai.outbox import purposes
from mvai.outbox.models import Message
from resources.actions import nudges, workflow
from resources.models import Nudge
from tests.factories.people import ContactPointFactory
from tests.factories.resources import EditionFactory
from tests.resources.desk import A_YEAR_ON, AT, TODAY, editor, submitted
from tests.together import at_once

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def reachable(name):
    user = editor(name)
    ContactPointFactory(person=user.person, channel="email", value=f"{user.pk}@agency.example")
    return user


@pytest.fixture
def writer(db):
    return reachable("Owen Castellano")


@pytest.fixture
def reviewer(db):
    return reachable("Priya Nair")


@pytest.fixture
def due(writer, reviewer):
    return EditionFactory(review_by_date=TODAY + timedelta(days=30))


def told():
    return set(Message.objects.filter(channel="email").values_list("person__full_name", flat=True))


def letters():
    return Message.objects.filter(channel="email").count()


def test_what_falls_due_is_told_to_every_editor_in_one_message(due, writer):
    EditionFactory(review_by_date=TODAY)

    assert nudges.tell(MORNING) == 2
    assert told() == {"Owen Castellano", "Priya Nair"}
    assert letters() == 2


def test_it_is_told_once(due):
    for hours in range(0, 24 * 40, 7):
        nudges.tell(MORNING + timedelta(hours=hours))

    assert letters() == 2


def test_it_is_told_again_for_the_next_day_of_review(due, writer):
    nudges.tell(MORNING)
    workflow.still_right(edition=due, review_by=A_YEAR_ON, by=writer, at=AT, today=TODAY)

    nudges.tell(MORNING + 360 * DAY)

    assert letters() == 4


def test_what_waits_for_three_days_is_told_to_whoever_may_publish_it(writer, reviewer):
    edition = submitted(writer)
    waits_since = edition.submitted_at

    assert nudges.tell(MORNING + 2 * DAY) == 0
    assert nudges.tell(waits_since + 4 * DAY) == 1
    assert told() == {"Priya Nair"}


def test_a_second_request_to_read_it_counts_anew(writer, reviewer):
    edition = submitted(writer)
    nudges.tell(AT + 4 * DAY)
    workflow.send_back(edition=edition, note="Shorter.", by=reviewer, at=AT + 4 * DAY)
    workflow.submit(edition=edition, by=writer, at=AT + 5 * DAY)

    nudges.tell(AT + 9 * DAY)

    assert letters() == 2


def test_an_outage_of_a_week_loses_nothing(due):
    assert nudges.tell(MORNING + 7 * DAY) == 1


def test_a_failure_half_way_leaves_nothing_behind(due, monkeypatch):
    def fails(**_given):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "enqueue", fails)
        with pytest.raises(RuntimeError):
            nudges.tell(MORNING)

    assert nudges.tell(MORNING + timedelta(seconds=5)) == 1
    assert letters() == 2


def test_nobody_is_told_at_night(due):
    assert nudges.tell(datetime(2026, 11, 23, 12, 59, tzinfo=UTC)) == 0


def test_the_message_holds_a_link_and_no_title(due):
    nudges.tell(MORNING)
    message = Message.objects.filter(channel="email").first()

    context = purposes.get(nudges.LIBRARY_WAITS).context(message)

    assert set(context) == {"url"}
    assert context["url"].endswith("/library/desk/")
    assert due.title not in str(vars(message))
    assert message.label == ""


def test_what_was_done_meanwhile_is_not_told(due, writer):
    nudges.tell(MORNING)
    message = Message.objects.filter(channel="email").first()
    relevant = purposes.get(nudges.LIBRARY_WAITS).is_relevant
    assert relevant(message, MORNING) == ""

    workflow.still_right(edition=due, review_by=A_YEAR_ON, by=writer, at=AT, today=TODAY)

    assert relevant(message, MORNING) == "already_done"


def test_nobody_is_nudged_twice_about_one_thing(due):
    nudges.tell(MORNING)
    again = Nudge.objects.get()
    again.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_the_reason_of_a_nudge_is_known(due):
    with pytest.raises(IntegrityError), transaction.atomic():
        Nudge.objects.create(edition=due, why="odd", since="x", day=TODAY)


@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_at_once_tell_it_once(due):
    done = at_once(*[lambda: nudges.tell(MORNING) for _ in range(10)])

    assert sorted(done) == [0] * 9 + [1]
    assert letters() == 2
