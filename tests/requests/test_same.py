"""One request is closed as the same as another: both are linked, and it can be undone."""

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from requests.actions import closing, same
from requests.actions.moves import MoveRefused
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.requests.pages import browser, said
from tests.requests.stories import engaged, filed, officer, seeking, taken
from tests.together import at_once

pytestmark = pytest.mark.django_db


def merged(one, into, by=None):
    return same.merge(assistance_request=one, into=into, by=by or officer(), at=NOON)


def test_the_one_points_at_the_other_which_goes_on():
    other, one = taken(), taken()

    closed = merged(one, other)

    assert (closed.state, closed.close_reason) == (State.CLOSED, "duplicate")
    assert closed.duplicate_of == other
    assert other.reference in closed.close_note
    other.refresh_from_db()
    assert other.is_open
    assert AuditEntry.objects.filter(verb="request.merged", target_id=other.pk).exists()


def test_one_that_nobody_had_taken_is_taken_with_it_and_rings_no_more():
    other, one = taken(), filed()
    by = officer()

    assert merged(one, other, by).owner == by
    assert not Alarm.objects.open().filter(subject_id=one.pk).exists()


def test_nobody_is_told():
    other, one = taken(), taken()
    before = Message.objects.count()

    merged(one, other)

    assert Message.objects.count() == before


def test_reopening_undoes_it():
    other, one = taken(), taken()
    closed = merged(one, other)

    again = closing.reopen(assistance_request=closed, note="Two after all", by=officer(), at=NOON)

    assert again.duplicate_of is None
    assert again.close_reason == ""


def test_nothing_is_merged_with_itself_or_into_one_that_is_closed():
    one, other = taken(), taken()
    closing.close(assistance_request=other, close_reason="met", by=officer(), at=NOON)

    for into in (one, other):
        with pytest.raises(MoveRefused):
            merged(one, into)


@pytest.mark.parametrize("story", [seeking, engaged])
def test_the_one_that_advisors_know_of_is_the_one_that_goes_on(story):
    known, other = story(), taken()

    with pytest.raises(MoveRefused, match="Advisors know"):
        merged(known, other)
    assert merged(other, known).duplicate_of == known


def test_only_the_desk_merges():
    one, other = taken(), taken()

    with pytest.raises(PermissionDenied):
        merged(one, other, by=UserFactory(advisor=True))


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_them_crosswise_leave_one_open():
    one, other, first, second = taken(), taken(), officer(), officer()

    answers = at_once(
        lambda: merged(one, other, first),
        lambda: merged(other, one, second),
    )

    assert sum(isinstance(answer, MoveRefused) for answer in answers) == 1
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, MoveRefused)] == []
    assert AssistanceRequest.objects.open().count() == 1


def test_both_pages_name_the_other(noon):
    other, one = taken(), taken()
    desk = browser(officer())
    assert "Perhaps the same as" in said(desk.get(one.get_absolute_url()))

    answer = desk.post(f"/requests/{one.reference}/merge/", {"into": other.reference})

    assert answer["Location"] == other.get_absolute_url()
    assert "It was closed as the same as this one." in said(desk.get(other.get_absolute_url()))
    assert "that one goes on" in said(desk.get(one.get_absolute_url()))


def test_a_refused_merge_says_why(noon):
    one = engaged()
    other = taken()
    desk = browser(officer())

    page = desk.post(f"/requests/{one.reference}/merge/", {"into": other.reference}, follow=True)

    assert "Advisors know of" in said(page)
