"""Doubtful requests at the same moment: one rings on its own at most, and none is left unrung."""

import pytest

from mvai.duty.models import Alarm
from requests.actions import alarms, checking
from requests.actions.watch import find_unattended
from requests.models import AssistanceRequest
from requests.states import Doubt, State
from tests.factories import NOON
from tests.requests.stories import filed, officer
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def bogus():
    return filed(doubts=[Doubt.NO_PAGE])


def test_of_several_at_once_one_rings_on_its_own_at_most():
    made = at_once(*[bogus] * 6)

    assert len({request.reference for request in made}) == 6
    open_alarms = Alarm.objects.ringing()
    assert open_alarms.filter(kind=alarms.FILED).count() <= 1
    assert open_alarms.filter(kind=alarms.CHECK_FIRST).count() == 1


def test_two_officers_decide_about_the_same_ones():
    made = [bogus() for _ in range(3)]
    one, other = officer(), officer()
    outcomes = at_once(
        lambda: checking.not_confirmed(requests=made, note="Nobody there.", by=one, at=NOON),
        lambda: checking.take(requests=made, by=other, at=NOON),
    )

    assert all(len(outcome.done) + len(outcome.left) == 3 for outcome in outcomes)
    assert sum(len(outcome.done) for outcome in outcomes) == 3
    assert not AssistanceRequest.objects.filter(state=State.SUBMITTED).exists()


def test_filing_while_the_alarm_is_settled_leaves_none_unrung():
    made = [bogus() for _ in range(2)]
    checking.not_confirmed(requests=made, note="Nobody there.", by=officer(), at=NOON)
    at_once(bogus, lambda: find_unattended(NOON), bogus)
    find_unattended(NOON)

    assert Alarm.objects.ringing().filter(kind=alarms.CHECK_FIRST).count() == 1
