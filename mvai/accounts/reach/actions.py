"""What people do about the ways by which they are reached. The account is their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.reach import rules
from mvai.outbox import proving, wishes
from mvai.outbox.models import Proof
from mvai.people import actions as people
from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from mvai.web.refusals import Refused

MOST = 10  # contact points of one person


class ReachRefused(Refused):
    """This can't be changed so. The sentence is for the person who asked."""


@transaction.atomic
def add_and_prove(*, user: User, channel: str, value: str, at: datetime) -> Proof | None:
    """Keep a new way to reach `user` and send a code there; None when it was proven before."""
    person = _locked(user)
    kept = ContactPoint.objects.kept().filter(person=person)
    if kept.count() >= MOST:
        raise ReachRefused(_("You have ten already. Remove one first."))
    normalized = normalize(channel, value)
    if not normalized:
        raise ReachRefused(
            _("This isn’t an e-mail address we can write to.")
            if channel == Channel.EMAIL
            else _("This isn’t a number we can reach. Give it with its area code.")
        )
    same = kept.filter(channel=channel, normalized=normalized).first()
    point = people.add_contact_point(
        person=person,
        channel=channel,
        value=same.value if same else value,
        at=at,
        consented=True,
        sort=same.sort if same else kept.count(),
        by=user,
    )
    return None if point.is_proven else proving.send_code(contact_point=point, at=at, by=user)


@transaction.atomic
def remove(*, user: User, contact_point: ContactPoint, at: datetime) -> None:
    """Take a way off. Raises ReachRefused for one that is needed."""
    person = _locked(user)
    kept = list(ContactPoint.objects.kept().filter(person=person))
    point = next((one for one in kept if one.pk == contact_point.pk), None)
    if point is None:
        return
    if rules.signs_in_with(user, point):
        raise ReachRefused(_("You sign in with this address, so it stays."))
    if rules.must_stay(user, point, kept):
        raise ReachRefused(
            _("This is the last way to reach you, and alarms need one. Prove another first.")
        )
    people.remove(contact_point=point, at=at, by=user)


@transaction.atomic
def set_wishes(
    *, user: User, ways: Mapping[str, Mapping[str, timedelta | None]], at: datetime
) -> None:
    """Keep how `user` is told, for each topic that concerns their roles."""
    for topic in rules.topics_of(user):
        if topic in ways:
            wishes.set_wishes(person=user.person, topic=topic, ways=ways[topic], at=at, by=user)


def _locked(user: User) -> Person:
    return Person.objects.select_for_update(no_key=True).get(pk=user.person_id)
