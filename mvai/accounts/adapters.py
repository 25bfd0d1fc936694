"""How allauth behaves here: no sign-up, mail through the outbox, second factors sealed."""

import io
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.utils import timezone
from qrcode.image.svg import SvgPathFillImage

from mvai.accounts import actions, second_factor
from mvai.accounts.lockout import guard
from mvai.accounts.members import actions as members
from mvai.accounts.models import User
from mvai.audit.middleware import address_of
from mvai.web import sealing


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        # As the audit log sees it: behind a proxy of ours, not the proxy itself, or one person's
        # wrong passwords would lock everybody out.
        return address_of(request)

    def authenticate(self, request, **credentials: Any) -> User | None:
        # Counted before the password is looked at; a right one is taken back out of the count.
        with guard.one_try(request, credentials.get("email", "")) as judged:
            user: User | None = super().authenticate(request, **credentials)
            if user is not None:
                judged.was_right()
        return user

    def is_reauthentication_required(self, *, app: str, **others: Any) -> bool:
        # Signed in a moment ago: asking for the same password again would be a puzzle. Who came in
        # with one click has nothing to prove it by.
        return super().is_reauthentication_required(app=app, **others) and not (
            second_factor.has_just_signed_in(self.request)
            or second_factor.is_of_the_demonstration(self.request)
        )

    def set_password(self, user, password: str) -> None:
        # Together, or somebody could sign in whose invitation can still be withdrawn.
        with transaction.atomic():
            super().set_password(user, password)
            members.accept_invitation(user=user, at=timezone.now())

    def send_password_reset_mail(self, user, email: str, context: dict[str, Any]) -> None:
        # A promise like every other message: kept when the mail server is away just now.
        actions.promise_password_link(user=user, at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else is mailed: least of all to an address that has no account here."""


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticators and recovery codes sealed."""

    def build_totp_svg(self, url: str) -> str:
        # On white, so that a phone reads it from a dark page too.
        drawn = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)
