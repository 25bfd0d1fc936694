"""Every page, error and message that a leader meets in Spanish, walked state by state."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import translation

from mvai.outbox import writing
from mvai.people.models import Channel
from mvai.site import views as site
from requests.actions import closing, codes, desk, engagements, mine
from requests.actions.messages import PEER_ASSIGNED, REQUEST_RECEIVED, STATUS_CODE
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory
from tests.requests import stories
from tests.requests.spanish import ENGLISH, address_of, is_spanish, nothing_missing, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TYPED = {"call_name": "Alex Moreno", "call_number": "(202) 555-0143", "attempt": ""}


def test_asking_for_a_call(spanish, settings):
    settings.PROGRAM_NUMBER = settings.CALLS_COME_FROM = "(800) 555-0100"
    ShiftFactory(user=stories.officer())
    spanish.get("/es/")
    spanish.post("/es/call-me/")
    spanish.post("/es/call-me/", TYPED, headers={"Origin": "https://elsewhere.example"})

    page = spanish.post("/es/call-me/", TYPED)

    sent = page.redirect_chain[-1][0]
    spanish.post(f"{sent}details/", {"email": "no address", "needs": ["NONE"], "setting": "NONE"})
    added = {"filer_role": "LE_PIO", "filing_for": "me", "needs": ["MEDIA"], "setting": "K12"}
    spanish.post(f"{sent}details/", {**added, "safe_times": "6", "contact_mode": "any"})
    spanish.get("/es/desk.vcf")
    assert 'data-suggest="/es/agencies/suggest/"' in spanish.get(sent).content.decode()


def test_asking_while_nobody_is_at_the_desk(spanish):
    spanish.post("/es/call-me/", TYPED)


def test_asking_while_the_desk_is_closed(spanish):
    spanish.post("/es/call-me/", TYPED)
    AssistanceRequest.objects.update(promised_call_by=NOON + timedelta(days=2), promised_by=None)

    sent = spanish.post("/es/call-me/", {**TYPED, "call_name": "B"}).redirect_chain[-1][0]
    AssistanceRequest.objects.update(promised_call_by=NOON + timedelta(days=2), promised_by=None)
    spanish.get(sent)


@pytest.mark.parametrize("story", ["filed", "taken", "triaged", "seeking", "engaged"])
def test_the_status_page_at_each_step(spanish, story, settings):
    settings.CALLS_COME_FROM = "(800) 555-0100"
    request = getattr(stories, story)()

    spanish.get(address_of(request))

    spanish.get(opened(spanish, request))


def test_the_status_page_when_we_are_late(spanish, noon):
    ShiftFactory(user=stories.officer())
    request = stories.filed()
    noon.shift(timedelta(hours=1))

    spanish.get(address_of(request))


@pytest.mark.parametrize("outcome", ["reached", "no_answer", "wrong_number"])
def test_the_status_page_after_a_call(spanish, outcome):
    by = stories.officer()
    request = stories.taken(by)
    desk.log_call(assistance_request=request, outcome=outcome, minutes=3, by=by, at=NOON)

    spanish.get(address_of(request))


def test_the_status_page_once_peer_and_leader_spoke(spanish):
    request = stories.engaged()
    stories.yes(stories.open_offer(request, "alternate"))
    engagement = request.engagements.get(role="lead")
    engagements.log_contact(
        engagement=engagement,
        mode="PHONE",
        started_at=NOON,
        minutes=15,
        topics=[],
        by=engagement.advisor.person.user,
        at=NOON,
    )

    address = opened(spanish, request)

    spanish.get(address)
    spanish.get(f"{address}peer.vcf")


def test_codes_asked_for_and_mistyped(spanish):
    request = stories.engaged()
    address = address_of(request)
    spanish.post(f"{address}code/")
    spanish.post(f"{address}open/", {"code": ""})
    spanish.post(f"{address}open/", {"code": "12"})


def test_withdrawing(spanish):
    request = stories.engaged()
    address = opened(spanish, request)
    spanish.post(f"{address}withdraw/")
    spanish.post(f"{address}withdraw/", {"sure": "on"})

    request.refresh_from_db()
    assert request.state == State.CLOSED


def test_what_the_desk_closed(spanish):
    by = stories.officer()
    request = stories.taken(by)
    closing.close(
        assistance_request=request, close_reason="out_of_scope", note="Referred", by=by, at=NOON
    )

    spanish.get(address_of(request))


def test_ones_own_requests(spanish):
    request = stories.filed()
    point = request.leader.contact_points.filter(channel=Channel.SMS).first()
    point.proven_at = NOON
    point.save()
    spanish.get("/es/my-requests/")
    spanish.post("/es/my-requests/code/")
    spanish.post("/es/my-requests/code/", {"where": "(202) 555-0143"})
    spanish.post("/es/my-requests/open/", {"code": "1"})
    code = mine.send_code(point=point, at=NOON)
    spanish.post("/es/my-requests/open/", {"code": code.digits() if code else "1"})
    spanish.get("/es/my-requests/")
    AssistanceRequest.objects.update(leader=stories.officer().person)
    spanish.get("/es/my-requests/")
    spanish.post("/es/my-requests/close/")


@pytest.mark.parametrize(
    "address",
    [
        "/es/about/",
        "/es/privacy/",
        "/es/accessibility/",
        "/es/support/",
        "/es/status/nonsense/",
        "/es/sent/nonsense/",
        "/es/nothing/at/all/",
        "/es/agencies/suggest/?q=x",
        "/es/agencies/suggest/?q=nowhere",
    ],
)
def test_pages_that_anybody_may_open(spanish, settings, address):
    settings.PROGRAM_NUMBER, settings.AWARD_NUMBER = "(800) 555-0100", "2020-XX-XX-0000"

    spanish.get(address)


@pytest.mark.parametrize(
    "view", [site.bad_request, site.too_many, site.csrf_failure, site.server_error, site.not_found]
)
def test_pages_of_what_went_wrong(view):
    with translation.override("es"), nothing_missing():
        page = view(RequestFactory().get("/es/"))

    is_spanish(page)


@pytest.mark.parametrize("purpose", [REQUEST_RECEIVED, PEER_ASSIGNED, STATUS_CODE])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_messages_to_whoever_filed_in_spanish(purpose, channel, settings):
    settings.CALLS_COME_FROM = settings.PROGRAM_NUMBER = "(800) 555-0100"
    ShiftFactory(user=stories.officer())
    request = stories.filed(details={"language": "es"})
    code = codes.send_code(assistance_request=request, at=NOON)
    value = "alex@agency.example" if channel == Channel.EMAIL else "(202) 555-0188"
    point = ContactPointFactory(person=request.leader, channel=channel, value=value)
    subject = code if purpose == STATUS_CODE else request
    message = MessageFactory(
        purpose=purpose, channel=channel, person=request.leader, contact_point=point,
        subject_type=subject._meta.label_lower, subject_id=subject.pk, occurrence="another",
    )  # fmt: skip

    with nothing_missing():
        letter = writing.write(message)

    for said in (letter.subject, letter.text, letter.html):
        assert not [text for text in ENGLISH if text in (said or "")]
    assert "/es/status/" in letter.text or purpose == STATUS_CODE
    assert letter.language in ("es", None, "")
