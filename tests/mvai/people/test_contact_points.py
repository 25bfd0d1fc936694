from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from mvai.audit.models import AuditEntry
from mvai.people.actions import (
    CONSENT_VERSION,
    NothingGiven,
    add_contact_point,
    prove,
    put_first,
    remove,
    start,
    stop,
)
from mvai.people.models import Channel, ContactPoint
from tests.factories import NOON
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


def test_a_person_is_addressed_with_their_rank():
    assert PersonFactory.build(title="Chief", full_name="Alex Moreno").addressed_as == (
        "Chief Alex Moreno"
    )


def test_a_person_without_a_rank_is_addressed_by_name():
    assert PersonFactory.build(title="", full_name="Alex Moreno").addressed_as == "Alex Moreno"


def test_a_number_is_kept_as_typed_and_as_dialed():
    point = add_contact_point(
        person=PersonFactory(), channel=Channel.SMS, value=" (202)  555-0143 ", at=NOON
    )

    assert (point.value, point.normalized) == ("(202) 555-0143", "+12025550143")


def test_a_number_that_cannot_be_read_is_kept_and_not_used():
    person = PersonFactory()

    point = add_contact_point(
        person=person, channel=Channel.VOICE, value="ask dispatch for me", at=NOON
    )

    assert (point.value, point.normalized) == ("ask dispatch for me", "")
    assert not person.contact_points.usable(Channel.VOICE).exists()


def test_nothing_is_not_a_contact_point():
    with pytest.raises(NothingGiven):
        add_contact_point(person=PersonFactory(), channel=Channel.SMS, value="  ", at=NOON)


def test_consent_names_the_wording_that_was_agreed_to():
    point = add_contact_point(
        person=PersonFactory(), channel=Channel.SMS, value="202-555-0143", at=NOON, consented=True
    )

    assert (point.consented_at, point.consent_version) == (NOON, CONSENT_VERSION)


def test_the_same_number_twice_is_one_contact_point_with_what_both_brought():
    person = PersonFactory()
    given = {"person": person, "channel": Channel.SMS, "value": "202-555-0143"}
    first = add_contact_point(**given, at=NOON, consented=True)

    second = add_contact_point(**given, at=LATER, proven=True)

    assert second == first
    assert (second.consented_at, second.proven_at) == (NOON, LATER)


def test_giving_a_stopped_number_again_does_not_undo_the_stop():
    point = ContactPointFactory(stopped_at=NOON)

    again = add_contact_point(
        person=point.person, channel=point.channel, value=point.value, at=LATER, proven=True
    )

    assert again.stopped_at == NOON


def test_agreeing_anew_undoes_the_stop():
    point = ContactPointFactory(stopped_at=NOON)

    again = add_contact_point(
        person=point.person, channel=point.channel, value=point.value, at=LATER, consented=True
    )

    assert (again.stopped_at, again.consented_at) == (None, LATER)


def test_the_first_proof_counts():
    point = ContactPointFactory(proven_at=None)
    prove(contact_point=point, at=NOON)

    assert prove(contact_point=point, at=LATER).proven_at == NOON


def test_a_stopped_number_is_not_usable():
    point = ContactPointFactory()

    stop(contact_point=point, at=NOON)

    assert not ContactPoint.objects.usable(Channel.SMS).exists()


def test_a_number_proven_by_a_text_is_proven_for_calls():
    text = ContactPointFactory(proven_at=None)
    call = ContactPointFactory(person=text.person, channel=Channel.VOICE, proven_at=None)
    other = ContactPointFactory(
        person=text.person, channel=Channel.VOICE, value="202-555-0199", proven_at=None
    )

    prove(contact_point=text, at=NOON)

    assert set(ContactPoint.objects.proven()) == {text, call}
    assert not ContactPoint.objects.get(pk=other.pk).is_proven


def test_a_number_proven_by_a_call_may_take_no_texts():
    text = ContactPointFactory(proven_at=None)
    call = ContactPointFactory(person=text.person, channel=Channel.VOICE, proven_at=None)

    prove(contact_point=call, at=NOON)

    assert list(ContactPoint.objects.proven()) == [call]


def test_start_undoes_a_stop_and_is_consent_anew():
    point = ContactPointFactory(stopped_at=NOON)

    started = start(contact_point=point, at=LATER)

    assert (started.stopped_at, started.consented_at) == (None, LATER)
    assert started.consent_version == CONSENT_VERSION


def test_start_says_nothing_where_nothing_was_stopped():
    start(contact_point=ContactPointFactory(), at=LATER)

    assert not AuditEntry.objects.exists()


def test_a_removed_number_is_used_no_more_and_must_be_proven_again():
    point = ContactPointFactory()

    removed = remove(contact_point=point, at=NOON)

    assert (removed.removed_at, removed.stopped_at, removed.proven_at) == (NOON, NOON, None)
    assert not ContactPoint.objects.usable(Channel.SMS).exists()
    assert not ContactPoint.objects.kept().exists()


def test_neither_start_nor_a_code_brings_a_removed_number_back():
    point = remove(contact_point=ContactPointFactory(), at=NOON)

    assert start(contact_point=point, at=LATER).removed_at == NOON
    assert prove(contact_point=point, at=LATER).proven_at is None


def test_a_removed_number_that_is_given_again_is_back_and_not_proven():
    point = remove(contact_point=ContactPointFactory(), at=NOON)

    again = add_contact_point(
        person=point.person, channel=point.channel, value=point.value, at=LATER, consented=True
    )

    assert again == point
    assert (again.removed_at, again.stopped_at, again.proven_at) == (None, None, None)


def test_the_one_that_a_person_puts_first_is_used_first():
    person = PersonFactory()
    first = ContactPointFactory(person=person, value="202-555-0101")
    second = ContactPointFactory(person=person, value="202-555-0102")
    mail = ContactPointFactory(person=person, channel=Channel.EMAIL, value="a@agency.example")

    put_first(contact_point=second, at=NOON)

    assert list(person.contact_points.usable(Channel.SMS)) == [second, first]
    assert list(person.contact_points.usable(Channel.EMAIL)) == [mail]
    assert AuditEntry.objects.get().facts == {"channel": "sms"}


def test_usable_contact_points_come_in_the_order_the_person_prefers():
    person = PersonFactory()
    second = ContactPointFactory(person=person, value="202-555-0101", sort=2)
    first = ContactPointFactory(person=person, value="202-555-0102", sort=1)

    assert list(person.contact_points.usable(Channel.SMS)) == [first, second]


def test_the_log_holds_no_number():
    add_contact_point(
        person=PersonFactory(), channel=Channel.SMS, value="202-555-0143", at=NOON, consented=True
    )

    entry = AuditEntry.objects.get(verb="contact_point.added")
    assert entry.facts == {"channel": "sms", "consented": True, "proven": False, "readable": True}


def test_a_person_with_contact_points_cannot_be_deleted():
    point = ContactPointFactory()

    with pytest.raises(ProtectedError):
        point.person.delete()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("people_channel_is_known", {"channel": "fax"}),
        ("people_contact_has_a_value", {"value": ""}),
        ("people_consent_names_its_wording", {"consented_at": NOON}),
        ("people_consent_names_its_wording", {"consent_version": "2026-11"}),
        (
            "people_removed_contact_is_stopped_and_unproven",
            {"removed_at": NOON, "stopped_at": NOON},
        ),
        ("people_removed_contact_is_stopped_and_unproven", {"removed_at": NOON, "proven_at": None}),
    ],
)
def test_the_database_refuses_a_contact_point_that_cannot_be(constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ContactPointFactory(**values)


def test_the_database_refuses_the_same_contact_point_twice():
    point = ContactPointFactory()

    with (
        pytest.raises(IntegrityError, match="people_contact_point_is_there_once"),
        transaction.atomic(),
    ):
        ContactPointFactory(person=point.person, value=point.value)


def test_the_database_refuses_a_person_without_a_name():
    with pytest.raises(IntegrityError, match="people_person_has_a_name"), transaction.atomic():
        PersonFactory(full_name="")
