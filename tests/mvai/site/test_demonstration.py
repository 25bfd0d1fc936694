"""The demonstration: complete, invented, and impossible to load where it doesn't belong."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import TestCase, override_settings
from django.utils import timezone

from advisors.models import Advisor
from mvai.accounts import second_factor
from mvai.accounts.members import recovery
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.duty.models import Alarm, AlarmTurn, DutyRole, PlanStep, Shift
from mvai.outbox.models import Message
from mvai.outbox.states import SENT, UNDERWAY
from mvai.site.backups.tables import FILLED_BY_MIGRATIONS
from mvai.site.management.commands.demo import KEPT_TABLES
from requests.models import AssistanceRequest, FollowUp, Inbound, Offer
from requests.states import OPEN_OFFER, State


def load(*arguments: str) -> str:
    said = StringIO()
    call_command("demo", *arguments, stdout=said)
    return said.getvalue()


@override_settings(DEMO=True)
class TestTheDemonstration(TestCase):
    """Loaded once for all of these: it plays two years of work."""

    @classmethod
    def setUpTestData(cls):
        with override_settings(DEMO=True):
            load()

    def test_every_screen_has_something_on_it(self):
        found = set(AssistanceRequest.objects.values_list("state", flat=True))

        assert found == set(State)
        assert AssistanceRequest.objects.count() == 27
        assert Advisor.objects.count() == 40
        assert Offer.objects.filter(state__in=OPEN_OFFER).exists()
        assert FollowUp.objects.exists()
        assert Message.objects.exists()
        assert Alarm.objects.ringing().count() == 2  # one of them for a request to check first
        assert Inbound.objects.waiting().count() == 2
        assert set(Inbound.objects.values_list("channel", flat=True)) == {"sms", "voice", "email"}
        assert PlanStep.objects.exists()
        assert AlarmTurn.objects.filter(target="given_back").exists()
        assert Shift.objects.on_duty(timezone.now(), DutyRole.PRIMARY).get().user.display_name == (
            "Dana Ruiz"
        )

    def test_two_administrators_can_show_how_a_lost_second_factor_is_given_up(self):
        lena, victor = User.objects.with_role(Role.ADMINISTRATOR).order_by("pk")
        marcus = User.objects.get(person__full_name="Marcus Bell")
        opened = recovery.open_recovery(
            user=marcus, reason="Called back, and it was him.", by=lena, at=timezone.now()
        )
        recovery.confirm_recovery(recovery=opened, by=victor, at=timezone.now())

        assert not second_factor.is_set_up(marcus)

    def test_every_open_request_that_was_taken_has_an_owner_and_a_next_action(self):
        assert not AssistanceRequest.objects.unattended().exists()

    def test_what_was_promised_in_its_past_left_in_time(self):
        past = Message.objects.filter(promised_for__lt=timezone.now() - timedelta(minutes=11))
        sent = past.filter(state__in=SENT)

        assert sent.count() > 50
        assert max(message.lateness for message in sent) < timedelta(minutes=1)
        assert not past.filter(state__in=UNDERWAY).exists()

    def test_every_role_can_be_tried(self):
        for role in set(Role) - {Role.REQUESTER, Role.SYSTEM}:
            assert User.objects.with_role(role).exists(), role

    def test_nobody_in_it_has_a_password(self):
        assert not any(user.has_usable_password() for user in User.objects.all())

    def test_every_number_is_one_that_is_kept_for_fiction(self):
        for number in AssistanceRequest.objects.exclude(call_number_e164="").values_list(
            "call_number_e164", flat=True
        ):
            assert number[5:].startswith("55501"), number

    def test_it_is_loaded_once(self):
        with pytest.raises(CommandError, match="--reset"):
            load()
        assert load("--if-empty") == ""

    def test_it_says_who_can_sign_in(self):
        said = load("--logins")

        assert "Dana Ruiz" in said
        assert "/account/demo/" in said


@pytest.mark.django_db
def test_it_needs_to_be_asked_for(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="MVAI_DEMO"):
        load()


@pytest.mark.django_db
def test_production_is_never_touched(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(settings.ENVIRONMENT, "name", "production")
    with pytest.raises(CommandError, match="production"):
        load("--reset")


def test_a_reset_leaves_what_only_a_migration_brings():
    loaded = [name for name in FILLED_BY_MIGRATIONS if name.startswith(("taxonomy_", "audit_"))]

    assert loaded
    assert all(name.startswith(KEPT_TABLES) for name in loaded)
