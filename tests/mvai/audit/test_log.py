from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction

from mvai.audit import log, where
from mvai.audit.models import AuditEntry
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


def test_an_entry_names_who_did_what_to_what_and_when():
    person = PersonFactory()
    officer = UserFactory(duty_officer=True)

    entry = log.record(verb="person.changed", target=person, by=officer, at=NOON, label="MV-7K4Q")

    entry.refresh_from_db()
    assert (entry.kind, entry.verb, entry.at) == ("write", "person.changed", NOON)
    assert (entry.actor_id, entry.actor_roles) == (officer.pk, "duty_officer")
    assert (entry.target_type, entry.target_id) == ("people.person", str(person.pk))
    assert (entry.label, entry.result) == ("MV-7K4Q", "done")


def test_automation_acts_without_a_name():
    entry = log.record(verb="sweep.ran", at=NOON)

    assert entry.actor_id is None
    assert entry.target_type == ""


def test_a_read_is_logged_as_a_read():
    entry = log.record_read(verb="person.opened", target=PersonFactory(), by=None, at=NOON)

    assert list(AuditEntry.objects.reads()) == [entry]
    assert not AuditEntry.objects.writes().exists()


def test_writing_an_entry_is_one_query(django_assert_num_queries):
    person = PersonFactory()

    with django_assert_num_queries(1):
        log.record(verb="person.changed", target=person, at=NOON, fields=["title"])


def test_what_is_recorded_together_is_one_query(django_assert_num_queries):
    person = PersonFactory()

    with django_assert_num_queries(1), log.together():
        log.record(verb="person.changed", target=person, at=NOON)
        with log.together():
            log.record(verb="person.proven", target=person, at=NOON)
            log.record_read(verb="person.opened", target=person, by=None, at=NOON)

    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["person.changed", "person.proven", "person.opened"]


def test_nothing_is_recorded_of_what_was_given_up():
    @log.together()
    def fail_after_recording():
        log.record(verb="person.changed", at=NOON)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()
    log.record(verb="person.opened", at=NOON)

    assert AuditEntry.objects.get().verb == "person.opened"


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        ("not_now", "not_now"),
        (Channel.SMS, "sms"),
        (["title", "language"], ["title", "language"]),
        ({"b", "a"}, ["a", "b"]),
        (3, 3),
        (True, True),
        (None, None),
        (NOON, "2026-11-23T17:00:00+00:00"),
        (date(2026, 11, 23), "2026-11-23"),
        ("20", "20"),
        ("She lost two of her officers", "withheld"),
        ("alex@agency.example", "withheld"),
        ("+12025550143", "withheld"),
        ("(202) 555-0143", "withheld"),
        ({"note": "Call the widow first"}, {"note": "withheld"}),
    ],
)
def test_facts_are_codes_and_never_what_a_person_wrote(fact, kept):
    entry = log.record(verb="person.changed", at=NOON, fact=fact)

    entry.refresh_from_db()
    assert entry.facts == {"fact": kept}


def test_an_entry_tells_where_it_came_from():
    with where.via("web", address="203.0.113.7"):
        entry = log.record(verb="request.filed", at=NOON)

    assert (entry.via, entry.address) == ("web", "203.0.113.7")


def test_outside_a_page_an_entry_came_by_a_command():
    assert log.record(verb="request.filed", at=NOON).via == "command"


def test_where_ends_with_the_block():
    with where.via("worker"):
        pass

    assert where.current() == where.Where()


def test_an_entry_cannot_be_changed():
    entry = log.record(verb="request.filed", at=NOON)

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(verb="request.closed")


def test_an_entry_cannot_be_deleted():
    entry = log.record(verb="request.filed", at=NOON)

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()


def test_entries_about_a_record_are_found_by_it():
    one, other = PersonFactory(), PersonFactory()
    entry = log.record(verb="person.changed", target=one, at=NOON)
    log.record(verb="person.changed", target=other, at=NOON)

    assert list(AuditEntry.objects.about(one)) == [entry]


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("audit_kind_is_known", {"kind": "peek"}),
        ("audit_result_is_known", {"result": "maybe"}),
        ("audit_via_is_known", {"via": "pigeon"}),
        ("audit_verb_is_dotted", {"verb": "Filed"}),
        ("audit_target_has_a_type_and_an_id", {"target_type": "people.person"}),
    ],
)
def test_the_database_refuses_an_entry_that_cannot_be(constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AuditEntry.objects.create(**{"at": NOON, "verb": "request.filed", **values})
