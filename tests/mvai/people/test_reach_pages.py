"""The page "How we reach you", and the list of those who can't be reached."""

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.outbox import proving
from mvai.outbox.models import Message, Proof, Topic, Wish
from mvai.outbox.moves import move
from mvai.outbox.states import MessageState
from mvai.people.models import Channel, ContactPoint
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import AdvisorFactory
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db

NUMBER = "(202) 555-0143"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


@pytest.fixture
def page(dana):
    return Page(dana)


class Page:
    """The page as its reader sees it and uses it."""

    def __init__(self, user) -> None:
        self.user, self.client = user, sign_in(Client(), user)

    def open(self) -> str:
        return self.client.get(reverse("reach:mine")).text

    def do(self, verb: str, *args, **data) -> str:
        return self.client.post(reverse(f"reach:{verb}", args=args), data, follow=True).text


def mail(user, **given):
    return ContactPointFactory(person=user.person, channel=Channel.EMAIL, value=user.email, **given)


# Numbers and addresses


def test_a_number_is_added_as_typed_and_a_code_goes_there(page):
    shown = page.do("add", channel="sms", value=NUMBER)

    point = ContactPoint.objects.get()
    assert (point.value, point.is_proven) == (NUMBER, False)
    assert Message.objects.get().contact_point == point
    assert NUMBER in shown
    assert "not proven yet" in shown
    assert "Six-digit code" in shown


def test_the_code_proves_it(page):
    page.do("add", channel="sms", value=NUMBER)
    proof = Proof.objects.get()

    shown = page.do("enter_code", proof.contact_point_id, code=proving.digits_of(proof))

    assert ContactPoint.objects.get().is_proven
    assert "Proven. Messages can go there from now on." in shown


def test_a_wrong_code_is_said_beside_the_field(page):
    page.do("add", channel="sms", value=NUMBER)

    shown = page.do("enter_code", ContactPoint.objects.get().pk, code="12 34")

    assert "That code is wrong or no longer good." in shown
    assert "One thing needs a look" in shown
    assert not ContactPoint.objects.get().is_proven


@pytest.mark.parametrize(
    ("channel", "value", "words"),
    [
        ("sms", "ask dispatch", "This isn’t a number we can reach."),
        ("sms", "", "Give a number or an address."),
        ("email", "dana at mvai", "This isn’t an e-mail address we can write to."),
    ],
)
def test_what_cannot_be_reached_is_asked_about(page, channel, value, words):
    assert words in page.do("add", channel=channel, value=value)
    assert not ContactPoint.objects.exists()


def test_the_same_number_written_otherwise_is_not_a_second_one(page):
    page.do("add", channel="sms", value=NUMBER)
    page.do("add", channel="sms", value="202-555-0143")

    assert ContactPoint.objects.count() == 1


def test_nobody_has_more_than_ten(page, dana):
    for number in range(10):
        ContactPointFactory(person=dana.person, value=f"20255501{number:02}")

    assert "Remove one first." in page.do("add", channel="sms", value="202-555-0199")


def test_another_code_can_be_asked_for(page, dana):
    point = ContactPointFactory(person=dana.person, proven_at=None)

    assert "Send me a code" in page.open()
    assert "A code is on its way." in page.do("send_code", point.pk)


def test_too_many_codes_are_refused_in_words(page, dana, clock):
    point = ContactPointFactory(person=dana.person, proven_at=None)
    for minute in range(6):
        clock.move_to(NOON + timedelta(minutes=minute), tick=False)
        shown = page.do("send_code", point.pk)

    assert "Many codes have been sent." in shown


def test_a_number_is_removed_after_a_question(page, dana):
    mail(dana)
    point = ContactPointFactory(person=dana.person)

    assert f"Remove {NUMBER}?" in page.open()
    page.do("remove", point.pk)

    assert NUMBER not in page.open()
    assert ContactPoint.objects.get(pk=point.pk).removed_at == NOON


def test_the_last_proven_way_to_the_desk_stays(page, dana):
    point = ContactPointFactory(person=dana.person)
    ContactPointFactory(person=dana.person, value="2025550199", proven_at=None)

    assert "The last way to reach you, so it stays." in page.open()
    assert "alarms need one" in page.do("remove", point.pk)
    assert ContactPoint.objects.get(pk=point.pk).removed_at is None


def test_who_is_not_on_the_desk_may_remove_the_last():
    user = UserFactory(advisor=True)
    point = ContactPointFactory(person=user.person)

    Page(user).do("remove", point.pk)

    assert ContactPoint.objects.get().removed_at == NOON


def test_the_address_one_signs_in_with_stays(page, dana):
    address = mail(dana)
    ContactPointFactory(person=dana.person)

    assert "you sign in with it" in page.open()
    assert "so it stays" in page.do("remove", address.pk)
    assert ContactPoint.objects.get(pk=address.pk).removed_at is None


def test_a_stopped_number_says_so_and_can_be_used_again(page, dana):
    point = ContactPointFactory(person=dana.person, stopped_at=NOON)

    assert "No messages go there since today noon ET." in page.open()
    page.do("start", point.pk)

    assert ContactPoint.objects.get().stopped_at is None


def test_of_two_numbers_one_is_used_first(page, dana):
    ContactPointFactory(person=dana.person, value="2025550101")
    second = ContactPointFactory(person=dana.person, value="2025550102", sort=1)

    page.do("put_first", second.pk)

    assert dana.person.contact_points.usable(Channel.SMS).first() == second


@pytest.mark.parametrize("verb", ["send_code", "enter_code", "put_first", "start", "remove"])
def test_a_removed_number_is_not_there_any_more(page, dana, verb):
    point = ContactPointFactory(
        person=dana.person, removed_at=NOON, stopped_at=NOON, proven_at=None
    )

    assert page.client.post(reverse(f"reach:{verb}", args=[point.pk])).status_code == 404


# Wishes and quiet hours


@pytest.mark.parametrize(
    ("role", "topics"),
    [
        ("duty_officer", {Topic.ALARMS, Topic.WORK}),
        ("advisor", {Topic.OFFERS}),
        ("auditor", set()),
        ("requester", set()),
    ],
)
def test_each_role_has_wishes_about_what_concerns_it(role, topics):
    shown = Page(UserFactory(roles=[role])).open()

    assert {topic for topic in Topic if f'name="ways-{topic}_sms"' in shown} == topics


def given(**changes):
    usual = dict.fromkeys(
        [f"ways-{topic}_{channel}" for topic in ("alarms", "work")
         for channel in ("sms", "voice", "email", "portal")],
        "0",
    )  # fmt: skip
    return usual | {f"ways-{name}": value for name, value in changes.items()}


def test_a_wish_is_kept_and_shown(page, dana):
    ContactPointFactory(person=dana.person)

    shown = page.do("wishes", **given(alarms_email="300", alarms_voice="off"))

    wishes = {one.channel: one for one in Wish.objects.filter(topic=Topic.ALARMS)}
    assert wishes[Channel.EMAIL].after == timedelta(minutes=5)
    assert "Kept. It holds from now on." in shown
    assert '<option value="300" selected>after 5 min</option>' in shown


def test_one_way_stays_on_for_alarms(page):
    shown = page.do("wishes", **given(alarms_sms="off", alarms_voice="off", alarms_email="off"))

    assert "Leave at least one way on: somebody waits for your answer." in shown
    assert not Wish.objects.exists()


def test_the_way_that_stays_on_is_one_that_is_proven(page, dana):
    mail(dana)

    shown = page.do("wishes", **given(alarms_voice="off", alarms_email="off"))

    assert "for which you have a proven number or address" in shown


def test_quiet_hours_are_kept_by_ones_own_clock(page, dana):
    shown = page.do(
        "quiet",
        **{"quiet-quiet_from": "22:00", "quiet-quiet_until": "07:00",
           "quiet-zone": "America/Denver"},
    )  # fmt: skip

    dana.person.refresh_from_db()
    assert (dana.person.quiet_from, dana.person.quiet_until) == (time(22), time(7))
    assert dana.person.time_zone == "America/Denver"
    assert "Alarms and urgent offers still come." in shown


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"quiet-quiet_from": "22:00"}, "Give both times, or neither."),
        (
            {"quiet-quiet_from": "22:00", "quiet-quiet_until": "22:00"},
            "Choose another time than the first.",
        ),
        ({"quiet-zone": "Mars/Olympus"}, "Please choose one of the list."),
    ],
)
def test_quiet_hours_that_cannot_be_are_asked_about(page, data, words):
    assert words in page.do("quiet", **data)


# The test


def test_a_test_goes_out_and_the_page_looks_for_news(page, dana):
    ContactPointFactory(person=dana.person)

    shown = page.do("test")

    assert "Waiting" in shown
    assert 'hx-trigger="every 3s"' in shown


def news(page):
    return page.client.get(reverse("reach:tested"), headers={"HX-Request": "true"}).text


def test_the_news_is_the_state_in_words(page, dana):
    ContactPointFactory(person=dana.person)
    page.do("test")
    for state in (MessageState.CLAIMED, MessageState.HANDED_OVER, MessageState.DELIVERED):
        fields = {
            MessageState.CLAIMED: {"lease_until": NOON},
            MessageState.HANDED_OVER: {"handed_over_at": NOON},
            MessageState.DELIVERED: {"delivered_at": NOON},
        }[state]
        move(Message.objects.all(), to=state, **fields)
        shown = news(page)
        assert str(state.label) in shown

    assert "hx-trigger" not in shown


def test_the_news_alone_is_for_the_page_only(page):
    assert page.client.get(reverse("reach:tested")).url == reverse("reach:mine")


def test_looking_for_news_leaves_the_session_as_it_was(page, dana):
    ContactPointFactory(person=dana.person)
    page.do("test")
    before = page.client.session.get_expiry_date(), dict(page.client.session.items())

    response = page.client.get(reverse("reach:tested"), headers={"HX-Request": "true"})

    assert "sessionid" not in response.cookies
    assert (page.client.session.get_expiry_date(), dict(page.client.session.items())) == before


def test_a_second_test_at_once_is_refused_in_words(page, dana):
    ContactPointFactory(person=dana.person)
    page.do("test")

    assert "A test has just gone out." in page.do("test")


def test_who_has_proven_nothing_is_told_what_comes_first(page):
    assert "Once a number or an address is proven" in page.open()


# Who can't be reached


HOMES = {"duty_officer": "/board/", "program_manager": "/board/", "advisor": "/home/"}


@pytest.mark.parametrize("role", HOMES)
def test_who_cannot_be_reached_is_told_at_home_what_to_do(role):
    user = UserFactory(roles=[role])
    AdvisorFactory(person=user.person)
    client = sign_in(Client(), user)
    cut_off = client.get(HOMES[role]).text

    ContactPointFactory(person=user.person)

    assert "You can’t be reached:" in cut_off
    assert "Prove a number or an address" in cut_off
    assert "You can’t be reached:" not in client.get(HOMES[role]).text


def test_who_needs_to_hear_of_nothing_is_not_told_so():
    client = sign_in(Client(), UserFactory(auditor=True))

    assert "You can’t be reached:" not in client.get("/start/", follow=True).text


@pytest.fixture
def manager():
    user = UserFactory(program_manager=True, person__full_name="Helen Aguirre")
    ContactPointFactory(person=user.person)
    return sign_in(Client(), user)


def test_the_list_is_empty_while_everybody_can_be_reached(manager):
    assert "Everybody can be reached" in manager.get("/people/unreachable/").text


def test_the_list_says_who_what_is_missing_and_since_when(manager):
    mia = UserFactory(duty_officer=True, person__full_name="Mia Cut-Off")
    sam = UserFactory(advisor=True, person__full_name="Sam Stopped")
    ContactPointFactory(person=sam.person, stopped_at=NOON)
    mail(sam)
    UserFactory(auditor=True, person__full_name="Not Concerned")
    lost = MessageFactory(state=MessageState.FAILED, not_sent_reason="unknown_recipient")
    AdvisorFactory(person=lost.person)

    shown = manager.get("/people/unreachable/").text

    assert mia.person.full_name in shown
    assert "No number or address" in shown
    assert "Asked for no more messages here" in shown
    assert "today noon ET" in shown
    assert "The last message did not arrive" in shown
    assert "Advisor, without an account" in shown
    assert "Not Concerned" not in shown
    assert "3 people" in shown


def test_an_advisor_who_has_left_is_not_on_the_list(manager):
    AdvisorFactory(is_active=False)

    assert "Everybody can be reached" in manager.get("/people/unreachable/").text


@pytest.mark.parametrize("address", ["/board/", "/advisors/", "/duty/roster/"])
def test_the_manager_sees_how_many_where_people_are_listed(manager, address):
    UserFactory(duty_officer=True)

    assert "1 person may not be reached by messages." in manager.get(address).text


def test_duty_officers_are_not_shown_the_count(page):
    UserFactory(duty_officer=True)

    assert "may not be reached" not in page.client.get("/duty/roster/").text


def test_the_log_knows_what_was_done_and_no_number(page, dana):
    mail(dana)
    page.do("add", channel="sms", value=NUMBER)
    page.do("wishes", **given(alarms_voice="off"))

    said = str(list(AuditEntry.objects.values_list("verb", "facts")))
    assert "contact_point.added" in said
    assert "wishes.set" in said
    assert "555" not in said
