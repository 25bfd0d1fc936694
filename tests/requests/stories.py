"""The main job as far as a test wants it, through the actions alone."""

import uuid
from datetime import timedelta

from mvai.outbox.models import Message
from requests.actions import desk, filing, offers, outreach, triage
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import reachable_advisor


def officer(**given):
    return UserFactory(duty_officer=True, **given)


def filed(**given):
    """A request with a name and a number, filed at noon."""
    return filing.file_request(
        **{
            "attempt": uuid.uuid4(),
            "call_name": "Chief Alex Moreno",
            "call_number": "(202) 555-0143",
            "at": NOON,
        }
        | given
    )


def taken(by=None, **given):
    return desk.take(assistance_request=filed(**given), by=by or officer(), at=NOON)


def triaged(by=None, *, happened=timedelta(days=5), fields=None, **given):
    """Taken, called, confirmed and written down; URGENT unless told otherwise."""
    by = by or officer()
    request = taken(by, **given)
    desk.log_call(assistance_request=request, outcome="reached", minutes=3, by=by, at=NOON)
    desk.confirm_identity(assistance_request=request, method="published_number", by=by, at=NOON)
    return triage.triage(
        assistance_request=request,
        fields={"happened_at": NOON - happened, "needs": ["LEADER"]} | (fields or {}),
        by=by,
        at=NOON,
    )


def seeking(by=None, *, lead=None, alternate=None, at=NOON, **given):
    """A lead and an alternate are being asked."""
    by = by or officer()
    request = triaged(by, **given)
    lead = lead or reachable_advisor()
    alternate = alternate or reachable_advisor()
    outreach.start(assistance_request=request, lead=lead, alternate=alternate, by=by, at=at)
    request.refresh_from_db()
    return request


def engaged(**given):
    """The lead has said yes; the alternate has not answered."""
    request = seeking(**given)
    offer = request.offers.get(role="lead")
    offers.accept(offer=offer, by=offer.advisor.person.user, at=NOON)
    request.refresh_from_db()
    return request


def yes(offer, at=NOON):
    return offers.accept(offer=offer, by=offer.advisor.person.user, at=at)


def start(request, lead, alternate=None, **given):
    """Outreach to these two, by the owner."""
    return outreach.start(
        assistance_request=request,
        lead=lead,
        alternate=alternate,
        by=request.owner,
        at=NOON,
        **given,
    )


def messaged(purpose):
    """The names of those a message of this purpose was promised to."""
    return set(Message.objects.filter(purpose=purpose).values_list("person__full_name", flat=True))


def advisors(count):
    """Reachable advisors with names by rank: the most expert first."""
    return [
        reachable_advisor(person__full_name=f"Advisor {place}", expertise={"LEADER": 3 - place})
        if place < 3
        else reachable_advisor(person__full_name=f"Advisor {place}")
        for place in range(count)
    ]


def open_offer(request, role="lead"):
    """The offer that waits for an answer in this part."""
    return request.offers.open().get(role=role)
