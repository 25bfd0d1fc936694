"""The matrix of tests/access_matrix.py, walked: a row per address, every visitor, GET and POST."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from advisors.actions.prospects import PROSPECT_CONFIRM
from mvai.accounts.models import User
from mvai.duty import kinds, paging
from mvai.outbox import links
from requests.actions.messages import OFFER_LINK, STATUS_LINK
from requests.states import State
from requests.views.prepare import PREPARE_LINK
from requests.views.public import CONFIRMATION_LINK
from resources.actions import team_addresses
from tests.access_matrix import MATRIX
from tests.access_rows import (
    ANONYMOUS,
    LOGIN,
    MISSING,
    NO_SUCH_METHOD,
    OK,
    REFUSED,
    VISITORS,
)
from tests.factories import NOON
from tests.factories.accounts import FactorRecoveryFactory, UserFactory, sign_in
from tests.factories.advisors import (
    AbsenceFactory,
    AdvisorFactory,
    ConfirmationFactory,
    ProspectFactory,
)
from tests.factories.doors import InboundFactory, InquiryFactory
from tests.factories.duty import AlarmFactory, ShiftFactory
from tests.factories.outbox import MessageFactory, RoomFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import (
    AgreedTimeFactory,
    ApproachFactory,
    AssistanceRequestFactory,
    ConcernFactory,
    ContactChangeFactory,
    DelegateFactory,
    EmergencyAccessFactory,
    EngagementFactory,
    FollowUpFactory,
    OfferFactory,
    RecordsAskFactory,
    SentItemFactory,
)
from tests.factories.resources import (
    AttachmentFactory,
    EditionFactory,
    LibraryImportFactory,
    MissedSearchFactory,
    SynonymGroupFactory,
)
from tests.factories.team import SharedChecklistFactory, TeamLineFactory

ANSWERS = {
    HTTPStatus.FORBIDDEN: REFUSED,
    HTTPStatus.NOT_FOUND: MISSING,
    HTTPStatus.METHOD_NOT_ALLOWED: NO_SUCH_METHOD,
}


@dataclass
class World:
    """One of each thing, made when a row first asks for it."""

    now = NOON

    @cached_property
    def dana(self) -> User:
        return UserFactory(duty_officer=True)

    @cached_property
    def shift(self):
        return ShiftFactory(user=self.dana)

    @cached_property
    def alarm(self):
        return AlarmFactory()

    @cached_property
    def alarm_token(self) -> str:
        ids = (self.alarm.pk, self.dana.pk)
        return links.make(paging.PAGE, *ids, generation=1, lasts=None, now=NOON)

    @cached_property
    def contact_point(self):
        return ContactPointFactory(person=self.dana.person)

    @cached_property
    def passkey(self):
        return Authenticator.objects.create(
            user=self.dana, type=Authenticator.Type.WEBAUTHN, data={"name": "Dana’s phone"}
        )

    @cached_property
    def recovery(self):
        return FactorRecoveryFactory(user=self.dana)

    @cached_property
    def message(self):
        return MessageFactory()

    @cached_property
    def room(self):
        return RoomFactory()

    @cached_property
    def assistance_request(self):
        return AssistanceRequestFactory(state=State.ENGAGED, confirmed=True, owner=self.dana)

    @cached_property
    def other_request(self):
        return AssistanceRequestFactory()

    @cached_property
    def approach(self):
        return ApproachFactory(holder=self.dana)

    @cached_property
    def advisor(self):
        return AdvisorFactory()

    @cached_property
    def absence(self):
        return AbsenceFactory(advisor=self.advisor)

    @cached_property
    def engagement(self):
        return EngagementFactory(
            offer__advisor=self.advisor,
            offer__outreach__assistance_request=self.assistance_request,
        )

    @cached_property
    def agreed_time(self):
        return AgreedTimeFactory(engagement=self.engagement)

    @cached_property
    def offer(self):
        """One that still waits for an answer, by the same advisor."""
        return OfferFactory(
            advisor=self.advisor,
            outreach__assistance_request=self.assistance_request,
        )

    @cached_property
    def follow_up(self):
        return FollowUpFactory(assistance_request=self.assistance_request)

    @cached_property
    def inquiry(self):
        return InquiryFactory()

    @cached_property
    def prepare_token(self) -> str:
        return links.make(PREPARE_LINK, self.inquiry.pk, lasts=None, now=NOON)

    @cached_property
    def prospect(self):
        return ProspectFactory()

    @cached_property
    def prospect_token(self) -> str:
        return links.make(PROSPECT_CONFIRM, ConfirmationFactory().pk, lasts=None, now=NOON)

    @cached_property
    def emergency(self):
        """Opened by somebody else than the visitor."""
        return EmergencyAccessFactory(assistance_request=self.assistance_request)

    @cached_property
    def delegate(self):
        return DelegateFactory(assistance_request=self.assistance_request)

    @cached_property
    def contact_change(self):
        return ContactChangeFactory(assistance_request=self.assistance_request)

    @cached_property
    def concern(self):
        return ConcernFactory(assistance_request=self.assistance_request)

    @cached_property
    def records_ask(self):
        return RecordsAskFactory(assistance_request=self.assistance_request, asked_by=self.dana)

    @cached_property
    def inbound(self):
        return InboundFactory()

    @cached_property
    def sent_item(self):
        return SentItemFactory(
            assistance_request=self.assistance_request,
            item=self.edition.item,
            engagement=self.engagement,
        )

    @cached_property
    def edition(self):
        return EditionFactory(slug="first-hours")

    @cached_property
    def synonyms(self):
        return SynonymGroupFactory()

    @cached_property
    def missed(self):
        return MissedSearchFactory()

    @cached_property
    def checklist(self):
        """An item with lines to tick."""
        return EditionFactory(kind="checklist", text="## First hour\n\n- [ ] Call somebody.")

    @cached_property
    def team_line(self):
        return TeamLineFactory(checklist__edition=self.checklist)

    @cached_property
    def team_token(self) -> str:
        return team_addresses.team_token(self.team_line.checklist, NOON)

    @cached_property
    def manage_token(self) -> str:
        return team_addresses.manage_token(self.team_line.checklist, NOON)

    @cached_property
    def shared_checklist(self):
        return SharedChecklistFactory(
            assistance_request=self.assistance_request,
            checklist=self.team_line.checklist,
            invited_at=NOON,
        )

    @cached_property
    def attachment(self):
        return AttachmentFactory(edition=self.edition, released=True)

    @cached_property
    def library_import(self):
        return LibraryImportFactory()

    @cached_property
    def open_edition(self):
        return EditionFactory(slug="second-hours", state="draft")

    @cached_property
    def confirmation_token(self) -> str:
        return links.make(CONFIRMATION_LINK, self.assistance_request.pk, lasts=None, now=NOON)

    @cached_property
    def status_token(self) -> str:
        return links.make(
            STATUS_LINK,
            self.assistance_request.pk,
            generation=self.assistance_request.link_generation,
            lasts=None,
            now=NOON,
        )

    @cached_property
    def offer_token(self) -> str:
        return links.make(
            OFFER_LINK, self.offer.pk, generation=self.offer.generation, lasts=None, now=NOON
        )

    def visitor(self, name: str) -> Client:
        client = Client()
        if name == ANONYMOUS:
            return client
        if name == "own_advisor":
            _ = self.engagement
            return sign_in(client, UserFactory(advisor=True, person=self.advisor.person))
        user = UserFactory(roles=[name])
        if name == "advisor":
            AdvisorFactory(person=user.person)
        return sign_in(client, user)


class Counts(dict[str, int]):
    """How many rows of each table were written in this transaction, as PostgreSQL counts them."""

    def __sub__(self, before: dict[str, int]) -> set[str]:
        return {table for table, count in self.items() if count > before.get(table, 0)}


def _written() -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return Counts(cursor.fetchall())


def addresses() -> Iterator[str]:
    """Every name of the site's addresses, with its namespace."""
    yield from _names(get_resolver(), "")


def _names(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def test_every_address_has_a_row_and_every_row_an_address():
    names = list(addresses())

    assert set(names) - set(MATRIX) == set(), "addresses without a row in tests/access_matrix.py"
    assert set(MATRIX) - set(names) == set(), "rows without an address"
    assert len(names) == len(set(names)), "two addresses have the same name"


@pytest.fixture
def _door(monkeypatch) -> None:
    """The kind of alarm that rings in this world: the apps' own have tests of their own."""
    door = kinds.AlarmKind("doorbell", "Door", lambda pk: "/", lambda *_taken: None)
    monkeypatch.setitem(kinds._kinds, "doorbell", door)


@pytest.mark.django_db
@pytest.mark.usefixtures("_door")
@pytest.mark.parametrize("name", list(MATRIX))
def test_each_visitor_gets_what_the_matrix_says(name, settings):
    settings.DEMO = False
    row, world = MATRIX[name], World()

    with time_machine.travel(NOON, tick=False):
        address = reverse(name, kwargs=row.arguments(world))
        clients = {visitor: world.visitor(visitor) for visitor in VISITORS}
        answers = {
            method: {
                visitor: _answer(client, method, address, row.data(world))
                for visitor, client in clients.items()
            }
            for method in ("get", "post")
        }

    assert answers["get"] == dict(row.get)
    assert answers["post"] == dict(row.post)


# What a look may leave behind: that it was looked at, and that the session lives.
WRITTEN_BY_A_LOOK = {"audit_entry", "django_session", "usersessions_usersession", "site_cache"}


def _answer(client: Client, method: str, address: str, data: Mapping[str, Any]) -> str:
    """What this visitor gets; the database is afterward as it was before."""
    with transaction.atomic():
        before = _written()
        response = getattr(client, method)(address, data if method == "post" else {})
        if method == "get":
            assert _written() - before <= WRITTEN_BY_A_LOOK, f"GET {address} changes something"
        transaction.set_rollback(True)
    # A file is closed; the response is not: its end would close the test's own connection.
    for close in response._resource_closers:
        close()
    if response.status_code in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER):
        return LOGIN if response["Location"].startswith(reverse("account_login")) else OK
    if response.status_code in ANSWERS:
        return ANSWERS[response.status_code]
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    return OK
