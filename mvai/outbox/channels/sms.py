"""Text messages through the HTTP gateway."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from mvai.outbox.channels import gateway
from mvai.outbox.channels.letters import Letter, Receipt


def send(letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Hand the text to the gateway and return its sid."""
    fields = {
        "To": letter.to,
        "From": settings.SMS_FROM,
        "Body": letter.text,
        "Reference": letter.reference,
    }
    if letter.receipts_to:
        fields["StatusCallback"] = letter.receipts_to
    return gateway.hand_over("Messages", fields, about_to=about_to)


def ask(letter: Letter, *, since: datetime) -> Receipt:
    """Whether the gateway has taken the text."""
    return gateway.ask("Messages", letter, since=since, text=letter.text)
