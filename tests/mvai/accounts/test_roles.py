"""Who may do what."""

import pytest
from django.db import IntegrityError

from mvai.accounts.models import SYSTEM_EMAIL, User
from mvai.accounts.roles import GRANTS, Permission, Role, needs_second_factor, permissions_of
from mvai.people.models import Person
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory

DESK = {Role.DUTY_OFFICER, Role.PROGRAM_MANAGER}


def test_every_role_has_its_grants():
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_held_by_somebody(permission):
    assert any(permission in granted for granted in GRANTS.values())


def test_roles_add_up():
    assert permissions_of(["auditor", "content_editor"]) == {
        Permission.AUDIT_VIEW,
        Permission.LOOKS_VIEW,
        Permission.RETENTION_VIEW,
        Permission.LIBRARY_EDIT,
    }


def test_a_role_nobody_knows_grants_nothing():
    assert permissions_of(["emperor"]) == frozenset()


@pytest.mark.parametrize("role", [role for role in Role if role not in DESK | {Role.SYSTEM}])
def test_only_the_desk_sees_all_requests(role):
    assert Permission.REQUEST_VIEW_ALL not in GRANTS[role]


def test_nobody_but_the_wellness_coordinator_sees_check_ins():
    holders = {role for role in Role if Permission.CHECKIN_VIEW in GRANTS[role]}
    assert holders == {Role.WELLNESS_COORDINATOR}


@pytest.mark.parametrize(
    ("roles", "needs"),
    [([], False), (["requester"], False), (["advisor"], True), (["requester", "auditor"], True)],
)
def test_every_role_beyond_requester_needs_a_second_factor(roles, needs):
    assert needs_second_factor(roles) is needs


@pytest.mark.django_db
class TestAccounts:
    def test_an_address_has_one_account_whatever_its_case(self):
        UserFactory(email="dana@mvai.example")

        with pytest.raises(IntegrityError, match="accounts_one_account_per_email"):
            UserFactory(email="Dana@mvai.example")

    def test_a_person_has_one_account(self):
        person = PersonFactory()
        UserFactory(person=person)

        with pytest.raises(IntegrityError, match="person"):
            UserFactory(person=person)

    def test_a_role_must_be_known(self):
        with pytest.raises(IntegrityError, match="accounts_roles_are_known"):
            UserFactory(roles=["emperor"])

    def test_wellness_and_audit_stay_apart(self):
        with pytest.raises(IntegrityError, match="accounts_wellness_and_audit_stay_apart"):
            UserFactory(roles=["auditor", "wellness_coordinator"])

    def test_the_portal_itself_is_one_user_and_nobody_signs_in_as_it(self):
        system = User.objects.system()

        assert User.objects.system() == system
        assert Person.objects.filter(full_name="MVAI Portal").count() == 1
        assert not system.is_active
        assert not system.has_usable_password()
        assert system.email == SYSTEM_EMAIL

    def test_closed_accounts_hold_no_role(self):
        UserFactory(duty_officer=True, is_active=False)
        officer = UserFactory(duty_officer=True)

        assert list(User.objects.with_role(Role.DUTY_OFFICER)) == [officer]
        assert list(User.objects.staff()) == [officer]

    def test_a_user_is_called_by_their_name(self):
        assert UserFactory().display_name == "Dana Ruiz"
