"""Who calls a leader, and by when."""

from datetime import datetime

from mvai.duty import desk
from requests.rules.next_actions import CALL_WITHIN


def promise(standing: desk.Standing) -> tuple[int | None, datetime | None]:
    """Who calls, and by when: whoever is on duty, else whoever is next.

    While the desk is closed by plan, the time is real and the name is there if a shift says who.
    """
    shift, from_when = standing.speaker
    if from_when is None:
        return None, None
    return shift.user_id if shift else None, from_when + CALL_WITHIN
