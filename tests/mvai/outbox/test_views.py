from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.outbox import archiving
from mvai.outbox.models import MAY_SEE, Message
from mvai.outbox.states import Group, MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.outbox import AttemptFactory, MessageFactory, RoomFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/messages/"


@pytest.fixture
def officer(client):
    return sign_in(client, UserFactory(duty_officer=True))


def test_the_permission_is_one_that_accounts_knows():
    from mvai.accounts.roles import Permission

    assert MAY_SEE == Permission.MESSAGE_VIEW


def test_who_may_not_see_messages_is_refused(client):
    sign_in(client, UserFactory(advisor=True))

    assert client.get(LIST).status_code == 403


def test_a_waiting_message_is_listed_with_its_words_and_person(officer):
    MessageFactory()

    page = officer.get(LIST).content.decode()

    assert "Test page" in page
    assert "Chief Alex Moreno" in page
    assert "MV-7K4Q" in page


@pytest.mark.parametrize(
    ("show", "state"),
    [
        ("waiting", MessageState.CLAIMED),
        ("waiting", MessageState.FAILED_FOR_NOW),
        ("sent", MessageState.HANDED_OVER),
        ("sent", MessageState.DELIVERED),
        ("unsent", MessageState.FAILED),
        ("unsent", MessageState.UNKNOWN),
        ("left_out", MessageState.CANCELED),
        ("left_out", MessageState.EXPIRED),
    ],
)
def test_each_state_has_its_tab(officer, show, state):
    message = MessageFactory(state=state)

    for tab in Group:
        rows = officer.get(LIST, {"show": tab}).context["rows"]
        assert [row.pk for row, _ in rows] == ([message.pk] if tab == show else [])


def test_the_reason_is_shown_in_words(officer):
    MessageFactory(state=MessageState.CANCELED, not_sent_reason=NotSent.ALREADY_TAKEN)

    assert "Someone already had it" in officer.get(LIST, {"show": "left_out"}).content.decode()


def test_a_message_that_went_out_in_quiet_hours_says_so(officer):
    message = MessageFactory(state=MessageState.HANDED_OVER, overrode_quiet_hours=True)

    page = officer.get(f"{LIST}{message.pk}/").text

    assert "It was urgent, so it went out in the person’s quiet hours." in page


@pytest.mark.parametrize(("urgent", "waits"), [(False, True), (True, False)])
def test_a_message_that_waits_for_the_end_of_quiet_hours_says_so(officer, urgent, waits):
    person = PersonFactory(quiet_from=time(10), quiet_until=time(13))  # in Chicago, at 11 a.m.
    message = MessageFactory(contact_point=ContactPointFactory(person=person), urgent=urgent)

    with time_machine.travel(NOON, tick=False):
        page = officer.get(f"{LIST}{message.pk}/").text

    assert ("The person’s last until today 2:00 p.m. ET. It leaves after them." in page) is waits


def test_the_list_is_narrowed_by_reference_purpose_and_channel(officer):
    wanted = MessageFactory(label="MV-2222")
    MessageFactory(label="MV-3333")
    MessageFactory(label="MV-2222", purpose="other")
    MessageFactory(
        label="MV-2222",
        contact_point=ContactPointFactory(channel=Channel.EMAIL, value="a@agency.example"),
    )

    rows = officer.get(
        LIST, {"reference": "mv-2222", "purpose": "test_page", "channel": "sms"}
    ).context["rows"]

    assert [row.pk for row, _ in rows] == [wanted.pk]


@pytest.mark.parametrize(
    "query", [{"channel": "pigeon"}, {"before": "x"}, {"before": "9" * 40}, {"show": "all"}]
)
def test_an_address_that_makes_no_sense_is_answered_calmly(officer, query):
    assert officer.get(LIST, query).status_code == 200


def test_older_messages_follow_page_by_page(officer, monkeypatch):
    monkeypatch.setattr("mvai.outbox.views.outgoing.PER_PAGE", 2)
    made = [MessageFactory().pk for _ in range(5)]
    seen, before = [], ""
    while before is not None:
        context = officer.get(LIST, {"before": before}).context
        seen += [row.pk for row, _ in context["rows"]]
        before = context["older_than"]

    assert seen == made[::-1]


@pytest.mark.parametrize("show", Group)
def test_an_empty_tab_says_what_it_will_show(officer, show):
    assert 'class="empty"' in officer.get(LIST, {"show": show}).content.decode()


def test_the_list_costs_the_same_however_long(officer, django_assert_max_num_queries):
    MessageFactory.create_batch(60)

    with django_assert_max_num_queries(12):
        officer.get(LIST)


def test_a_part_of_the_page_is_served_to_htmx(officer):
    page = officer.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page


# One message


def test_a_message_shows_each_try(officer):
    attempt = AttemptFactory(detail="HTTP 503")

    page = officer.get(reverse("outbox:message", args=[attempt.message_id])).content.decode()

    assert "HTTP 503" in page


def test_outside_the_demonstration_the_text_is_not_shown(officer, settings):
    settings.DEMO = False
    message = MessageFactory()

    page = officer.get(reverse("outbox:message", args=[message.pk])).content.decode()

    assert "portal.example/a/1" not in page
    assert not AuditEntry.objects.reads().exists()


def test_in_the_demonstration_the_text_is_shown_and_the_reading_logged(officer, settings):
    settings.DEMO = True
    message = MessageFactory()

    page = officer.get(reverse("outbox:message", args=[message.pk])).content.decode()

    assert "portal.example/a/1" in page
    assert AuditEntry.objects.reads().get().verb == "message.opened"


def test_a_message_whose_purpose_is_gone_still_has_a_page(officer, settings):
    settings.DEMO = True
    message = MessageFactory(purpose="of_an_older_version")

    assert officer.get(reverse("outbox:message", args=[message.pk])).status_code == 200


def test_an_unknown_message_is_not_found(officer):
    assert officer.get(reverse("outbox:message", args=[404])).status_code == 404


# The archive


def archived(message):
    archiving.archive_batch(NOON + archiving.AFTER + timedelta(seconds=1))
    assert not Message.objects.filter(pk=message.pk).exists()
    return message


def shown_in_archive(client, **query):
    context = client.get(LIST, {"show": "archived", **query}).context
    return [row.pk for row, _ in context["rows"]], context["older_than"]


def test_a_message_of_long_ago_keeps_its_address_and_its_tries(officer):
    attempt = AttemptFactory(
        message=MessageFactory(state=MessageState.DELIVERED, urgent=True), detail="HTTP 503"
    )
    address = reverse("outbox:message", args=[attempt.message_id])
    archived(attempt.message)

    page = officer.get(address).text

    assert "It is in the archive" in page
    assert "HTTP 503" in page
    assert "Chief Alex Moreno" in page
    assert "?show=archived&amp;reference=MV-7K4Q" in page


def test_nothing_can_be_done_with_an_archived_message(officer):
    failed = archived(MessageFactory(state=MessageState.FAILED))

    assert "Send again" not in officer.get(reverse("outbox:message", args=[failed.pk])).text
    assert send_again(officer, failed).status_code == 404


def test_an_archived_message_says_by_whom_it_was_told(officer):
    teller = UserFactory(duty_officer=True)
    told = MessageFactory(state=MessageState.FAILED, told_by=teller, told_at=NOON)
    archived(told)

    page = officer.get(reverse("outbox:message", args=[told.pk])).text

    assert teller.display_name in page


def test_what_replaced_an_archived_message_links_to_it(officer):
    first = MessageFactory(state=MessageState.FAILED)
    second = MessageFactory(
        state=MessageState.DELIVERED, contact_point=first.contact_point, occurrence="2",
        again_of=first,
    )  # fmt: skip
    archiving.archive_batch(NOON + archiving.AFTER * 2)
    archived(first)

    page = officer.get(reverse("outbox:message", args=[second.pk])).text

    assert reverse("outbox:message", args=[first.pk]) in page


def test_the_text_of_an_archived_message_is_gone_also_in_the_demonstration(officer, settings):
    settings.DEMO = True
    message = archived(MessageFactory(state=MessageState.DELIVERED))

    page = officer.get(reverse("outbox:message", args=[message.pk])).text

    assert "portal.example/a/1" not in page


def test_the_archive_is_narrowed_by_reference_purpose_and_channel(officer):
    wanted = MessageFactory(label="MV-2222", state=MessageState.DELIVERED)
    MessageFactory(label="MV-3333", state=MessageState.DELIVERED)
    MessageFactory(label="MV-2222", purpose="other", state=MessageState.DELIVERED)
    archived(wanted)

    found, _ = shown_in_archive(
        officer, reference="mv-2222", purpose="test_page", channel=Channel.SMS
    )

    assert found == [wanted.pk]


def test_the_archive_is_read_page_by_page(officer, monkeypatch):
    monkeypatch.setattr("mvai.outbox.views.outgoing.PER_PAGE", 2)
    made = [MessageFactory(state=MessageState.DELIVERED) for _ in range(5)]
    archived(made[0])
    seen, before = [], ""
    while before is not None:
        page, before = shown_in_archive(officer, before=before)
        seen += page

    assert seen == [message.pk for message in made][::-1]


def test_the_archive_costs_the_same_however_long(officer, django_assert_max_num_queries):
    for _ in range(3):
        room = RoomFactory(name=f"Room {_}")
        MessageFactory(
            person=None, contact_point=None, room=room, channel=Channel.CHAT, subject_id=1,
            state=MessageState.HANDED_OVER,
        )  # fmt: skip
    archived(MessageFactory.create_batch(20, state=MessageState.DELIVERED)[0])

    with django_assert_max_num_queries(12):
        page = officer.get(LIST, {"show": "archived"})

    assert len(page.context["rows"]) == 23
    assert "Room 2" in page.text


# Sending again


def send_again(client, message):
    return client.post(reverse("outbox:send_again", args=[message.pk]), follow=True)


def test_a_failed_message_is_sent_again_as_a_new_one(officer):
    failed = MessageFactory(state=MessageState.FAILED)

    page = send_again(officer, failed).content.decode()

    anew = Message.objects.get(again_of=failed)
    assert (anew.state, anew.contact_point) == (MessageState.PROMISED, failed.contact_point)
    assert "It is being sent again." in page
    assert AuditEntry.objects.get(verb="message.sent_again").label == failed.label


def test_sending_again_twice_sends_it_once(officer):
    failed = MessageFactory(state=MessageState.UNKNOWN)

    send_again(officer, failed)
    page = send_again(officer, failed).content.decode()

    assert Message.objects.count() == 2
    assert "in the meantime" in page


@pytest.mark.parametrize("state", [MessageState.HANDED_OVER, MessageState.CANCELED])
def test_only_a_failed_message_is_sent_again(officer, state):
    message = MessageFactory(state=state)

    send_again(officer, message)

    assert Message.objects.count() == 1


def test_what_was_sent_again_is_no_longer_among_the_unsent(officer):
    MessageFactory(again_of=MessageFactory(state=MessageState.FAILED))

    assert not officer.get(LIST, {"show": "unsent"}).context["rows"]


def test_it_goes_to_the_number_the_person_has_now(officer):
    failed = MessageFactory(state=MessageState.FAILED)
    failed.contact_point.stopped_at = failed.created_at
    failed.contact_point.save()
    now = ContactPointFactory(person=failed.person, value="(202) 555-0199")

    send_again(officer, failed)

    assert Message.objects.get(again_of=failed).contact_point == now


def test_without_a_usable_number_it_says_so(officer):
    failed = MessageFactory(state=MessageState.FAILED)
    failed.contact_point.stopped_at = failed.created_at
    failed.contact_point.save()

    assert "no number or address" in send_again(officer, failed).content.decode()


def test_looking_never_sends(officer):
    failed = MessageFactory(state=MessageState.FAILED)

    assert officer.get(reverse("outbox:send_again", args=[failed.pk])).status_code == 405
