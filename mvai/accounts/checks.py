"""What must not be true of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from mvai.web import sealing


@register(Tags.security)
def demonstration_is_never_production(**_arguments: Any) -> list[CheckMessage]:
    """One-click sign-in has no password; where real requests are kept it must not exist."""
    if settings.DEMO and settings.ENVIRONMENT.is_production:
        return [
            Error(
                "MVAI_DEMO is on with MVAI_ENV=production: anybody could sign in with one click.",
                hint="Unset MVAI_DEMO, or use MVAI_ENV=development.",
                id="accounts.E001",
            )
        ]
    return []


@register(Tags.security)
def second_factor_secrets_can_be_sealed(**_arguments: Any) -> list[CheckMessage]:
    try:
        sealing.seal("")
    except ValueError:
        return [
            Error(
                "MFA_KEY isn’t a list of keys.",
                hint="Make one with `manage.py make_mfa_key`; keep old ones after a comma.",
                id="accounts.E002",
            )
        ]
    return []
