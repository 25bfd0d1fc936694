"""Two who need the same rows take them in the same order, so that neither waits for the other."""

import pytest

from mvai.duty.models import Alarm
from requests.actions import alarms, closing, desk, offers
from requests.models import Offer
from requests.states import OfferState, State
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.requests.stories import officer, seeking, triaged
from tests.together import one_begins_and_the_other_comes_between

pytestmark = pytest.mark.django_db(transaction=True)


def nothing_broke(answers) -> None:
    assert [repr(answer) for answer in answers if isinstance(answer, Exception)] == []


def test_a_yes_while_staff_close_and_an_alarm_about_advisors_is_open():
    request = seeking()
    offer = request.offers.get(role="lead")
    alarms.ring(alarms.ADVISOR_NEEDED, request, NOON)

    answers = one_begins_and_the_other_comes_between(
        lambda: alarms.lock(request),
        lambda: closing.close(
            assistance_request=request, close_reason="met", by=request.owner, at=NOON
        ),
        lambda: offers.accept(offer=offer, by=offer.advisor.person.user, at=NOON),
    )

    nothing_broke(answers)
    request.refresh_from_db()
    assert request.state == State.CLOSED
    assert not Alarm.objects.open().exists()


def test_giving_back_while_a_colleague_takes_the_alarm_that_rings_all_the_same():
    request = triaged()
    colleague = officer()
    alarms.ring(alarms.UNATTENDED, request, NOON)

    answers = one_begins_and_the_other_comes_between(
        lambda: alarms.lock(request),
        lambda: desk.own(request.pk, by=colleague, at=NOON),
        lambda: desk.give_back(assistance_request=request, by=request.owner, at=NOON),
    )

    assert not [one for one in answers if type(one).__name__ == "OperationalError"]


def test_messages_that_left_while_the_desk_takes_its_offers_back():
    request = seeking()
    first, second = request.offers.order_by("pk")
    Offer.objects.update(state=OfferState.PROMISED)
    for offer in (first, second):
        MessageFactory(
            purpose="offer_made",
            subject_type="requests.offer",
            subject_id=offer.pk,
            state="handed_over",
        )

    answers = one_begins_and_the_other_comes_between(
        lambda: Offer.objects.select_for_update().get(pk=second.pk),
        lambda: Offer.objects.select_for_update().get(pk=first.pk),
        lambda: offers.open_handed_over(NOON),
    )

    nothing_broke(answers)
    assert answers[1] == 1, "what somebody works on is left for the next run"
