"""Accounts are made by invitation, and kept by administrators."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from mvai.accounts.members import actions, rules
from mvai.accounts.members.authority import MemberRefused
from mvai.accounts.members.rules import Standing
from mvai.accounts.messages import password_path
from mvai.accounts.models import Invitation, User
from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from mvai.outbox import purposes
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.factories.accounts import InvitationFactory, UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD
from tests.mvai.accounts.member_world import can_sign_in, choose_password, invite, link_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


class TestAnInvitation:
    def test_whoever_chooses_a_password_by_the_link_has_joined(self, lena):
        user = invite(lena)
        choose_password(user, link_of(user))

        assert can_sign_in(user)
        user.refresh_from_db()
        assert rules.standing_of(User.objects.get(pk=user.pk), NOON) == Standing.ACTIVE
        assert AuditEntry.objects.filter(verb="account.invitation_accepted").count() == 1

    def test_before_that_nobody_signs_in(self, lena):
        user = invite(lena)

        assert not can_sign_in(user)
        assert not user.has_usable_password()

    def test_browsers_say_where_the_form_of_the_link_comes_from(self, lena):
        # Else they send "Origin: null" with it, and it is refused.
        client, path = Client(), link_of(invite(lena))
        onward = client.get(path)
        page = client.get(onward["Location"])

        assert onward["Referrer-Policy"] == "no-referrer"
        assert page["Referrer-Policy"] == "same-origin"
        assert "no-store" in page["Cache-Control"]

    def test_the_link_is_good_once(self, lena):
        user = invite(lena)
        path = link_of(user)
        choose_password(user, path)

        assert "no longer good" in Client().get(path, follow=True).content.decode()

    def test_the_link_ends_after_72_hours_also_one_that_was_mailed_late(self, lena):
        user = invite(lena)
        with time_machine.travel(NOON + timedelta(hours=71), tick=False):
            path = link_of(user)
        with time_machine.travel(NOON + timedelta(hours=72), tick=False):
            choose_password(user, path)

        user.refresh_from_db()
        assert not user.has_usable_password()

    def test_after_72_hours_the_page_for_lost_passwords_leads_nowhere_either(self, lena):
        user = invite(lena)
        late = NOON + timedelta(hours=73)
        with time_machine.travel(late, tick=False):
            Client().post(reverse("account_reset_password"), {"email": user.email})
            message = Message.objects.get(purpose="password_reset")

        assert purposes.get("password_reset").is_relevant(message, late)

    def test_sent_again_the_earlier_link_ends(self, lena):
        user = invite(lena)
        early = link_of(user)
        user = User.objects.get(pk=user.pk)
        later = NOON + timedelta(hours=1)
        actions.invite_again(user=user, by=lena, at=later)

        with time_machine.travel(later, tick=False):
            choose_password(user, early)
            user.refresh_from_db()
            assert not user.has_usable_password()
            choose_password(user, link_of(user))
            user.refresh_from_db()
        assert user.has_usable_password()

    @pytest.mark.parametrize("ended", [{"withdrawn_at": NOON}, {"expires_at": NOON}])
    def test_one_that_ended_can_be_sent_again(self, lena, ended):
        given = {"invited_at": NOON - timedelta(hours=72)} | ended
        user = InvitationFactory(invited_by=lena, user__is_active=False, **given).user
        actions.invite_again(user=user, by=lena, at=NOON)

        choose_password(user, link_of(user))
        assert can_sign_in(user)

    def test_sent_again_an_earlier_message_that_still_waits_is_not_sent(self, lena):
        user = User.objects.get(pk=invite(lena).pk)
        first = Message.objects.get(purpose="invitation")
        actions.invite_again(user=user, by=lena, at=NOON + timedelta(minutes=1))

        is_relevant = purposes.get("invitation").is_relevant
        latest = Message.objects.filter(purpose="invitation").latest("pk")
        assert is_relevant(first, NOON + timedelta(minutes=2))
        assert is_relevant(latest, NOON + timedelta(minutes=2)) == ""

    def test_withdrawn_the_link_ends_and_nothing_is_deleted(self, lena):
        user = invite(lena)
        path = link_of(user)
        actions.withdraw_invitation(user=user, by=lena, at=NOON)
        choose_password(user, path)

        user = User.objects.get(pk=user.pk)
        assert not user.has_usable_password()
        assert rules.standing_of(user, NOON) == Standing.WITHDRAWN
        message = Message.objects.get(purpose="invitation")
        assert purposes.get("invitation").is_relevant(message, NOON)

    def test_an_accepted_one_is_neither_withdrawn_nor_sent_again(self, lena):
        user = InvitationFactory(accepted_at=NOON).user

        with pytest.raises(MemberRefused, match="accepted"):
            actions.withdraw_invitation(user=user, by=lena, at=NOON)
        with pytest.raises(MemberRefused, match="sign in"):
            actions.invite_again(user=user, by=lena, at=NOON)

    def test_its_link_is_stored_nowhere(self, lena):
        user = invite(lena)
        token = password_path(user).rstrip("/").rsplit("-", 1)[1]

        for model in (Message, Invitation, AuditEntry, User):
            for row in model.objects.values():
                assert token not in str(row)

    def test_the_log_names_no_person(self, lena):
        user = invite(lena)

        for entry in AuditEntry.objects.about(user):
            assert "kim" not in f"{entry.label} {entry.facts}".lower()


class TestWhoMay:
    @pytest.mark.parametrize(
        "role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)]
    )
    def test_only_administrators_keep_accounts(self, role):
        by, user = UserFactory(roles=[role]), UserFactory(duty_officer=True)

        for act in (
            lambda: invite(by),
            lambda: actions.change_roles(user=user, roles=[Role.AUDITOR], by=by, at=NOON),
            lambda: actions.deactivate(user=user, by=by, at=NOON),
            lambda: actions.activate(user=user, by=by, at=NOON),
            lambda: actions.end_sessions(user=user, by=by, at=NOON),
            lambda: actions.invite_again(user=user, by=by, at=NOON),
            lambda: actions.withdraw_invitation(user=user, by=by, at=NOON),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_nobody_changes_their_own_account(self, lena):
        for act in (
            lambda: actions.change_roles(user=lena, roles=list(Role)[1:3], by=lena, at=NOON),
            lambda: actions.deactivate(user=lena, by=lena, at=NOON),
        ):
            with pytest.raises(MemberRefused, match="your own account"):
                act()

    def test_an_administrator_turned_off_a_moment_ago_does_nothing_more(self, lena):
        User.objects.filter(pk=lena.pk).update(is_active=False)

        with pytest.raises(PermissionDenied):
            invite(lena)

    def test_the_portal_itself_is_nobodys_to_change(self, lena):
        system = User.objects.system()

        with pytest.raises(PermissionDenied):
            actions.activate(user=system, by=lena, at=NOON)
        assert not User.objects.visible_to(lena).filter(pk=system.pk).exists()

    @pytest.mark.parametrize(
        ("roles", "words"),
        [
            ([], "at least one role"),
            (["system"], "at least one role"),
            (["requester"], "at least one role"),
            (["emperor"], "at least one role"),
            (["auditor", "wellness_coordinator"], "Nobody is both"),
        ],
    )
    def test_roles_are_from_the_list_and_go_together(self, lena, roles, words):
        with pytest.raises(MemberRefused, match=words):
            invite(lena, roles=roles)
        officer = UserFactory(duty_officer=True)
        with pytest.raises(MemberRefused, match=words):
            actions.change_roles(user=officer, roles=roles, by=lena, at=NOON)

    def test_nobody_can_be_invited_by_themselves_in_the_database_either(self, lena):
        with pytest.raises(IntegrityError, match="invites_themselves"), transaction.atomic():
            InvitationFactory(user=lena, invited_by=lena)

    def test_an_invitation_is_not_both_accepted_and_withdrawn(self):
        with pytest.raises(IntegrityError, match="accepted_or_withdrawn"), transaction.atomic():
            InvitationFactory(accepted_at=NOON, withdrawn_at=NOON)

    def test_an_invitation_ends_after_it_began(self):
        with pytest.raises(IntegrityError, match="expires_after"), transaction.atomic():
            InvitationFactory(expires_at=NOON)


class TestRoles:
    def test_they_hold_from_the_next_page_on(self, lena):
        officer = UserFactory(duty_officer=True)
        theirs = sign_in(Client(), officer)
        assert theirs.get(reverse("duty:now")).status_code == 200

        actions.change_roles(user=officer, roles=[Role.AUDITOR], by=lena, at=NOON)

        assert theirs.get(reverse("duty:now")).status_code == 403
        assert theirs.get(reverse("dashboard:audit")).status_code == 200

    def test_the_log_says_what_was_added_and_removed(self, lena):
        officer = UserFactory(duty_officer=True)
        roles = [Role.AUDITOR, Role.CONTENT_EDITOR]
        actions.change_roles(user=officer, roles=roles, by=lena, at=NOON)

        assert AuditEntry.objects.about(officer).get(verb="account.roles_changed").facts == {
            "added": ["auditor", "content_editor"],
            "removed": ["duty_officer"],
        }

    def test_a_leaders_role_may_stay_beside_others(self, lena):
        user = UserFactory(roles=[Role.REQUESTER])
        roles = [Role.REQUESTER, Role.ADVISOR]

        changed = actions.change_roles(user=user, roles=roles, by=lena, at=NOON)
        assert changed.roles == sorted(roles)


class TestTurningOff:
    def test_it_holds_from_the_next_page_on(self, lena):
        officer = UserFactory(duty_officer=True)
        theirs = sign_in(Client(), officer)
        theirs.get(reverse("duty:now"))
        actions.deactivate(user=officer, by=lena, at=NOON)

        answer = theirs.get(reverse("duty:now"))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))

    def test_nobody_signs_in_to_it_until_it_is_turned_on_again(self, lena):
        officer = UserFactory(duty_officer=True)
        officer.set_password(PASSWORD)
        officer.save()
        actions.deactivate(user=officer, by=lena, at=NOON)
        assert not can_sign_in(officer)

        actions.activate(user=officer, by=lena, at=NOON)
        assert can_sign_in(officer)

    def test_a_link_to_choose_a_password_ends_with_it(self, lena):
        officer = UserFactory(duty_officer=True)
        path = password_path(officer)
        actions.deactivate(user=officer, by=lena, at=NOON)

        assert "no longer good" in Client().get(path, follow=True).content.decode()

    def test_twice_is_once(self, lena):
        officer = UserFactory(duty_officer=True)
        for _again in range(2):
            actions.deactivate(user=officer, by=lena, at=NOON)

        assert AuditEntry.objects.filter(verb="account.deactivated").count() == 1

    def test_who_has_not_joined_is_uninvited_instead(self, lena):
        user = InvitationFactory().user

        with pytest.raises(MemberRefused, match="Withdraw"):
            actions.deactivate(user=user, by=lena, at=NOON)
        with pytest.raises(MemberRefused, match="invitation"):
            actions.activate(user=user, by=lena, at=NOON)

    def test_sessions_are_ended_without_turning_it_off(self, lena):
        leader = UserFactory()
        leader.set_password(PASSWORD)
        leader.save()
        theirs = [Client(), Client()]
        for one in theirs:
            one.post(reverse("account_login"), {"login": leader.email, "password": PASSWORD})
            assert one.get(reverse("reach:mine")).status_code == 200

        assert actions.end_sessions(user=leader, by=lena, at=NOON) == 2
        for one in theirs:
            assert one.get(reverse("reach:mine")).status_code == 302
        assert can_sign_in(leader)
