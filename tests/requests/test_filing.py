"""A name and a number are a complete request, and nothing of it is ever lost or doubled."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm, DutyRole
from mvai.outbox.models import Message
from mvai.people.models import Channel, ContactPoint
from requests.actions import filing, references
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AssistanceRequestFactory
from tests.requests.stories import filed, officer, taken

pytestmark = pytest.mark.django_db


def test_a_name_and_a_number_are_enough():
    request = filed()

    request.refresh_from_db()
    assert request.state == State.SUBMITTED
    assert request.call_name == "Chief Alex Moreno"
    assert request.call_number == "(202) 555-0143"
    assert request.leader.full_name == "Chief Alex Moreno"


def test_a_reference_has_four_symbols_that_nobody_mistakes():
    assert re.fullmatch(r"MV-[34679CDFGHJKMNPQRTWXY]{4}", filed().reference)
    assert not set(references.ALPHABET) & set("01258OILSZBUVAE")


def test_references_do_not_follow_one_another():
    drawn = {references.draw() for _ in range(200)}

    assert len(drawn) > 190
    assert len({reference[:5] for reference in drawn}) > 100


def test_a_reference_that_is_taken_is_drawn_again(monkeypatch):
    AssistanceRequestFactory(reference="MV-7K4Q")
    draws = iter(["MV-7K4Q", "MV-7K4Q", "MV-CCCC"])
    monkeypatch.setattr(references, "draw", lambda symbols: next(draws))

    assert filed().reference == "MV-CCCC"


def test_crowded_references_grow_by_a_symbol(monkeypatch):
    AssistanceRequestFactory(reference="MV-7K4Q")
    drawn = []

    def draw(symbols):
        drawn.append(symbols)
        return "MV-7K4Q" if symbols == 4 else "MV-7K4QC"

    monkeypatch.setattr(references, "draw", draw)

    assert filed().reference == "MV-7K4QC"
    assert drawn == [4, 4, 4, 5]


def test_the_same_attempt_is_the_same_request():
    attempt = uuid.uuid4()

    first, second = filed(attempt=attempt), filed(attempt=attempt, call_name="Someone else")

    assert first.pk == second.pk
    assert Alarm.objects.count() == 1
    assert ContactPoint.objects.count() == 2


ODD_NUMBERS = ["ask for Chief", "911", "+++", "555-CALL-NOW", "1" * 90, "\x00\x07", "☎", "  "]


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_number_nobody_can_read_is_kept_as_typed_and_still_rings(number):
    request = filed(call_number=number)

    assert request.call_number
    assert Alarm.objects.get().kind == "request_filed"


@pytest.mark.parametrize("name", ["", "   ", "x" * 500, "O’Neil-Ångström, José", "\x00Ann\x00"])
def test_any_name_will_do(name):
    assert filed(call_name=name).call_name


def test_a_number_that_can_be_read_becomes_a_voice_and_a_text_number_with_consent():
    request = filed()

    points = ContactPoint.objects.filter(person=request.leader)
    assert {(point.channel, point.normalized) for point in points} == {
        ("voice", "+12025550143"),
        ("sms", "+12025550143"),
    }
    assert all(point.consented_at == NOON and point.proven_at is None for point in points)
    assert request.call_number_e164 == "+12025550143"


def test_the_leader_gets_one_text():
    request = filed()

    message = Message.objects.get(purpose="request_received")
    assert message.person == request.leader
    assert message.channel == Channel.SMS
    assert message.urgent


def test_filing_pages_the_first_on_call_at_once():
    shift = ShiftFactory()
    ContactPointFactory(person=shift.user.person)

    filed()

    page = Message.objects.get(purpose="alarm_page", channel=Channel.SMS)
    assert page.person == shift.user.person


def test_the_page_promises_who_calls_and_by_when():
    shift = ShiftFactory()

    request = filed()

    assert request.promised_by == shift.user
    assert request.promised_call_by == NOON + timedelta(minutes=15)


def test_with_nobody_first_on_call_the_backup_is_promised():
    shift = ShiftFactory(role=DutyRole.BACKUP)
    ShiftFactory(role=DutyRole.MANAGER)

    assert filed().promised_by == shift.user


def test_outside_desk_hours_the_promise_is_the_next_shift():
    opens = NOON + timedelta(hours=14)
    shift = ShiftFactory(starts_at=opens, ends_at=opens + timedelta(hours=8))

    request = filed()

    assert request.promised_by == shift.user
    assert request.promised_call_by == opens + timedelta(minutes=15)


def test_without_any_shift_nothing_is_promised_and_the_alarm_still_rings():
    request = filed()

    assert request.promised_by is None
    assert request.promised_call_by is None
    assert Alarm.objects.get().is_ringing


ZONES = [
    (
        {"agency": "America/Denver", "zip_code": "10001", "time_zone": "Asia/Tokyo"},
        "America/Denver",
    ),
    ({"zip_code": "60601", "time_zone": "Asia/Tokyo"}, "America/Chicago"),
    ({"state_code": "HI"}, "Pacific/Honolulu"),
    ({"time_zone": "America/Phoenix"}, "America/Phoenix"),
    ({"time_zone": "Mars/Olympus"}, "America/New_York"),
    ({"time_zone": "../../etc/passwd"}, "America/New_York"),
    ({}, "America/New_York"),
]


@pytest.mark.parametrize(("said", "zone"), ZONES)
def test_the_time_zone_is_the_agencys_else_the_places_else_the_browsers(said, zone):
    details = dict(said)
    if "agency" in details:
        details["agency"] = AgencyFactory(time_zone=details["agency"])

    assert filed(details=details).time_zone == zone


def test_what_was_said_beside_is_kept():
    request = filed(
        details={
            "filer_role": "LE_SHERIFF",
            "agency_text": "Riverton PD",
            "needs": ["MEDIA", "LEADER"],
            "incident_types": ["SHOOTING"],
            "setting": "K12",
            "is_ongoing": True,
            "others_may_take": True,
            "note": "x" * 400,
        }
    )

    request.refresh_from_db()
    assert request.agency_name == "Riverton PD"
    assert set(request.needs.values_list("pk", flat=True)) == {"LEADER", "MEDIA"}
    assert request.setting_id == "K12"
    assert request.is_ongoing is True
    assert len(request.note) == 280


def test_an_email_gets_the_copy_too():
    request = filed(details={"email": "Chief@Riverton.example"})

    sent = Message.objects.filter(purpose="request_received", person=request.leader)
    assert set(sent.values_list("channel", flat=True)) == {"sms", "email"}


def test_an_email_given_later_gets_the_copy_and_no_second_text():
    request = filed()

    for _ in range(2):
        filing.add_details(
            assistance_request=request, details={"email": "chief@riverton.example"}, at=NOON
        )

    sent = Message.objects.filter(purpose="request_received")
    assert sorted(sent.values_list("channel", flat=True)) == ["email", "sms"]


def test_the_leader_may_correct_what_was_said_until_somebody_has_it():
    request = filed(details={"city": "Riverton"})

    changed = filing.add_details(
        assistance_request=request, details={"city": "Rivertown", "needs": ["MEDIA"]}, at=NOON
    )

    assert changed.city == "Rivertown"
    assert [need.pk for need in changed.needs.all()] == ["MEDIA"]


def test_once_somebody_has_it_the_leader_fills_gaps_only():
    request = taken(details={"city": "Riverton", "needs": ["LEADER"]})

    changed = filing.add_details(
        assistance_request=request,
        details={"city": "Elsewhere", "zip_code": "55401", "needs": ["MEDIA"]},
        at=NOON,
    )

    assert (changed.city, changed.zip_code) == ("Riverton", "55401")
    assert [need.pk for need in changed.needs.all()] == ["LEADER"]


def test_a_new_place_moves_the_time_zone():
    request = filed()

    changed = filing.add_details(assistance_request=request, details={"state_code": "CA"}, at=NOON)

    assert changed.time_zone == "America/Los_Angeles"


def test_a_closed_request_takes_no_more_details():
    closed = AssistanceRequestFactory(state=State.CLOSED)

    assert filing.add_details(assistance_request=closed, details={"city": "X"}, at=NOON).city == ""


def test_staff_who_type_in_a_call_are_in_the_log():
    by = officer()

    filed(by=by)

    entry = AuditEntry.objects.get(verb="request.filed")
    assert entry.actor_id == by.pk


def test_the_log_says_which_fields_were_filled_and_never_with_what():
    filed(details={"city": "Riverton", "note": "Not for the log"})

    entry = AuditEntry.objects.get(verb="request.filed")
    assert entry.facts["said"] == ["city", "note"]
    assert "Riverton" not in str(entry.facts)


def test_filing_takes_few_queries():
    """The budget that `make bench` rests on: 12 ms alone, 130 a second."""
    ContactPointFactory(person=ShiftFactory().user.person)

    with CaptureQueriesContext(connection) as queries:
        filed()

    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 13, "\n".join(sql[:150] for sql in statements)


def test_only_filing_makes_a_request_and_it_makes_it_submitted():
    UserFactory()
    filed()

    assert AssistanceRequest.objects.get().state == State.SUBMITTED
