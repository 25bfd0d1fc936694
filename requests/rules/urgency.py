"""How soon a peer is needed (domain.md 3.10). Pure."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests.states import Urgency

CRITICAL_FOR = timedelta(hours=72)
URGENT_FOR = timedelta(days=30)
EVENT_WITHIN = timedelta(days=7)


def urgency_of(
    *,
    now: datetime,
    happened_at: datetime | None = None,
    is_ongoing: bool | None = None,
    is_preparedness: bool = False,
    leader_says_now: bool = False,
    event_at: datetime | None = None,
) -> tuple[Urgency, str | Promise]:
    """The urgency and, in words, why. The first rule that holds decides.

    Something still going on, or a leader who says it can't wait, outranks everything; being
    ready comes last. A time not yet known counts as recent, because waiting would harm more
    than asking.
    """
    if is_ongoing:
        return Urgency.CRITICAL, _("It is still going on.")
    if leader_says_now:
        return Urgency.CRITICAL, _("The leader says it can't wait.")
    has_event_soon = event_at is not None and now <= event_at <= now + EVENT_WITHIN
    if happened_at is not None:
        since = now - happened_at
        if since <= CRITICAL_FOR:
            return Urgency.CRITICAL, _("It happened within the last 72 hours.")
        if since <= URGENT_FOR:
            return Urgency.URGENT, _("It happened within the last 30 days.")
        if has_event_soon:
            return Urgency.URGENT, _("A hard day is coming within a week.")
        return Urgency.STANDARD, _("It happened more than 30 days ago.")
    if has_event_soon:
        return Urgency.URGENT, _("A hard day is coming within a week.")
    if is_preparedness:
        return Urgency.PREP, _("Nothing has happened; this is about being ready.")
    return Urgency.URGENT, _("We don't know yet when it happened.")
