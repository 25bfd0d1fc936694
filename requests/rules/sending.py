"""When a page of the library may be put before a leader (domain.md, section 4; product.md). Pure.

What they ask for goes at once. Unasked, nothing goes in the first hours, when a number to call is
all they need, and later at most one in a day.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

FIRST_HOURS = timedelta(hours=6)
A_DAY = timedelta(days=1)


def free_from(
    *, began_at: datetime, last_unasked_at: datetime | None, now: datetime
) -> datetime | None:
    """The moment from which one more may go unasked; None when it may go now.

    `began_at` is when the incident happened, or when the request came in where that isn't known.
    """
    moments = [began_at + FIRST_HOURS]
    if last_unasked_at is not None:
        moments.append(last_unasked_at + A_DAY)
    free = max(moments)
    return free if free > now else None


def why_not(
    *, was_asked: bool, began_at: datetime, last_unasked_at: datetime | None, now: datetime
) -> str:
    """Why it may not go now; empty where it may."""
    if was_asked or free_from(began_at=began_at, last_unasked_at=last_unasked_at, now=now) is None:
        return ""
    if now < began_at + FIRST_HOURS:
        return _("In the first hours nothing is sent unasked. If they asked for it, say so.")
    return _("One page a day is enough unasked. If they asked for it, say so.")
