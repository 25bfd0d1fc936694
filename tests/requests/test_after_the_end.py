"""Whoever has no part in a request any more sees nothing of it."""

import pytest
import time_machine
from django.urls import reverse

from mvai.audit.models import AuditEntry
from requests.actions import engagements
from tests.factories import NOON
from tests.factories.accounts import sign_in
from tests.requests.stories import engaged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def test_the_offer_of_an_advisor_who_stepped_back_shows_nothing_and_asks_nothing(client):
    lead = engaged(fields={"children_harmed": True, "needs": ["MEDIA"]}).engagements.get()
    user = lead.advisor.person.user
    engagements.step_back(engagement=lead, by=user, at=NOON)

    page = sign_in(client, user).get(reverse("requests:my_offer", args=[lead.offer_id]))

    text = page.content.decode()
    assert "Your part in this has ended" in text
    assert "Children among those harmed" not in text
    assert 'name="answer"' not in text


def test_opening_an_offer_is_logged(client):
    request = engaged()
    offer = request.offers.get(role="alternate")

    sign_in(client, offer.advisor.person.user).get(reverse("requests:my_offer", args=[offer.pk]))

    entry = AuditEntry.objects.reads().get(verb="offer.read")
    assert entry.actor_id == offer.advisor.person.user.pk
    assert entry.label == request.reference
