"""What goes when its time is over, what a legal hold keeps, and what the log says of it."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from mvai.audit import periods, purging
from mvai.audit.models import AuditEntry, Kept, Purge
from mvai.outbox.models import ArchivedMessage, Message
from mvai.people.models import Person
from requests.models import Approach, AssistanceRequest, FollowUp, Inbound, StatusCode
from requests.states import FollowUpState, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import AdvisorFactory, IncidentLedFactory
from tests.factories.doors import InboundFactory
from tests.factories.duty import AlarmFactory
from tests.factories.outbox import AttemptFactory, MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory
from tests.factories.requests import (
    ApproachFactory,
    ApproachTryFactory,
    AssistanceRequestFactory,
    CallLogFactory,
    ConcernFactory,
    ContactChangeFactory,
    ContactLogFactory,
    DelegateFactory,
    DeskMessageFactory,
    EngagementFactory,
    FollowUpFactory,
    IdentityCodeFactory,
    IdentityTryFactory,
    SentItemFactory,
    StatusCodeFactory,
    VerificationFactory,
)
from tests.factories.team import SharedChecklistFactory

pytestmark = pytest.mark.django_db

AWARD_ENDS = (NOON + timedelta(days=10)).date()
LATER = NOON + timedelta(days=3 * 366 + 20)


@pytest.fixture
def award():
    periods.set_award_end(ends_on=AWARD_ENDS, by=None, at=NOON)


@pytest.fixture
def whole():
    """A closed request with something of everything below it, a message and an alarm about it."""
    closed = AssistanceRequestFactory(state=State.CLOSED)
    VerificationFactory(assistance_request=closed)
    CallLogFactory(assistance_request=closed)
    delegate = DelegateFactory(assistance_request=closed)
    StatusCodeFactory(assistance_request=closed)
    StatusCodeFactory(assistance_request=closed, delegate=delegate)
    DeskMessageFactory(assistance_request=closed, delegate=delegate)
    SentItemFactory(assistance_request=closed)
    SharedChecklistFactory(assistance_request=closed)
    ConcernFactory(assistance_request=closed, delegate=delegate)
    ContactChangeFactory(assistance_request=closed)
    IdentityTryFactory(assistance_request=closed)
    IdentityCodeFactory(assistance_request=closed)
    ApproachTryFactory(approach=ApproachFactory(state="accepted", assistance_request=closed))
    engagement = EngagementFactory(offer__outreach__assistance_request=closed)
    ContactLogFactory(engagement=engagement)
    first = FollowUpFactory(assistance_request=closed, state=FollowUpState.DONE)
    FollowUpFactory(assistance_request=closed, state=FollowUpState.DONE, moved_from=first)
    InboundFactory(assistance_request=closed, state="added", settled_at=NOON)
    about = {
        "subject_type": closed._meta.label_lower,
        "subject_id": closed.pk,
        "label": closed.reference,
    }
    point = ContactPointFactory(person=closed.leader)
    AttemptFactory(message=MessageFactory(state="delivered", contact_point=point, **about))
    AlarmFactory(state="settled", settled_at=NOON, **about)
    return closed


@pytest.fixture
def later():
    with time_machine.travel(LATER, tick=False):
        yield


def purge(now=LATER):
    for rule in purging.registered():
        while purging.run_batch(rule, now):
            pass


def rows() -> dict[str, int]:
    """How many rows of each kept table there are, the log and what this is about aside."""
    counts = {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if issubclass(model, Kept)
    }
    return {
        table: count
        for table, count in counts.items()
        if count and not table.startswith(("audit_", "taxonomy_", "accounts_", "advisors_"))
    }


def test_a_request_goes_with_everything_about_it(whole, award):
    staff = Person.objects.filter(user__isnull=False).count()
    advisors = Person.objects.filter(advisor__isnull=False).count()

    purge()

    # The library stays: what was sent, and what the team's list was made of, is everybody's.
    library = {"resources_item": 2, "resources_edition": 1, "resources_catalogrow": 2}
    assert rows() == {"people_person": staff + advisors} | library
    connection.check_constraints()


def test_the_log_says_how_many_rows_of_which_table_and_nothing_of_them(whole, award):
    purge()

    entries = AuditEntry.objects.filter(verb="retention.purged")
    said = {(one.facts["rule"], one.facts["table"]): one.facts["rows"] for one in entries}
    assert said["request", "requests_assistancerequest"] == 1
    assert said["request", "requests_followup"] == 2
    assert said["message", "outbox_attempt"] == 1
    assert said["person", "people_person"] == 3  # the leader, the delegate, a code’s
    for entry in entries:
        assert set(entry.facts) == {"rule", "retention", "table", "rows"}
        assert (entry.actor_id, entry.target_id, entry.label) == (None, "", "")
    night = Purge.objects.get(rule="request")
    assert night.rows == sum(count for (rule, _), count in said.items() if rule == "request")


@pytest.mark.parametrize("ends_on", [None, NOON.date() - timedelta(days=1)])
def test_what_is_no_part_of_an_award_that_is_over_stays(whole, ends_on):
    if ends_on is not None:
        periods.set_award_end(ends_on=ends_on, by=None, at=NOON)

    purge()

    assert AssistanceRequest.objects.count() == 1
    assert Message.objects.count() == 1


def test_an_open_request_stays_however_old(award):
    AssistanceRequestFactory(state=State.ENGAGED, confirmed=True)

    purge()

    assert AssistanceRequest.objects.count() == 1


HOLDS = {
    "the request": lambda whole: whole,
    "its leader": lambda whole: whole.leader,
    "a delegate": lambda whole: whole.delegates.get().person,
    "a call": lambda whole: whole.calls.get(),
    "a note": lambda whole: whole.engagements.get().contacts.get(),
    "a follow-up": lambda whole: whole.follow_ups.first(),
    "an offer": lambda whole: whole.offers.get(),
}


@pytest.mark.parametrize("what", HOLDS)
def test_a_hold_keeps_everything_about_the_request(whole, award, what):
    held = HOLDS[what](whole)
    type(held)._base_manager.filter(pk=held.pk).update(legal_hold=True)
    before = rows()

    purge()

    assert rows() == before


def test_a_hold_on_one_request_keeps_no_other(whole, award):
    other = AssistanceRequestFactory(state=State.CLOSED)
    AssistanceRequest.objects.filter(pk=whole.pk).update(legal_hold=True)

    purge()

    assert not AssistanceRequest.objects.filter(pk=other.pk).exists()
    assert AssistanceRequest.objects.filter(pk=whole.pk).exists()


def test_a_hold_that_is_lifted_lets_it_go(whole, award):
    AssistanceRequest.objects.filter(pk=whole.pk).update(legal_hold=True)
    purge()
    AssistanceRequest.objects.filter(pk=whole.pk).update(legal_hold=False)

    purge()

    assert not AssistanceRequest.objects.exists()


def test_an_archived_message_about_a_held_request_stays(whole, award):
    AssistanceRequest.objects.filter(pk=whole.pk).update(legal_hold=True)
    follow_up = FollowUp.objects.first()
    for number, (subject, label) in enumerate(((whole, ""), (follow_up, ""), (None, "MV-OTHR"))):
        ArchivedMessage.objects.create(
            message_id=number,
            purpose="request_received",
            subject_type=subject._meta.label_lower if subject else "people.person",
            subject_id=subject.pk if subject else 0,
            label=label,
            channel="sms",
            state="delivered",
            created_at=NOON,
            archived_at=NOON,
            record={},
        )

    purge()

    assert sorted(ArchivedMessage.objects.values_list("message_id", flat=True)) == [0, 1]


def test_a_held_person_stays_when_nothing_names_them_any_more(award):
    held, free = PersonFactory(legal_hold=True), PersonFactory()
    ContactPointFactory(person=free)

    purge()

    assert list(Person.objects.all()) == [held]


def test_a_code_goes_after_a_day_and_its_request_stays():
    StatusCodeFactory(assistance_request__state=State.SUBMITTED, made_at=NOON)

    purge(NOON + timedelta(days=1))
    assert StatusCode.objects.count() == 1

    purge(NOON + timedelta(days=1, seconds=1))
    assert not StatusCode.objects.exists()
    assert AssistanceRequest.objects.count() == 1


def test_what_still_waits_in_the_inbox_stays(award):
    InboundFactory(dealt_at=NOON)
    InboundFactory(state="seen", settled_at=NOON, dealt_at=NOON)

    purge()

    assert [one.state for one in Inbound.objects.all()] == ["waiting"]


def test_an_advisor_who_left_goes_with_their_story_and_an_active_one_stays(award):
    left, active = AdvisorFactory(is_active=False), AdvisorFactory()
    for advisor in (left, active):
        IncidentLedFactory(advisor=advisor)

    purge()

    assert list(type(active).objects.all()) == [active]
    assert not Person.objects.filter(pk=left.person_id).exists()
    connection.check_constraints()


def test_a_message_that_is_younger_than_the_award_opens_without_its_request(whole, award, client):
    Message.objects.update(created_at=LATER)
    purge()
    sign_in(client, UserFactory(duty_officer=True))

    page = client.get(reverse("outbox:message", args=[Message.objects.get().pk]))

    assert page.status_code == 200
    assert not AssistanceRequest.objects.exists()


def test_a_batch_is_bounded(award):
    AssistanceRequestFactory.create_batch(3, state=State.CLOSED)
    rule = next(one for one in purging.registered() if one.name == "request")

    assert purging.run_batch(rule, LATER, limit=2) == 2
    assert AssistanceRequest.objects.count() == 1


def test_a_dry_run_says_what_would_go_and_removes_nothing(whole, award, later):
    before = rows()
    out = StringIO()

    call_command("retention", "--dry-run", stdout=out)

    assert rows() == before
    assert any(line.split()[:3] == ["request", "due", "1"] for line in out.getvalue().splitlines())


def test_the_command_removes_what_is_due(whole, award, later):
    out = StringIO()

    call_command("retention", stdout=out)

    assert "request            removed 1" in out.getvalue()
    assert not AssistanceRequest.objects.exists()


def test_what_was_closed_as_the_same_outlives_the_other_without_pointing_at_it(whole, award, later):
    duplicate = AssistanceRequestFactory(
        state=State.CLOSED, close_reason="duplicate", duplicate_of=whole, closed_at=LATER
    )

    purge()

    duplicate.refresh_from_db()
    assert duplicate.duplicate_of is None
    assert not AssistanceRequest.objects.filter(pk=whole.pk).exists()


def test_an_approach_without_a_request_goes_by_itself(award, later):
    over = ApproachTryFactory(approach=ApproachFactory(state="declined")).approach
    open_one = ApproachFactory()

    purge()

    assert not Approach.objects.filter(pk=over.pk).exists()
    assert Approach.objects.filter(pk=open_one.pk).exists()
