"""What an account needs to be told about, and which of its contact points it can't do without."""

from __future__ import annotations

from collections.abc import Iterable

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.outbox import reaching
from mvai.outbox.topics import Topic
from mvai.people.models import Channel, ContactPoint

# Whoever may do this is told about that.
_TOPICS = (
    (Permission.ALARM_TAKE, Topic.ALARMS),
    (Permission.OFFER_ANSWER, Topic.OFFERS),
    (Permission.REQUEST_WORK, Topic.WORK),
    (Permission.LIBRARY_EDIT, Topic.LIBRARY),
)


def topics_of(user: User) -> list[Topic]:
    """The topics that concern the roles of this account."""
    return [topic for permission, topic in _TOPICS if user.may(permission)]


def missed_topics(user: User) -> list[Topic]:
    """What this account needs to hear of and can't: no proven way leads to the person."""
    topics = topics_of(user)
    return topics if topics and reaching.is_cut_off(user.person) else []


def signs_in_with(user: User, point: ContactPoint) -> bool:
    """Links to choose a password go there, so it stays."""
    return point.channel == Channel.EMAIL and point.normalized == user.email.lower()


def must_stay(user: User, point: ContactPoint, kept: Iterable[ContactPoint]) -> bool:
    """The last proven way to somebody on the desk: an alarm must find them."""
    if not user.is_staff_member or not (point.is_proven and point.is_usable):
        return False
    return not any(one.is_proven and one.is_usable and one.pk != point.pk for one in kept)
