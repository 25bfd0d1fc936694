"""The life of an offer, as its table says: forward only, by one writer, and quiet in the end."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InternalError, transaction

from mvai.audit import where
from mvai.audit.models import AuditEntry
from mvai.outbox import failing
from mvai.outbox.models import Message
from requests.actions import offers, outreach
from requests.actions.offer_states import move_offer
from requests.models import Offer
from requests.states import ENDED_WITHOUT_YES, OFFER_NEXT, OPEN_OFFER, OfferState
from tests.factories import NOON
from tests.factories.people import ContactPointFactory
from tests.factories.requests import OfferFactory
from tests.requests import stories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def needs(state) -> dict:
    return {"ended_at": None if state in OPEN_OFFER else NOON}


@pytest.mark.parametrize("source", OfferState)
@pytest.mark.parametrize("target", OfferState)
def test_a_state_moves_only_as_the_table_says(source, target):
    """The function and, behind it, the database itself."""
    offer = OfferFactory(state=source)
    allowed = target in OFFER_NEXT[source]

    assert move_offer(Offer.objects.get(pk=offer.pk), to=target, **needs(target)) is allowed
    if not allowed and source != target:
        with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(state=target, **needs(target))


def test_nothing_else_writes_an_offers_state():
    writes = re.compile(r"(\boffer|\bended|\basked)\.state = |update\(\s*state=OfferState")
    sources = Path(settings.ROOT, "requests").rglob("*.py")
    assert [path.name for path in sources if writes.search(path.read_text())] == ["offer_states.py"]


class TestWhoCannotBeTold:
    """A bounce or a dead number is no answer: the next is asked at once."""

    @pytest.fixture
    def chosen(self):
        chosen = stories.advisors(3)
        for advisor in chosen:
            address = f"{advisor.pk}@agency.example"
            ContactPointFactory(person=advisor.person, channel="email", value=address)
        return chosen

    @pytest.fixture
    def request_(self, chosen):
        request = stories.triaged()
        stories.start(request, chosen[0], chosen[1])
        return request

    def bounce(self, offer, *, of="sms email") -> None:
        """Its messages are under way, and then they fail for good."""
        messages = Message.objects.about(offer).filter(purpose="offer_made", channel__in=of.split())
        assert messages.update(state="claimed", lease_until=NOON)
        messages.update(
            state="failed", lease_until=None, not_sent_reason="unknown_recipient", ended_at=NOON
        )
        for message in messages:
            failing.failed(message, NOON)

    def test_the_next_is_asked_at_once(self, request_, chosen):
        self.bounce(stories.open_offer(request_))
        failing.follow_up(NOON)

        assert stories.open_offer(request_).advisor == chosen[2]

    def test_while_another_way_may_reach_them_nothing_changes(self, request_, chosen):
        self.bounce(stories.open_offer(request_), of="sms")
        failing.follow_up(NOON)

        assert stories.open_offer(request_).advisor == chosen[0]

    def test_an_offer_they_have_seen_stays_open(self, request_, chosen):
        offer = stories.open_offer(request_)
        offers.mark_seen(offer=offer, by=chosen[0].person.user, at=NOON)

        self.bounce(offer)
        failing.follow_up(NOON)

        assert stories.open_offer(request_).advisor == chosen[0]

    def test_nobody_is_asked_after_the_desk_has_stopped(self, request_):
        self.bounce(stories.open_offer(request_))
        outreach.stop(assistance_request=request_, by=request_.owner, at=NOON)

        failing.follow_up(NOON)

        assert not request_.offers.open().exists()


class TestQuietNames:
    """Thirty days after matching, nobody can count who said no."""

    @pytest.mark.parametrize("state", sorted(ENDED_WITHOUT_YES))
    def test_every_end_without_a_yes_becomes_the_same(self, state):
        offer = OfferFactory(state=state, outreach__state="filled", outreach__ended_at=NOON)

        assert offers.quiet_names(NOON + 30 * DAY) == 1

        offer.refresh_from_db()
        assert offer.state == OfferState.NOT_TAKEN

    @pytest.mark.parametrize("state", sorted(ENDED_WITHOUT_YES))
    def test_neither_does_any_time_tell(self, state):
        offer = OfferFactory(
            state=state,
            outreach__state="filled",
            outreach__ended_at=NOON,
            seen_at=NOON - MINUTE,
            ended_at=NOON - MINUTE,
        )

        offers.quiet_names(NOON + 30 * DAY)

        offer.refresh_from_db()
        assert (offer.seen_at, offer.ended_at) == (None, NOON)

    def test_the_log_has_no_address_of_a_no_and_no_way(self):
        offer = OfferFactory()
        with where.via("web", address="203.0.113.7"):
            offers.decline(offer=offer, by=None, at=NOON)

        entry = AuditEntry.objects.get(verb="offer.ended")
        assert (entry.actor_id, entry.address, entry.via) == (None, "", "worker")

    def test_not_before(self):
        OfferFactory(state="declined", outreach__state="filled", outreach__ended_at=NOON)

        assert offers.quiet_names(NOON + 30 * DAY - MINUTE) == 0

    def test_while_matching_goes_on_the_desk_sees_how_offers_ended(self):
        OfferFactory(state="declined")

        assert offers.quiet_names(NOON + 40 * DAY) == 0

    def test_a_yes_stays_a_yes(self):
        OfferFactory(state="accepted", outreach__state="filled", outreach__ended_at=NOON)

        assert offers.quiet_names(NOON + 40 * DAY) == 0

    def test_an_old_link_is_still_answered_kindly(self):
        offer = OfferFactory(state="declined", outreach__state="filled", outreach__ended_at=NOON)
        offers.quiet_names(NOON + 30 * DAY)
        offer.refresh_from_db()

        assert "Thank you" in offers.too_late_words(offer)
