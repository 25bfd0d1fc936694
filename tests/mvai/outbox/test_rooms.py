"""Staff chat rooms: signed, told once, and never a way to the inside."""

import base64
import hashlib
import hmac
import json

import pytest
from django.core.exceptions import PermissionDenied

from mvai.outbox import actions, outward, rooms
from mvai.outbox.channels import chat
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from mvai.web import sealing
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.outbox import RoomFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(program_manager=True)


@pytest.fixture
def room(receiver):
    return RoomFactory(url=receiver.url)


def tell(room, register) -> Message:
    register(rooms=True)
    subject = PersonFactory()
    actions.enqueue(purpose="test_page", subject=subject, people=[subject], at=NOON,
                    label="MV-7K4Q")  # fmt: skip
    message = Message.objects.get(room=room)
    actions.deliver(message_id=message.pk, now=NOON)
    message.refresh_from_db()
    return message


class TestWhatIsSent:
    def test_it_is_signed_so_that_the_receiver_can_tell_it_from_others(
        self, room, receiver, register
    ):
        message = tell(room, register)

        [(headers, body)] = receiver.taken
        assert message.state == MessageState.HANDED_OVER
        assert headers["webhook-id"] == str(message.reference)
        key = base64.b64decode(sealing.unseal(room.secret).removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"

    def test_it_says_what_a_text_message_says(self, room, receiver, register):
        tell(room, register)

        [(_headers, body)] = receiver.taken
        assert json.loads(body)["text"] == "MVAI: MV-7K4Q needs you: https://portal.example/a/1"

    def test_a_room_turned_off_is_told_nothing_of_what_waits(
        self, room, receiver, register, manager
    ):
        register(rooms=True)
        subject = PersonFactory()
        actions.enqueue(purpose="test_page", subject=subject, people=[subject], at=NOON)
        rooms.turn(room=room, on=False, by=manager, at=NOON)

        actions.deliver_due(NOON)

        assert not receiver.taken
        assert Message.objects.get(room=room).not_sent_reason == NotSent.NO_LONGER_NEEDED

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (302, MessageState.FAILED),
            (404, MessageState.FAILED),
            (429, MessageState.FAILED_FOR_NOW),
            (500, MessageState.FAILED_FOR_NOW),
            (0, MessageState.FAILED_FOR_NOW),
        ],
    )
    def test_an_answer_decides_what_becomes_of_it(self, room, receiver, register, status, state):
        receiver.status, receiver.headers = status, {"Location": receiver.url + "/elsewhere"}

        assert tell(room, register).state == state
        assert len(receiver.taken) == 1


class TestNoWayToTheInside:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
            "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1",
            "2002:7f00:1::", "::",
        ],
    )  # fmt: skip
    def test_an_inner_address_is_known_as_one(self, address):
        assert not outward.is_outside(address)

    @pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
    def test_an_outer_address_is_known_as_one(self, address):
        assert outward.is_outside(address)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "[::1]"])
    def test_a_room_that_leads_inside_is_told_nothing(self, receiver, register, settings, host):
        port = receiver.url.split(":")[2].split("/")[0]
        settings.WEBHOOKS_INSIDE = []
        message = tell(RoomFactory(url=f"http://{host}:{port}/hooks/desk"), register)

        assert not receiver.taken
        assert message.not_sent_reason == NotSent.ADDRESS_REFUSED


class TestRooms:
    def test_its_secret_is_kept_sealed(self, manager):
        added = rooms.add_room(name="Desk", url="https://chat.example/x", by=manager, at=NOON)

        assert added.secret.startswith(chat.PREFIX)
        assert added.secret not in added.room.secret
        assert sealing.unseal(added.room.secret) == added.secret

    @pytest.mark.parametrize(
        "url",
        [
            "http://chat.example/x",
            "https://user:word@chat.example/",
            "ftp://chat.example",
            "https://",
        ],
    )
    def test_its_address_is_a_whole_one(self, manager, url):
        with pytest.raises(rooms.RoomRefused):
            rooms.add_room(name="Desk", url=url, by=manager, at=NOON)

    def test_two_rooms_have_two_names(self, manager):
        rooms.add_room(name="Desk", url="https://chat.example/x", by=manager, at=NOON)

        with pytest.raises(rooms.RoomRefused, match="of this name"):
            rooms.add_room(name="Desk", url="https://chat.example/y", by=manager, at=NOON)

    def test_only_the_manager_edits_them(self):
        with pytest.raises(PermissionDenied):
            rooms.add_room(
                name="Desk", url="https://chat.example/x", by=UserFactory(duty_officer=True),
                at=NOON,
            )  # fmt: skip

    def test_a_test_goes_the_true_way(self, room, receiver, manager):
        message = rooms.send_test(room=room, by=manager, at=NOON)
        actions.deliver(message_id=message.pk, now=NOON)

        assert len(receiver.taken) == 1

    def test_a_room_turned_off_can_not_be_tested(self, room, manager):
        rooms.turn(room=room, on=False, by=manager, at=NOON)

        with pytest.raises(rooms.RoomRefused, match="Turn the room on"):
            rooms.send_test(room=room, by=manager, at=NOON)

    def test_the_page_shows_the_secret_once_and_never_the_address(self, client, manager):
        sign_in(client, manager)
        added = client.post(
            "/messages/rooms/add/", {"name": "Desk", "url": "https://chat.example/T0/S3CR3T"}
        )
        later = client.get("/messages/rooms/")

        assert "whsec_" in added.text
        assert added["Cache-Control"] == "no-store"
        assert "whsec_" not in later.text
        assert "chat.example" in later.text
        assert "S3CR3T" not in added.text + later.text

    def test_a_wrong_address_keeps_what_was_typed(self, client, manager):
        sign_in(client, manager)
        page = client.post("/messages/rooms/add/", {"name": "Desk", "url": "http://chat.example/"})

        assert "must begin with https" in page.text
        assert 'value="Desk"' in page.text


class TestNotices:
    @pytest.fixture
    def dana(self, client, register):
        url = "http://localhost:8000/requests/MV-7K4Q/"
        register(channels=(Channel.SMS, Channel.PORTAL), context=lambda message: {"url": url})
        dana = UserFactory(duty_officer=True)
        sign_in(client, dana)
        return dana

    def notify(self, user) -> None:
        actions.enqueue(purpose="test_page", subject=user.person, people=[user.person], at=NOON,
                        label="MV-7K4Q")  # fmt: skip
        actions.deliver_due(NOON)

    def test_a_notice_shows_with_the_way_to_its_page(self, client, dana):
        self.notify(dana)

        page = client.get("/messages/notices/").text

        assert "MV-7K4Q" in page
        assert 'href="/requests/MV-7K4Q/"' in page

    def test_looking_changes_nothing_and_marking_does(self, client, dana):
        self.notify(dana)
        client.get("/messages/notices/")
        assert Message.objects.get().state == MessageState.HANDED_OVER

        client.post("/messages/notices/read/")

        assert Message.objects.get().state == MessageState.DELIVERED
        assert Message.objects.get().delivered_at

    def test_nobody_sees_the_notices_of_another(self, client, dana):
        self.notify(UserFactory(duty_officer=True))

        assert "MV-7K4Q" not in client.get("/messages/notices/").text

    def test_without_any_the_page_says_so(self, client, dana):
        assert "Nothing so far" in client.get("/messages/notices/").text
