"""The desk's Inbox: what waits, one thing with its text, and what becomes of it."""

import pytest

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from requests.actions import closing
from requests.models import AssistanceRequest, Inbound
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.doors import InboundFactory
from tests.factories.requests import EngagementFactory
from tests.requests import stories
from tests.requests.inbound_stories import CALLER, text, voicemail
from tests.requests.pages import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def dana():
    return stories.officer()


@pytest.fixture
def desk(dana):
    return browser(dana)


def reads():
    return AuditEntry.objects.reads().filter(verb="inbound.read")


def test_an_empty_inbox_says_what_it_is_for(desk):
    page = desk.get("/inbox/").content.decode()

    assert "Nothing waits" in page
    assert "Go to the board" in page


def test_the_list_shows_what_from_whom_when_and_why_and_no_text(desk):
    voicemail("Please come at once", sender="")
    text("", sender=CALLER)

    page = desk.get("/inbox/").content.decode()

    assert "Voicemail, 40 seconds" in page
    assert "No number or address to answer to" in page
    assert "(202) 555-0143" in page
    assert "Please come at once" not in page
    assert not reads().exists()


def test_opening_one_shows_its_text_and_is_on_record(desk, dana):
    row = voicemail("Please come at once", sender="")

    page = desk.get(f"/inbox/{row.pk}/").content.decode()

    assert "Please come at once" in page
    assert "RE" in page
    assert reads().get().actor_id == dana.pk


def test_its_words_are_only_words(desk):
    row = text("<script>alert(1)</script>", sender="")

    page = desk.get(f"/inbox/{row.pk}/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_becomes_a_request_with_the_name_and_the_number_that_were_given(desk, dana):
    row = voicemail("This is Sheriff Weaver, 202 555 0143", sender="")

    answer = desk.post(
        f"/inbox/{row.pk}/request/",
        {"call_name": "Sheriff Tom Weaver", "call_number": "202 555 0143"},
    )

    made = AssistanceRequest.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == made.get_absolute_url()
    assert (made.call_name, made.call_number_e164) == ("Sheriff Tom Weaver", CALLER)
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("became_request", dana)
    assert list(Alarm.objects.ringing().values_list("kind", flat=True)) == ["request_filed"]


def test_without_a_number_it_is_not_made_a_request_and_nothing_typed_is_lost(desk):
    row = text("", sender="")

    page = desk.post(f"/inbox/{row.pk}/request/", {"call_name": "Sheriff Weaver"}).content.decode()

    assert "One thing needs a look" in page
    assert "Sheriff Weaver" in page
    assert not AssistanceRequest.objects.exists()


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "without"])
def test_it_is_added_to_a_request_by_its_reference(desk, typed):
    request = stories.taken(call_number="(202) 555-0188")
    row = text("", sender=CALLER)
    said = {
        "lower": request.reference.lower(),
        "without": request.reference.removeprefix("MV-"),
    }.get(typed, typed.format(request.reference))

    answer = desk.post(f"/inbox/{row.pk}/add/", {"reference": said})

    assert answer["Location"] == request.get_absolute_url()
    row.refresh_from_db()
    assert (row.state, row.assistance_request) == ("added", request)
    assert not Alarm.objects.ringing().filter(kind="inbox_waiting").exists()


def test_it_is_not_added_to_what_is_not_there_or_closed(desk):
    row, closed = text("", sender=""), stories.filed()
    closing.withdraw(assistance_request=closed, at=NOON)

    missing = desk.post(f"/inbox/{row.pk}/add/", {"reference": "MV-ZZZZ"}).content.decode()
    ended = desk.post(f"/inbox/{row.pk}/add/", {"reference": closed.reference}).content.decode()

    assert "There is no request with this reference" in missing
    assert "is closed" in ended
    assert Inbound.objects.waiting().count() == 1


def test_nothing_to_do_settles_it_and_it_can_still_become_a_request(desk):
    row = text("", sender=CALLER)

    assert desk.post(f"/inbox/{row.pk}/nothing/")["Location"] == "/inbox/"
    assert "Seen; nothing to do" in desk.get("/inbox/?show=settled").content.decode()

    answer = desk.post(
        f"/inbox/{row.pk}/request/", {"call_name": "Chief Moreno", "call_number": CALLER}
    )
    assert answer.status_code == 303


def test_what_a_colleague_settled_says_so(desk):
    row = text("", sender=CALLER)
    desk.post(f"/inbox/{row.pk}/request/", {"call_name": "Chief", "call_number": CALLER})

    page = desk.post(f"/inbox/{row.pk}/nothing/").content.decode()

    assert "This was settled in the meantime" in page


def test_what_was_put_aside_is_shown_with_its_reason(desk):
    row = text("Your code is 482913", sender="72345")

    assert "Sent by a machine" in desk.get("/inbox/?show=settled").content.decode()
    assert "Make it a request" in desk.get(f"/inbox/{row.pk}/").content.decode()


def test_an_advisors_text_is_best_added_to_their_own_request(desk):
    engagement = EngagementFactory()
    row = InboundFactory(person=engagement.advisor.person, reason="from_advisor")

    page = desk.get(f"/inbox/{row.pk}/").content.decode()

    assert f'value="{engagement.assistance_request.reference}"' in page


def test_the_workspace_shows_what_they_sent_first_and_last(desk, noon):
    row = text("Chief Moreno here, please call")
    noon.shift(60)
    text("We are at the high school")

    page = desk.get(row.assistance_request.get_absolute_url()).content.decode()

    assert page.count("Chief Moreno here, please call") == 2
    assert "We are at the high school" in page
    assert page.count("They sent a text") == 2


def test_an_advisor_never_sees_what_they_sent():
    engagement = EngagementFactory()
    InboundFactory(
        state="added", assistance_request=engagement.assistance_request, text="A plea in words"
    )
    advisor = browser(UserFactory(advisor=True, person=engagement.advisor.person))

    page = advisor.get(f"/engagements/{engagement.pk}/").content.decode()

    assert "A plea in words" not in page


def test_a_full_inbox_is_shown_in_pages_with_few_questions(desk, django_assert_max_num_queries):
    for _ in range(60):
        InboundFactory(sender=CALLER)

    with django_assert_max_num_queries(9):
        page = desk.get("/inbox/").content.decode()

    assert "Page 1 of 3" in page
