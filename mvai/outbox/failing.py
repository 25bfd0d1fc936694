"""What follows when a message has failed for good."""

from datetime import datetime

from mvai.outbox import purposes
from mvai.outbox.models import Message


def failed(message: Message, at: datetime) -> None:
    """Tell the purpose of an urgent message that it can't arrive.

    Runs in the transaction that says so.
    """
    if not message.urgent or message.person is None:
        return
    purpose = purposes.get(message.purpose)
    if purpose.unreached is not None:
        purpose.unreached(message, at)
