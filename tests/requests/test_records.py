"""A copy for the requester, the removal of their names, and the legal hold: by two people."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from mvai.people.models import ContactPoint, Person
from mvai.web.refusals import Refused
from requests.actions import closing, records, retiring
from requests.models import AssistanceRequest, ContactLog, Outreach, RecordsAsk
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.doors import InboundFactory
from tests.factories.outbox import AttemptFactory, MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory
from tests.factories.requests import (
    AssistanceRequestFactory,
    CallLogFactory,
    ConcernFactory,
    ContactChangeFactory,
    ContactLogFactory,
    DelegateFactory,
    DeskMessageFactory,
    EmergencyAccessFactory,
    EngagementFactory,
    FollowUpFactory,
    StatusCodeFactory,
    VerificationFactory,
)

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather"  # in every place that a person could type into


@pytest.fixture
def officer():
    return UserFactory(duty_officer=True)


@pytest.fixture
def manager():
    return UserFactory(program_manager=True)


@pytest.fixture
def whole():
    """A closed request with the secret in everything that somebody typed."""
    closed = AssistanceRequestFactory(
        state=State.CLOSED,
        leader__full_name=SECRET,
        call_name=SECRET,
        call_number=SECRET,
        note=SECRET,
        safe_times=SECRET,
        urgency_reason=SECRET,
        urgency_overridden=True,
        close_note=SECRET,
        brief=SECRET,
        brief_by=UserFactory(duty_officer=True),
        brief_at=NOON,
        next_action_note=SECRET,
        zip_code=SECRET[:10],
    )
    VerificationFactory(assistance_request=closed, note=SECRET)
    EmergencyAccessFactory(assistance_request=closed, reason=SECRET, review_note=SECRET)
    CallLogFactory(assistance_request=closed, note=SECRET)
    delegate = DelegateFactory(
        assistance_request=closed, person__full_name=SECRET, call_number=SECRET
    )
    engagement = EngagementFactory(
        offer__outreach__assistance_request=closed,
        offer__override_reason=SECRET,
        choice_reason=SECRET,
    )
    DeskMessageFactory(assistance_request=closed, text=SECRET, delegate=delegate)
    ContactChangeFactory(
        assistance_request=closed,
        leader_before=PersonFactory(full_name=SECRET),
        name_before=SECRET,
        number_before=SECRET,
    )
    StatusCodeFactory(assistance_request=closed, delegate=delegate)
    ContactLogFactory(engagement=engagement, note=SECRET, participants=SECRET)
    FollowUpFactory(assistance_request=closed, note=SECRET, state="done")
    InboundFactory(
        assistance_request=closed, state="added", text=SECRET, sender_name=SECRET, subject=SECRET
    )
    for person in (closed.leader, delegate.person):
        point = ContactPointFactory(person=person, value=f"{SECRET}@agency.example")
        message = MessageFactory(state="delivered", contact_point=point, label=closed.reference)
        AttemptFactory(message=message, detail=SECRET)
    return closed


def asked(whole, by, kind="removal"):
    return records.ask(assistance_request=whole, kind=kind, by=by, at=NOON)


def places_of(secret: str) -> list[str]:
    """Tables in which the secret stands, in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{secret}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_nothing_that_names_them_is_left_anywhere(whole, officer, manager):
    assert len(places_of(SECRET)) > 10

    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    assert places_of(SECRET) == []
    connection.check_constraints()


def test_a_concern_goes_with_the_names(whole, officer, manager):
    ConcernFactory(assistance_request=whole, text=SECRET, delegate=whole.delegates.get())

    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    assert places_of(SECRET) == []


def test_a_copy_with_a_concern_in_it_is_the_program_managers_to_hand_out(whole, officer, manager):
    ConcernFactory(assistance_request=whole, text="We did not get on.")
    records.decide(asked=asked(whole, officer, "copy"), does=True, by=manager, at=NOON)

    with pytest.raises(Refused, match="program manager"):
        records.copy_of(whole, by=officer, at=NOON)
    content = records.copy_of(whole, by=manager, at=NOON)
    assert content["requests.Concern"][0]["text"] == "We did not get on."


def test_the_awards_figures_are_left(whole, officer, manager):
    before = AssistanceRequest.objects.get(pk=whole.pk)

    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    after = AssistanceRequest.objects.get(pk=whole.pk)
    for name in ("reference", "state", "close_reason", "submitted_at", "closed_at", "state_code"):
        assert getattr(after, name) == getattr(before, name)
    assert after.call_name == "Removed"
    assert ContactLog.objects.filter(engagement__assistance_request=whole).count() == 1
    assert whole.follow_ups.count() == 1


def test_every_text_below_a_request_is_blanked_removed_or_named_as_kept():
    """A new column for words has to be decided on."""
    of_ours = {"move", "milestone", "label", "ranking", "kind"}
    for model in (ContactLog, *retiring.BELOW):
        if model in records.GO:
            continue
        words = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            and not field.choices
        }
        assert words - of_ours == set(records.WORDS.get(model, ())), model


def test_every_text_of_the_request_itself_is_blanked_or_named_as_kept(whole, officer, manager):
    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    after = AssistanceRequest.objects.get(pk=whole.pk)
    for field in AssistanceRequest._meta.concrete_fields:
        is_words = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_words and not field.generated and field.name not in records.KEPT_WORDS:
            assert getattr(after, field.name) in ("", "Removed"), field.name


def test_a_person_who_leads_another_request_keeps_their_name(whole, officer, manager):
    other = AssistanceRequestFactory(leader=whole.leader)

    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    other.refresh_from_db()
    assert other.leader.full_name == SECRET
    assert AssistanceRequest.objects.get(pk=whole.pk).leader_id != other.leader_id
    assert ContactPoint.objects.filter(person=other.leader).exists()


def test_one_person_alone_removes_nothing(whole, manager):
    with pytest.raises(Refused, match="second person"):
        records.decide(asked=asked(whole, manager), does=True, by=manager, at=NOON)

    assert Person.objects.filter(full_name=SECRET).exists()


def test_the_database_wants_two_people_as_well(whole, manager):
    one = asked(whole, manager)
    with pytest.raises(IntegrityError, match="requests_records_done_by_two"), transaction.atomic():
        RecordsAsk.objects.filter(pk=one.pk).update(
            outcome="done", decided_by=manager, decided_at=NOON
        )


@pytest.mark.parametrize("held", ["request", "leader", "call"])
def test_under_a_hold_a_removal_is_neither_asked_nor_done(whole, officer, manager, held):
    one = asked(whole, officer)
    row = {"request": whole, "leader": whole.leader, "call": whole.calls.get()}[held]
    type(row)._base_manager.filter(pk=row.pk).update(legal_hold=True)

    with pytest.raises(Refused, match="legal hold"):
        records.decide(asked=one, does=True, by=manager, at=NOON)
    records.decide(asked=one, does=False, by=manager, at=NOON)
    with pytest.raises(Refused, match="legal hold"):
        asked(whole, officer)

    assert len(places_of(SECRET)) > 10


def test_an_open_request_keeps_its_names(officer):
    with pytest.raises(Refused, match="Close the request first"):
        asked(AssistanceRequestFactory(), officer)


def test_what_is_decided_is_decided_and_what_waits_is_asked_once(whole, officer, manager):
    one = asked(whole, officer)
    with pytest.raises(Refused, match="asked already"):
        asked(whole, officer)
    records.decide(asked=one, does=False, by=officer, at=NOON)
    with pytest.raises(Refused, match="decided already"):
        records.decide(asked=one, does=True, by=manager, at=NOON)


def test_the_log_names_both_and_nothing_of_the_content(whole, officer, manager):
    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    told = AuditEntry.objects.filter(verb__startswith="records.").order_by("pk")
    assert [(one.verb, one.actor_id) for one in told] == [
        ("records.asked", officer.pk),
        ("records.decided", manager.pk),
    ]
    assert SECRET not in str([one.facts for one in told])


def test_a_copy_holds_all_that_was_typed_and_no_one_elses(whole, officer, manager):
    Outreach.objects.update(ranking={"matches": ["somebody else's story"], "excluded": []})
    records.decide(asked=asked(whole, officer, "copy"), does=True, by=manager, at=NOON)

    content = records.copy_of(whole, by=officer, at=NOON)

    assert content["requests.AssistanceRequest"][0]["call_name"] == SECRET
    assert {one["full_name"] for one in content["people.Person"]} == {SECRET}
    assert len(content["outbox.Message"]) == 2
    assert content["requests.Inbound"][0]["text"] == SECRET
    assert "somebody else's story" not in json.dumps(content)
    for advisor in whole.engagements.values_list("advisor__person__full_name", flat=True):
        assert advisor not in json.dumps(content)
    assert AuditEntry.objects.filter(verb="records.copied", kind="read").count() == 1


def test_a_copy_is_there_for_seven_days_after_two_agreed(whole, officer, manager):
    one = asked(whole, officer, "copy")
    with pytest.raises(Refused):
        records.copy_of(whole, by=officer, at=NOON)
    records.decide(asked=one, does=True, by=manager, at=NOON)

    assert records.copy_of(whole, by=officer, at=NOON + timedelta(days=6))
    with pytest.raises(Refused):
        records.copy_of(whole, by=officer, at=NOON + timedelta(days=7))


def test_a_hold_is_put_and_lifted_once_and_logged(whole, manager):
    for on in (True, True, False):
        records.set_hold(assistance_request=whole, on=on, by=manager, at=NOON)

    verbs = AuditEntry.objects.filter(verb__startswith="request.hold").order_by("pk")
    assert [one.verb for one in verbs] == ["request.hold_put", "request.hold_lifted"]


def test_the_way_over_the_pages(client, whole, officer, manager):
    page = reverse("requests:records", args=[whole.reference])
    asking = reverse("requests:records_ask", args=[whole.reference])
    sign_in(client, officer)
    assert page in client.get(whole.get_absolute_url()).text
    client.post(asking, {"kind": "copy"})
    assert "Waits for a program manager." in client.get(page).text
    one = RecordsAsk.objects.get()
    sign_in(client, manager)
    assert "for the requester?" in client.get(page).text
    client.post(reverse("requests:records_decide", args=[whole.reference, one.pk]), {"does": "1"})
    RecordsAsk.objects.update(decided_at=models.functions.Now())
    answer = client.post(reverse("requests:records_copy", args=[whole.reference]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        content = json.loads(file.read(f"{whole.reference}.json"))
    assert content["requests.AssistanceRequest"][0]["reference"] == whole.reference
    assert answer["Cache-Control"] == "no-store"


def test_the_copy_is_no_get(client, whole, officer):
    sign_in(client, officer)

    assert client.get(reverse("requests:records_copy", args=[whole.reference])).status_code == 405


def test_a_removed_request_still_has_its_page(client, whole, officer, manager):
    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)
    sign_in(client, officer)

    answer = client.get(whole.get_absolute_url())

    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert Message.objects.count() == 0


def test_after_a_removal_it_can_not_be_reopened(client, whole, officer, manager):
    records.decide(asked=asked(whole, officer), does=True, by=manager, at=NOON)

    with pytest.raises(Refused, match="It stays closed"):
        closing.reopen(assistance_request=whole, note="They called.", by=officer, at=NOON)

    sign_in(client, officer)
    assert "do=reopen" not in client.get(whole.get_absolute_url()).text
    assert "Reopen" not in client.get(whole.get_absolute_url(), {"do": "reopen"}).text
    answer = client.post(
        reverse("requests:reopen", args=[whole.reference]), {"note": "They called."}
    )
    assert "It stays closed" in answer.text
    whole.refresh_from_db()
    assert whole.state == State.CLOSED


@pytest.mark.parametrize(("kind", "does"), [("copy", True), ("removal", False)])
def test_another_answer_lets_it_be_reopened(client, whole, officer, manager, kind, does):
    records.decide(asked=asked(whole, officer, kind), does=does, by=manager, at=NOON)
    sign_in(client, officer)

    assert "do=reopen" in client.get(whole.get_absolute_url()).text
    closing.reopen(assistance_request=whole, note="They called.", by=officer, at=NOON)


class AskForm(TestCase):
    @given(kind=st.text(max_size=30))
    def test_any_other_word_is_no_kind(self, kind):
        whole = AssistanceRequestFactory(state=State.CLOSED)
        sign_in(self.client, UserFactory(duty_officer=True))
        url = reverse("requests:records_ask", args=[whole.reference])
        assert self.client.post(url, {"kind": kind}).status_code == 303
        assert RecordsAsk.objects.count() == (kind in ("copy", "removal"))
