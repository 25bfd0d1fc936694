"""Agencies to which the program of the demonstration would like to offer help."""

from datetime import datetime, timedelta

from mvai.accounts.models import User
from requests.actions import approaches
from requests.states import TryOutcome


def offer_help(*, staff: dict[str, User], at: datetime) -> None:
    """One that Dana asks, one that said no, one that nobody has now."""
    dana, marcus = staff["Dana"], staff["Marcus"]
    two_hours_ago = at - timedelta(hours=2)
    asked = approaches.begin(
        agency_text="Larkspur Flats Police Department",
        state_code="OR",
        published_number="(541) 555-0172",
        learned_from="Evening news",
        by=dana,
        at=two_hours_ago,
    )
    approaches.log_try(
        approach=asked,
        outcome=TryOutcome.LEFT_WORD,
        by=dana,
        at=two_hours_ago + timedelta(minutes=9),
    )
    declined = approaches.begin(
        agency_text="Quarry Bend Police Department",
        state_code="IN",
        published_number="(765) 555-0173",
        learned_from="A neighboring agency told us",
        by=marcus,
        at=at - timedelta(days=12),
    )
    approaches.log_try(
        approach=declined,
        outcome=TryOutcome.DECLINED,
        by=marcus,
        at=at - timedelta(days=12) + timedelta(minutes=20),
    )
    free = approaches.begin(
        agency_text="Fern Gap Marshal’s Office",
        state_code="WV",
        learned_from="The state association",
        by=marcus,
        at=at - timedelta(hours=1),
    )
    approaches.give_back(approach=free, by=marcus, at=at - timedelta(minutes=30))
