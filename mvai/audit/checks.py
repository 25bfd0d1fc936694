"""What must not be true of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from mvai.audit import chain

SHORTEST = 32  # characters


@register(Tags.security)
def the_log_can_be_sealed(**_arguments: Any) -> list[CheckMessage]:
    """A key that can be guessed lets whoever holds the database seal a changed log anew."""
    keys = list(chain.keys().values())
    is_weak = settings.ENVIRONMENT.is_production and min(map(len, keys), default=0) < SHORTEST
    if keys and not is_weak:
        return []
    return [
        Error(
            "AUDIT_KEYS isn’t a list of long keys.",
            hint="Make one with `manage.py audit make_key`; keep old ones after a comma.",
            id="audit.E001",
        )
    ]
