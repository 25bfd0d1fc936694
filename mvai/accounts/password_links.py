"""Which links to choose a password are good.

allauth imports this while it is being imported itself, so nothing of allauth stands here.
"""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone


class PasswordLinks(PasswordResetTokenGenerator):
    """Good once, for PASSWORD_RESET_TIMEOUT, and never longer than an invitation lasts."""

    def check_token(self, user: Any, token: str | None) -> bool:
        from mvai.accounts.members import rules

        return super().check_token(user, token) and rules.may_choose_password(user, timezone.now())
