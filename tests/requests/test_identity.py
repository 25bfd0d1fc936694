"""Who the leader is: the tries, the code by agency e-mail, and nobody asked before."""

from datetime import timedelta

import pytest

from mvai.outbox.models import Message
from mvai.people.models import ContactPoint
from mvai.web.refusals import Refused
from requests.actions import desk, identity, offers, outreach
from requests.actions.identity import AT_MOST, LASTS, CodeRefused
from requests.actions.moves import MoveRefused
from requests.models import AssistanceRequest, IdentityCode, IdentityTry, Offer
from tests.factories import NOON
from tests.factories.requests import AssistanceRequestFactory, reachable_advisor
from tests.requests.pages import browser, said
from tests.requests.stories import filed, officer, seeking, taken, triaged
from tests.together import at_once, one_begins_and_the_other_comes_between

pytestmark = pytest.mark.django_db

ADDRESS = "alex.moreno@riverton.example"


def sent(request, address=ADDRESS, at=NOON):
    return identity.send_code(assistance_request=request, address=address, by=officer(), at=at)


def read(request, code, at=NOON):
    return identity.enter_code(assistance_request=request, code=code, by=officer(), at=at)


def wrong(code):
    return f"{(int(code.digits) + 1) % 10**6:06}"


def outcomes(request):
    return [one.outcome for one in IdentityTry.objects.filter(assistance_request=request)]


def test_the_code_read_back_confirms_who_they_are():
    request = taken()
    code = sent(request)

    confirmed = read(request, f" {code.digits[:3]} {code.digits[3:]} ")

    assert confirmed.is_identity_confirmed
    assert confirmed.verification.method == "agency_email_code"
    assert confirmed.verification.note == "riverton.example"
    assert outcomes(request) == ["code_sent", "confirmed"]


def test_the_code_goes_to_the_address_and_nowhere_else():
    request = taken()
    before = set(Message.objects.values_list("pk", flat=True))

    sent(request)

    message = Message.objects.exclude(pk__in=before).get()
    assert (message.channel, message.contact_point.value) == ("email", ADDRESS)
    assert not ContactPoint.objects.filter(person=request.leader, channel="email").exists()


@pytest.mark.parametrize("address", ["chief@gmail.com", "no address", ""])
def test_an_address_that_shows_nothing_is_refused(address):
    with pytest.raises(CodeRefused):
        sent(taken(), address)
    assert not IdentityCode.objects.exists()


def test_five_wrong_tries_end_a_code():
    request = taken()
    code = sent(request)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            read(request, wrong(code))

    with pytest.raises(CodeRefused):
        read(request, code.digits)
    assert outcomes(request).count("wrong_code") == 5
    request.refresh_from_db()
    assert not request.is_identity_confirmed


def test_a_code_is_good_for_ten_minutes():
    request = taken()
    code = sent(request)

    with pytest.raises(CodeRefused):
        read(request, code.digits, at=NOON + LASTS)
    assert read(request, code.digits, at=NOON + LASTS - timedelta(seconds=1))


def test_a_code_is_good_once_and_the_last_one_counts():
    request = taken()
    first = sent(request)
    second = sent(request, at=NOON + timedelta(seconds=1))
    with pytest.raises(CodeRefused):
        read(request, first.digits, at=second.made_at)
    read(request, second.digits, at=second.made_at)

    with pytest.raises(CodeRefused):
        read(request, second.digits, at=second.made_at)


def test_the_code_of_another_request_confirms_nothing():
    code = sent(taken())
    other = taken()
    sent(other)

    with pytest.raises(CodeRefused):
        read(other, code.digits)


@pytest.mark.parametrize("same", ["request", "address"])
def test_an_address_is_not_flooded(same):
    request = taken()
    for place in range(AT_MOST):
        sent(
            request if same == "request" else taken(),
            ADDRESS if same == "address" else f"one{place}@riverton.example",
        )

    with pytest.raises(CodeRefused, match="Many codes"):
        sent(request, ADDRESS)


def test_nobody_can_claim_that_a_code_was_read_back():
    with pytest.raises(MoveRefused):
        desk.confirm_identity(
            assistance_request=taken(), method="agency_email_code", by=officer(), at=NOON
        )


def test_a_try_without_an_answer_leaves_it_open():
    request = taken()

    identity.tried(
        assistance_request=request, method="known_contact", note="Sgt.", by=officer(), at=NOON
    )

    request.refresh_from_db()
    assert request.identity == "pending"
    assert outcomes(request) == ["no_answer"]


def test_every_try_stays_in_the_history_with_its_way(noon):
    request, by = taken(), officer(person__full_name="Dana Ruiz")
    who = {"assistance_request": request, "by": by, "at": NOON}
    identity.tried(method="state_association", **who)
    desk.not_confirmed(method="published_number", note="No such chief.", **who)
    desk.confirm_identity(method="known_contact", **who)

    page = said(browser(by).get(request.get_absolute_url()))

    assert outcomes(request) == ["no_answer", "not_confirmed", "confirmed"]
    for words in ("no answer yet", "No such chief.", "Identity confirmed by Dana Ruiz"):
        assert words in page


def test_the_message_holds_the_code_and_nothing_of_the_request():
    from mvai.outbox import writing

    request = taken(call_name="Chief Alex Moreno", details={"agency_text": "Riverton PD"})
    code = sent(request)
    letter = writing.write(Message.objects.get(purpose="identity_code"))

    assert code.digits in letter.text
    for told in ("Moreno", "Riverton", request.reference):
        assert told not in letter.text + letter.subject


def test_the_desk_sends_and_types_the_code_on_two_forms(noon):
    request = taken()
    client = browser(officer())
    path = request.get_absolute_url()
    assert "Send a code to an agency address" in said(client.get(f"{path}?do=identity"))
    typed = {"address": ADDRESS}
    assert "Look up the agency’s own site first" in said(
        client.post(f"{path}identity_code/", typed)
    )

    answer = client.post(f"{path}identity_code/", typed | {"is_published": "on"})
    assert answer["Location"].endswith("?do=check_code#do")
    refused = said(client.post(f"{path}check_code/", {"code": wrong(IdentityCode.objects.get())}))
    assert "That is not the code" in refused

    client.post(f"{path}check_code/", {"code": IdentityCode.objects.get().digits})
    assert AssistanceRequest.objects.get().is_identity_confirmed


@pytest.mark.parametrize("identity_is", ["pending", "not_confirmed"])
def test_before_that_no_advisor_is_asked_in_any_way(identity_is):
    request, by = triaged(), officer()
    request.verification.delete()
    request = AssistanceRequest.objects.get(pk=request.pk)
    if identity_is == "not_confirmed":
        desk.not_confirmed(assistance_request=request, by=by, at=NOON)
    who = {"assistance_request": request, "by": by, "at": NOON}

    with pytest.raises(Refused):
        outreach.start(lead=reachable_advisor(), **who)
    with pytest.raises(Refused):
        outreach.offer(advisor=reachable_advisor(), role="specialist", override_reason="Now", **who)
    assert not Offer.objects.exists()


def test_no_code_for_one_that_nobody_has_taken():
    with pytest.raises(MoveRefused):
        sent(filed())


def test_a_yes_to_an_offer_of_one_that_was_unmasked_is_not_taken():
    request = seeking()
    offer = request.offers.get(role="lead")
    desk.not_confirmed(assistance_request=request, by=officer(), at=NOON)

    with pytest.raises(Refused):
        offers.accept(offer=offer, by=offer.advisor.person.user, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_a_request_reads_its_identity_as_it_is_by_then():
    """The two below meet by chance; here the second always waits for the first."""
    request, lead, first, second = triaged(), reachable_advisor(), officer(), officer()

    _unmasked, asked = one_begins_and_the_other_comes_between(
        lambda: desk.not_confirmed(assistance_request=request, by=first, at=NOON),
        lambda: None,
        lambda: outreach.start(assistance_request=request, lead=lead, by=second, at=NOON),
    )

    assert isinstance(asked, Refused)
    assert not Offer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asking_and_unmasking_at_once_leave_no_open_offer():
    request, lead, first, second = triaged(), reachable_advisor(), officer(), officer()

    at_once(
        lambda: outreach.start(assistance_request=request, lead=lead, by=first, at=NOON),
        lambda: desk.not_confirmed(assistance_request=request, by=second, at=NOON),
    )

    assert not Offer.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_unmasking_at_once_never_show_the_agency_to_an_unmasked_callers_advisor():
    request, by = seeking(), officer()
    offer = request.offers.select_related("advisor__person__user").get(role="lead")

    _accepted, unmasked = at_once(
        lambda: offers.accept(offer=offer, by=offer.advisor.person.user, at=NOON),
        lambda: desk.not_confirmed(assistance_request=request, by=by, at=NOON),
    )

    request = AssistanceRequest.objects.get(pk=request.pk)
    has_advisor = request.engagements.active().exists()
    assert has_advisor is isinstance(unmasked, Refused)
    assert request.is_identity_confirmed is has_advisor


@pytest.mark.django_db(transaction=True)
def test_two_who_type_the_code_at_once_use_it_once():
    request = taken()
    code = sent(request)

    answers = at_once(*[lambda: read(request, code.digits)] * 2)

    assert sum(isinstance(answer, CodeRefused) for answer in answers) == 1
    assert outcomes(request).count("confirmed") == 1


def test_an_advisor_sees_nothing_of_an_unconfirmed_request():
    request = AssistanceRequestFactory(state="triaged", owner=officer())
    advisor = reachable_advisor()

    answer = browser(advisor.person.user).get(request.get_absolute_url())

    assert answer.status_code == 404
