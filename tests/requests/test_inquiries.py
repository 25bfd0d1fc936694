"""The slow door: asking to get ready is kept, answered in days, and never rings."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from mvai.people.models import Channel
from mvai.web.refusals import Refused
from requests.actions import inquiries
from requests.forms.prepare import PrepareForm
from requests.models import AssistanceRequest, Inquiry, InquiryState, InquiryStep, ReadyBy
from requests.rules.inquiries import MOVES, answer_by, arrange_by
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.doors import InquiryFactory
from tests.factories.resources import EditionFactory
from tests.requests import stories
from tests.requests.pages import attempt_on, browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TYPED = {
    "full_name": "Chief Rosa Lindqvist",
    "reach": "rosa@agency.example",
    "agency": "Riverton Police",
    "needs": ["MEDIA", "VICTIMS"],
    "ready_by": "month",
    "note": "We host a fair.",
}


def filed(**given):
    return inquiries.file_inquiry(
        **{
            "attempt": uuid.uuid4(),
            "full_name": "Chief Rosa Lindqvist",
            "reach": "rosa@agency.example",
            "at": NOON,
        }
        | given
    )


def ask(client=None, **changed):
    return (client or Client()).post("/prepare/", TYPED | changed)


def test_what_was_typed_is_kept():
    ask()

    inquiry = Inquiry.objects.select_related("person").get()
    assert inquiry.person.full_name == "Chief Rosa Lindqvist"
    assert inquiry.needs == ["MEDIA", "VICTIMS"]
    assert (inquiry.ready_by, inquiry.note) == ("month", "We host a fair.")
    assert inquiry.agency_name == "Riverton Police"
    assert inquiry.state == InquiryState.NEW


def test_an_agency_of_the_directory_is_known_by_its_number():
    agency = AgencyFactory(name="Riverton Police")

    ask(agency_id=str(agency.pk))

    assert Inquiry.objects.get().agency == agency


def test_it_rings_nobody():
    """Two doors never share a paging rule (domain.md, end of section 1)."""
    UserFactory(duty_officer=True)
    for ready_by in ReadyBy.values:
        filed(ready_by=ready_by)
    for inquiry in Inquiry.objects.all():
        inquiries.take(inquiry=inquiry, by=stories.officer(), at=NOON)

    assert not Alarm.objects.exists()
    assert not Message.objects.filter(urgent=True).exists()
    assert not AssistanceRequest.objects.exists()


def test_an_e_mail_says_by_when_and_nothing_of_what_was_asked(settings):
    from mvai.outbox.writing import write

    filed(note="We host a fair.", agency_text="Riverton Police", needs=["MEDIA"])

    letter = write(Message.objects.select_related("person", "contact_point", "room").get())
    assert "by the end of" in letter.text
    for detail in ("Rosa", "Riverton", "fair", "Media"):
        assert detail not in letter.text + letter.subject


def test_a_number_gets_no_text():
    inquiry = filed(reach="(202) 555-0143")

    assert not Message.objects.exists()
    assert [point.channel for point in inquiry.person.contact_points.all()] == [Channel.VOICE]


def test_two_presses_are_one():
    attempt = uuid.uuid4()

    assert filed(attempt=attempt) == filed(attempt=attempt)
    assert Inquiry.objects.count() == 1


def test_two_presses_of_one_page_are_one():
    client = Client()
    token = attempt_on(client.get("/prepare/"))
    for _press in range(2):
        ask(client, attempt=token)

    assert Inquiry.objects.count() == 1


def test_it_is_answered_in_two_business_days_and_arranged_in_ten():
    friday = NOON.replace(month=11, day=27)  # the day after Thanksgiving

    assert answer_by(friday, "America/Chicago").date() == date(2026, 12, 1)
    assert arrange_by(friday, "America/Chicago").date() == date(2026, 12, 11)


def test_the_page_afterward_says_when_and_leads_into_the_library():
    EditionFactory(slug="kit", title="A kit", needs=["MEDIA"])

    page = said(Client().get(ask().headers["Location"]))

    assert "We answer by the end of Nov 2" in page
    assert "A kit" in page
    for detail in ("Rosa", "Riverton", "fair"):
        assert detail not in page


def test_who_says_that_it_has_happened_is_offered_a_call_first():
    page = ask(ready_by="happened", reach="(202) 555-0143")

    text = said(page)
    assert not Inquiry.objects.exists()
    assert text.index("Call me now") < text.index("Send it as a question")
    assert 'value="(202) 555-0143"' in text
    ask(ready_by="happened", anyway="on")
    assert Inquiry.objects.get().has_happened


def test_the_offered_call_is_filed_with_what_was_typed():
    page = said(ask(ready_by="happened", reach="(202) 555-0143"))

    assert 'action="/call-me/"' in page
    Client().post("/call-me/", {"call_name": "Chief Rosa", "call_number": "(202) 555-0143"})
    assert AssistanceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"full_name": ""}, "Tell us who to answer."),
        ({"full_name": "\u202e\u200b"}, "Tell us who to answer."),
        ({"reach": ""}, "Give an e-mail address or a number"),
        ({"reach": "rosa@"}, "This isn’t an e-mail address."),
        ({"note": "x" * 281}, "at most 280"),
        ({"needs": ["NOISE"]}, "One thing needs a look"),
        ({"needs": ["UNSURE"]}, "One thing needs a look"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(changed, sentence):
    page = said(ask(**changed))

    assert sentence in page
    assert "Riverton Police" in page
    assert not Inquiry.objects.exists()


def test_a_program_that_fills_in_every_field_is_thanked_and_nothing_is_kept():
    answer = ask(topic="https://spam.example")

    assert "We have what you sent" in said(Client().get(answer.headers["Location"]))
    assert not Inquiry.objects.exists()
    assert not Message.objects.exists()


def test_one_address_asks_so_often():
    for number in range(12):
        assert ask(full_name=f"Chief {number}").status_code == 303

    assert ask().status_code == 429
    assert Inquiry.objects.count() == 12


def test_whoever_takes_it_first_looks_after_it():
    inquiry, dana, ben = filed(), stories.officer(), stories.officer()
    inquiries.take(inquiry=inquiry, by=dana, at=NOON)

    with pytest.raises(Refused, match="looks after this one"):
        inquiries.take(inquiry=inquiry, by=ben, at=NOON)
    inquiries.take(inquiry=inquiry, by=dana, at=NOON)


def test_what_the_owner_left_behind_can_be_taken():
    gone = stories.officer(is_active=False)
    inquiry = InquiryFactory(owner=gone)
    ben = stories.officer()

    assert inquiries.take(inquiry=inquiry, by=ben, at=NOON).owner == ben


@pytest.mark.parametrize("state", InquiryState.values)
@pytest.mark.parametrize("to", InquiryState.values)
def test_it_goes_only_where_the_table_says(state, to):
    inquiry, by = InquiryFactory(state=state, outcome="Spoke."), stories.officer()

    try:
        inquiries.carry_on(
            inquiry=inquiry, state=to, next_step=InquiryStep.CHECK_BACK,
            due_on=date(2026, 12, 2), outcome="Spoke.", by=by, at=NOON,
        )  # fmt: skip
    except Refused:
        went = False
    else:
        went = True

    is_open = state != InquiryState.CLOSED
    assert went is (is_open and (to == state or to in MOVES[state]))


def test_an_open_one_always_has_a_next_step_and_a_day():
    inquiry, by = filed(), stories.officer()

    with pytest.raises(Refused) as refusal:
        inquiries.carry_on(inquiry=inquiry, state="answered", by=by, at=NOON)
    assert refusal.value.field == "next_step"
    with pytest.raises(Refused) as refusal:
        inquiries.carry_on(inquiry=inquiry, state="answered", next_step="arrange", by=by, at=NOON)
    assert refusal.value.field == "due_on"


def test_closing_says_what_was_done():
    inquiry, by = filed(), stories.officer()

    with pytest.raises(Refused, match="what was done"):
        inquiries.carry_on(inquiry=inquiry, state="closed", outcome=" ", by=by, at=NOON)
    closed = inquiries.carry_on(inquiry=inquiry, state="closed", outcome="Met.", by=by, at=NOON)
    assert (closed.next_step, closed.next_step_due_at, closed.owner) == ("", None, by)


def test_when_it_has_happened_it_becomes_a_request_and_rings():
    inquiry = filed(reach="(202) 555-0143", needs=["MEDIA"], agency_text="Riverton Police")
    by = stories.officer()

    made = inquiries.it_has_happened(inquiry=inquiry, by=by, at=NOON)

    assert (made.call_name, made.call_number) == ("Chief Rosa Lindqvist", "(202) 555-0143")
    assert made.agency_text == "Riverton Police"
    assert [need.pk for need in made.needs.all()] == ["MEDIA"]
    assert Alarm.objects.filter(subject_id=made.pk).exists()
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.assistance_request) == ("closed", made)
    assert inquiries.it_has_happened(inquiry=inquiry, by=by, at=NOON) == made
    assert AssistanceRequest.objects.count() == 1


def test_of_an_address_only_the_desk_gets_the_number_it_was_told():
    inquiry = filed()

    made = inquiries.it_has_happened(
        inquiry=inquiry, call_number="(202) 555-0177", by=stories.officer(), at=NOON
    )

    assert made.call_number == "(202) 555-0177"
    points = made.leader.contact_points.filter(channel=Channel.EMAIL)
    assert [point.value for point in points] == ["rosa@agency.example"]


def test_the_list_has_what_is_due_first_and_opening_one_is_on_record():
    late = InquiryFactory(
        person__full_name="Late Leader", answer_by=NOON + timedelta(hours=1),
        submitted_at=NOON - timedelta(days=4), next_step_due_at=NOON - timedelta(days=1),
    )  # fmt: skip
    InquiryFactory(person__full_name="Early Leader")
    dana = browser(duty_officer=True)

    page = said(dana.get("/inquiries/"))
    assert page.index("Late Leader") < page.index("Early Leader")
    assert "late" in page
    dana.get(f"/inquiries/{late.pk}/")
    assert AuditEntry.objects.reads().filter(verb="inquiry.read", target_id=str(late.pk)).exists()


@pytest.mark.parametrize("show", ["open", "mine", "closed", "\x00", ""])
def test_each_view_says_what_it_will_show_when_it_is_empty(show):
    page = browser(duty_officer=True).get("/inquiries/", {"show": show})

    assert 'class="empty"' in said(page)


def test_it_never_stands_on_the_board_of_requests():
    filed(full_name="Chief Rosa Lindqvist")

    assert "Rosa Lindqvist" not in said(browser(duty_officer=True).get("/board/"))


def test_the_desk_carries_on_by_the_page():
    inquiry, dana = filed(), browser(duty_officer=True)

    dana.post(f"/inquiries/{inquiry.pk}/take/")
    answer = dana.post(
        f"/inquiries/{inquiry.pk}/carry-on/",
        {"state": "answered", "next_step": "check_back", "due_on": "2026-12-02"},
    )

    assert answer.status_code == 303
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.next_step) == ("answered", "check_back")
    refused = said(dana.post(f"/inquiries/{inquiry.pk}/carry-on/", {"state": "closed"}))
    assert "Say in a line what was done." in refused


def test_who_does_not_work_the_desk_sees_none():
    inquiry = filed()

    assert browser(advisor=True).get(f"/inquiries/{inquiry.pk}/").status_code == 403
    assert not Inquiry.objects.visible_to(UserFactory(advisor=True)).exists()


def test_who_only_reads_the_log_makes_no_request_of_it():
    inquiry = filed()
    auditor = browser(auditor=True)

    assert auditor.post(f"/inquiries/{inquiry.pk}/happened/").status_code == 403
    assert not AssistanceRequest.objects.exists()


@given(
    typed=some.fixed_dictionaries(
        {
            name: some.text(max_size=300)
            | some.sampled_from(["a@b.example", "2025550143", "month"])
            for name in ("full_name", "reach", "agency", "ready_by", "note", "agency_id")
        }
    )
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_kept_or_refused_in_words(typed):
    form = PrepareForm(typed)

    if form.is_valid():
        kept = filed(**form.facts())
        assert kept.reach
        assert kept.person.full_name
    else:
        assert all(str(error) for errors in form.errors.values() for error in errors)
