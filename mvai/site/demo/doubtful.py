"""A request of the demonstration that somebody is to check first."""

import uuid
from datetime import datetime, timedelta

from requests.actions import filing
from requests.states import Doubt


def file(*, at: datetime) -> int:
    """One that came faster than a person types; returns how many."""
    filing.file_request(
        attempt=uuid.uuid4(),
        call_name="Testing Department",
        call_number="(202) 555-0199",
        details={"agency_text": "asdf"},
        doubts=[Doubt.FAST],
        at=at - timedelta(minutes=50),
    )
    return 1
