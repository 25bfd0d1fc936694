"""Two administrators at the same moment. Real transactions, real threads."""

import pytest
from django.core.exceptions import PermissionDenied

from mvai.accounts.members import actions, recovery
from mvai.accounts.members.authority import MemberRefused
from mvai.accounts.models import FactorRecovery, User
from mvai.accounts.roles import Role
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.factories.accounts import FactorRecoveryFactory, UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_turn_each_other_off_one_is_late():
    lena, omar = (UserFactory(administrator=True) for _ in range(2))

    answers = at_once(
        lambda: actions.deactivate(user=omar, by=lena, at=NOON),
        lambda: actions.deactivate(user=lena, by=omar, at=NOON),
    )

    assert sum(isinstance(answer, PermissionDenied) for answer in answers) == 1
    assert User.objects.with_role(Role.ADMINISTRATOR).count() == 1


def test_of_two_who_invite_the_same_address_one_is_told():
    people = [UserFactory(administrator=True) for _ in range(2)]

    def invite(by):
        return actions.invite(
            email="kim@agency.example", full_name="Kim Lee", roles=["auditor"], by=by, at=NOON
        )

    answers = at_once(*(lambda by=by: invite(by) for by in people))

    assert sum(isinstance(answer, MemberRefused) for answer in answers) == 1
    assert Message.objects.filter(purpose="invitation").count() == 1


def test_of_two_who_confirm_the_same_recovery_one_does_it():
    opened = FactorRecoveryFactory()
    people = [UserFactory(administrator=True) for _ in range(2)]

    at_once(
        *(lambda by=by: recovery.confirm_recovery(recovery=opened, by=by, at=NOON) for by in people)
    )

    assert FactorRecovery.objects.get().confirmed_by in people
    assert Message.objects.filter(purpose="second_factor_reset").count() == 1
