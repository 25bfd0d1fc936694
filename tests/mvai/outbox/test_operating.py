"""What operators see and do: figures, the command, channels, messages told by phone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from mvai.audit import checking, log
from mvai.audit.models import AuditPosition
from mvai.outbox import actions, watchdog
from mvai.outbox.models import ChannelGate, Heartbeat
from mvai.outbox.states import MessageState
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.outbox import MessageFactory
from tests.mvai.audit.sealed import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(client):
    dana = UserFactory(duty_officer=True)
    sign_in(client, dana)
    return dana


class TestFigures:
    def metrics(self, client, settings, token="Bearer secret"):
        settings.METRICS_TOKEN = "secret"
        return client.get("/metrics", headers={"Authorization": token})

    def test_they_tell_what_waits_how_long_and_what_is_closed(self, client, settings):
        MessageFactory(promised_for=timezone.now() - timedelta(minutes=5))
        ChannelGate.objects.create(channel="email", failures=5, rests_until=timezone.now())

        text = self.metrics(client, settings).text

        assert 'mvai_messages_waiting{channel="sms",urgency="urgent"} 1.0' in text
        assert 'mvai_channel_open{channel="email"} 0.0' in text
        assert "MV-7K4Q" not in text

    def test_they_tell_how_long_an_entry_waits_for_its_seal_and_whether_all_agree(
        self, client, settings
    ):
        log.record(verb="request.filed", at=timezone.now() - timedelta(minutes=5))
        text = self.metrics(client, settings).text
        assert "mvai_audit_unsealed_seconds 30" in text
        assert "mvai_audit_unsound 0.0" in text

        seal()
        AuditPosition.objects.create(name=checking.POSITION, found_at=NOON)
        text = self.metrics(client, settings).text
        assert "mvai_audit_unsealed_seconds 0.0" in text
        assert "mvai_audit_unsound 1.0" in text

    @pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic secret"])
    def test_without_the_token_they_are_not_there(self, client, settings, token):
        assert self.metrics(client, settings, token).status_code == 404

    def test_where_none_is_set_nobody_has_it(self, client):
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_the_readiness_page_tells_the_age_of_the_test_message(self, client, settings):
        settings.CYCLE_ADDRESS = "cycle@mvai.example"
        Heartbeat.objects.beat("cycle", timezone.now() - timedelta(minutes=11))

        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json()["cycle"]["status"] == "late"


class TestTheCommand:
    def test_it_shows_depth_age_and_state(self, capsys):
        for lane in (watchdog.PIPELINE, watchdog.ROUTINE):
            Heartbeat.objects.beat(lane, timezone.now())

        call_command("outbox")

        out = capsys.readouterr().out
        assert "sms            0        0       -         0       0  open" in out

    def test_it_fails_when_something_is_late(self, capsys):
        MessageFactory(promised_for=timezone.now() - timedelta(minutes=5))

        with pytest.raises(SystemExit):
            call_command("outbox")

        assert "! 1 message is late" in capsys.readouterr().out


class TestChannels:
    def test_a_channel_is_paused_with_its_reason_and_used_again(self, client, dana):
        client.post("/messages/channels/sms/pause/", {"reason": "The gateway moves"})
        assert "The gateway moves" in client.get("/messages/channels/").text
        assert ChannelGate.objects.get().paused_by == dana

        client.post("/messages/channels/sms/resume/")
        assert ChannelGate.objects.get().paused_at is None

    def test_without_a_reason_it_is_not_paused(self, client, dana):
        page = client.post("/messages/channels/sms/pause/", {"reason": ""})

        assert page.status_code == 200
        assert not ChannelGate.objects.filter(paused_at__isnull=False).exists()

    @pytest.mark.parametrize("channel", ["pigeon", "portal"])
    def test_only_what_leaves_can_be_paused(self, client, dana, channel):
        answer = client.post(f"/messages/channels/{channel}/pause/", {"reason": "Why"})

        assert answer.status_code == 404


class TestToldByPhone:
    def test_who_told_is_kept_and_the_message_leaves_the_list(self, client, dana):
        message = MessageFactory(state=MessageState.FAILED)

        client.post(f"/messages/{message.pk}/told/")

        message.refresh_from_db()
        assert message.told_by == dana
        assert "Nothing is unsent" in client.get("/messages/?show=unsent").text

    def test_what_was_told_is_not_sent_again(self, dana):
        message = MessageFactory(state=MessageState.FAILED)
        actions.told_by_phone(message=message, by=dana, at=NOON)

        with pytest.raises(actions.CannotSendAgain):
            actions.send_again(message=message, by=dana, at=NOON)

    def test_only_what_failed_needs_telling(self, dana):
        with pytest.raises(actions.CannotSendAgain):
            actions.told_by_phone(message=MessageFactory(), by=dana, at=NOON)

    def test_a_message_that_left_late_says_so(self, client, dana):
        MessageFactory(state=MessageState.HANDED_OVER, handed_over_at=NOON + timedelta(hours=26))

        assert "late" in client.get("/messages/?show=sent").text
