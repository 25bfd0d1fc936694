"""Accounts: a person who signs in, and the roles that say what they may do."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from mvai.accounts.lock.models import KeptForm
from mvai.accounts.lockout.models import Try
from mvai.accounts.members.models import FactorRecovery, Invitation
from mvai.accounts.roles import KEPT_APART, STAFF, Permission, Role, permissions_of
from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Person

__all__ = [
    "SYSTEM_EMAIL",
    "FactorRecovery",
    "Invitation",
    "KeptForm",
    "Try",
    "User",
    "UserManager",
    "UserQuerySet",
]

SYSTEM_EMAIL = "system@portal.invalid"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Whoever keeps the accounts sees all of them, but the portal's own; others see none."""
        if not user.may(Permission.ACCOUNT_MANAGE):
            return self.none()
        return self.exclude(roles__contains=[Role.SYSTEM])

    def with_role(self, role: str) -> "UserQuerySet":
        """Active people who hold the role."""
        return self.active().filter(roles__contains=[role])

    def staff(self) -> "UserQuerySet":
        """Active people who work the desk."""
        return self.active().filter(roles__overlap=sorted(STAFF))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get_queryset(self) -> UserQuerySet:
        """With the person: every page names them, so it is never worth a query of its own."""
        return super().get_queryset().select_related("person")

    def create_user(
        self,
        *,
        email: str,
        person: Person,
        roles: Iterable[str],
        at: datetime,
        password: str | None = None,
    ) -> "User":
        """An account. Without a password nobody can sign in to it until one is set."""
        user = self.model(
            email=email.strip().lower(), person=person, roles=sorted(set(roles)), date_joined=at
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def system(self) -> "User":
        """The portal itself: automation acts as this user. Nobody can sign in as it."""
        found = self.select_related("person").filter(email=SYSTEM_EMAIL).first()
        if found:
            return found
        with transaction.atomic():
            person = Person.objects.create(full_name="MVAI Portal")
            user, made = self.get_or_create(
                email=SYSTEM_EMAIL,
                defaults={
                    "person": person,
                    "roles": [Role.SYSTEM],
                    "is_active": False,
                    "password": "!",
                },
            )
            if not made:  # another process was quicker
                person.delete()
            return user


class User(AbstractBaseUser, Kept):
    """Somebody who signs in. Their name and numbers are on the person."""

    retention = RetentionClass.ACCOUNT

    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("This address has an account.")}
    )
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    roles = ArrayField(models.CharField(max_length=30, choices=Role.choices), default=list)
    is_active = models.BooleanField(default=True, db_default=True)
    date_joined = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta(Kept.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_one_account_per_email"),
            models.CheckConstraint(
                name="accounts_roles_are_known",
                condition=Q(roles__contained_by=list(Role.values)),
            ),
            models.CheckConstraint(
                name="accounts_wellness_and_audit_stay_apart",
                condition=~Q(roles__contains=list(KEPT_APART)),
                violation_error_message=_("Nobody is both wellness coordinator and auditor."),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self.roles)

    def has_role(self, role: str) -> bool:
        return role in self.roles

    @property
    def is_staff_member(self) -> bool:
        """Works the desk: is called when an alarm rings for everyone."""
        return not STAFF.isdisjoint(self.roles)

    @property
    def is_system(self) -> bool:
        return Role.SYSTEM in self.roles

    @property
    def display_name(self) -> str:
        return self.person.full_name

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role in self.roles]
