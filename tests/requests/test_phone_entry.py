"""The desk writes down a call, and sees what may be the same."""

from datetime import timedelta

import pytest

from mvai.outbox.models import Message
from mvai.people.actions import CONSENT_VERSION, SPOKEN_CONSENT_VERSION
from mvai.people.models import ContactPoint
from requests.models import AssistanceRequest, CallLog
from requests.rules.likely import likely_same, told_of
from requests.rules.likeness import CLOSED_WITHIN, Told
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.requests import AssistanceRequestFactory
from tests.requests import stories
from tests.requests.pages import attempt_on, browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TYPED = {"call_name": "Sheriff Tom Weaver", "call_number": "308 555 0121"}
SAME_NUMBER = {"call_number": "(308) 555-0121", "call_number_e164": "+13085550121"}


@pytest.fixture
def officer():
    return stories.officer()


@pytest.fixture
def desk(officer):
    return browser(officer)


def send(desk, **more):
    return desk.post("/requests/new/", {"attempt": "x" * 40} | TYPED | more)


def look(desk, **typed):
    """What the page asks for while somebody types."""
    return said(
        desk.post("/requests/new/", typed, headers={"HX-Request": "true", "HX-Target": "likely"})
    )


def channels(request):
    points = ContactPoint.objects.filter(person=request.leader)
    return {point.channel: point.consent_version for point in points}


def test_the_first_field_has_the_focus_and_the_button_comes_before_it_is_this_one(desk):
    page = said(desk.get("/requests/new/"))

    assert page.count("autofocus") == 1
    assert "autofocus" in page[page.index('id="id_call_name"') - 200 :][:400]


def test_without_their_word_no_text_goes(desk):
    send(desk)

    made = AssistanceRequest.objects.get()
    assert channels(made) == {"voice": ""}
    assert not Message.objects.filter(
        person=made.leader, channel="sms", contact_point__isnull=False
    )


def test_what_they_agreed_to_is_kept_with_the_sentence_that_was_read(desk):
    send(desk, agreed_to_texts="on")

    made = AssistanceRequest.objects.get()
    assert channels(made) == dict.fromkeys(("voice", "sms"), SPOKEN_CONSENT_VERSION)
    assert Message.objects.filter(purpose="request_received", channel="sms").count() == 1


def test_whoever_types_their_own_number_has_agreed_to_the_words_beside_it():
    assert set(channels(stories.filed()).values()) == {CONSENT_VERSION}


def test_the_sentence_read_aloud_belongs_to_its_version():
    """Change the version with the sentence: each row names what was agreed to."""
    from requests.forms.phone import SPOKEN_CONSENT

    assert SPOKEN_CONSENT_VERSION == "2026-11-aloud"
    assert str(SPOKEN_CONSENT).startswith("May we text you about this request at this number?")
    assert str(SPOKEN_CONSENT).endswith("by answering STOP.")


def test_what_may_be_the_same_shows_while_typing(desk):
    AssistanceRequestFactory(
        reference="MV-7K4Q",
        agency_text="Riverton Police Department",
        city="Riverton",
        **SAME_NUMBER,
    )

    page = look(desk, call_number="308 555 0121")

    assert "MV-7K4Q" in page
    assert "same number" in page
    assert "no owner yet" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"agency": "riverton pd"}, "same agency"),
        ({"agency": "Rivreton police"}, "similar agency name"),
        ({"city": "Riverton", "state_code": "MN"}, "same place"),
    ],
)
def test_each_kind_of_likeness_is_found(desk, typed, reason):
    AssistanceRequestFactory(
        agency_text="Riverton Police Department", city="Riverton", state_code="MN"
    )

    assert reason in look(desk, **typed)


def test_a_listed_agency_is_found_by_its_name_typed(desk):
    AssistanceRequestFactory(agency=AgencyFactory())

    assert "similar agency name" in look(desk, agency="Riverton")
    assert "same agency" in look(desk, agency="Riverton Police Dept")


def test_half_a_number_finds_nothing_and_breaks_nothing(desk):
    AssistanceRequestFactory(**SAME_NUMBER)

    assert "may be the same" not in look(desk, call_number="308 55").replace(
        "Perhaps it is here already", ""
    )


def test_a_page_without_a_script_asks_once_before_anything_is_made(desk):
    AssistanceRequestFactory(reference="MV-7K4Q", **SAME_NUMBER)

    asked = said(send(desk))

    assert "Is it one of these?" in asked
    assert AssistanceRequest.objects.count() == 1
    send(desk, seen="MV-7K4Q", attempt=attempt_on(desk.get("/requests/new/")))
    assert AssistanceRequest.objects.count() == 2


def test_what_came_in_since_they_looked_is_shown_before_anything_is_made(desk):
    AssistanceRequestFactory(reference="MV-7K4Q", **SAME_NUMBER)
    AssistanceRequestFactory(reference="MV-8K4Q", **SAME_NUMBER)

    assert "MV-8K4Q" in said(send(desk, seen="MV-7K4Q"))
    assert AssistanceRequest.objects.count() == 2


def test_it_is_this_one_adds_the_call_and_makes_nothing(desk, officer):
    there = AssistanceRequestFactory(state=State.ACKNOWLEDGED, **SAME_NUMBER)

    answer = send(desk, same_as=there.reference, note="Asks for a call tonight.", city="Riverton")

    assert answer["Location"] == there.get_absolute_url()
    assert AssistanceRequest.objects.count() == 1
    call = CallLog.objects.get()
    assert (call.outcome, call.by) == ("called_us", officer)
    assert call.note == "Sheriff Tom Weaver, (308) 555-0121: Asks for a call tonight."
    there.refresh_from_db()
    assert there.city == "Riverton"
    assert "They called, and" in said(desk.get(there.get_absolute_url()))


def test_a_call_fills_gaps_and_corrects_nothing(desk):
    there = AssistanceRequestFactory(
        state=State.ACKNOWLEDGED, agency_text="Riverton PD", city="Riverton", **SAME_NUMBER
    )

    send(desk, same_as=there.reference, agency="Milltown PD", city="Milltown", state_code="OH")

    there.refresh_from_db()
    assert (there.agency_text, there.city, there.state_code) == ("Riverton PD", "Riverton", "OH")


def test_a_call_about_one_that_is_closed_is_refused_and_stays_typed(desk):
    there = AssistanceRequestFactory(state=State.CLOSED, **SAME_NUMBER)

    page = said(send(desk, same_as=there.reference, note="Calls again."))

    assert "Reopen it to go on." in page
    assert "Calls again." in page


def likely(told, **given):
    found = likely_same(told, to=UserFactory(duty_officer=True), now=NOON, **given)
    return [one.reference for one in found]


def test_a_closed_one_is_shown_for_some_weeks():
    recent = AssistanceRequestFactory(
        state=State.CLOSED, submitted_at=NOON - CLOSED_WITHIN, closed_at=NOON - CLOSED_WITHIN
    )
    AssistanceRequestFactory(
        state=State.CLOSED,
        submitted_at=NOON - timedelta(days=60),
        closed_at=NOON - CLOSED_WITHIN - timedelta(seconds=1),
    )

    assert likely(Told(at=NOON, number=recent.call_number_e164)) == [recent.reference]


def test_the_likeliest_stand_first():
    by_place = AssistanceRequestFactory(call_number_e164="", city="Riverton")
    by_number = AssistanceRequestFactory(**SAME_NUMBER, submitted_at=NOON - timedelta(days=9))

    found = likely(Told(at=NOON, number="+13085550121", city="Riverton"))

    assert found == [by_number.reference, by_place.reference]


def test_whoever_may_see_no_requests_sees_none_here():
    there = AssistanceRequestFactory()

    assert likely_same(told_of(there), to=UserFactory(administrator=True), now=NOON) == []


def test_all_of_it_is_one_query(django_assert_num_queries):
    there = AssistanceRequestFactory(agency=AgencyFactory(), city="Riverton")
    user = UserFactory(duty_officer=True)
    told = told_of(there)

    with django_assert_num_queries(1):
        likely_same(told, to=user, now=NOON)
    with django_assert_num_queries(0):
        likely_same(Told(at=NOON), to=user, now=NOON)
