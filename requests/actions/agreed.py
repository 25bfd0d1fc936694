"""A time for leader and advisor to talk: proposed, agreed, moved, called off, reminded of."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import claims
from mvai.people.models import Person
from requests import rules
from requests.actions.call_messages import (
    ADVISOR,
    LEADER,
    TALK_OFF,
    TALK_PROPOSED,
    TALK_SET,
    TALK_SOON,
    occurrence_of,
    talk,
)
from requests.actions.moves import MoveRefused, hold_part, save_next_step
from requests.models import PROPOSALS, AgreedTime, AssistanceRequest, Engagement
from requests.rules.agreed import is_worth_saying, next_reminder
from requests.rules.next_actions import NextStep
from requests.states import AdvisorRole, AgreedState, NextAction, State

BATCH = 100
FAR = timedelta(days=366)
SHORTEST, LONGEST = 5, 480  # minutes


@transaction.atomic
def agree(
    *,
    engagement: Engagement,
    starts_at: datetime,
    minutes: int = 30,
    video_url: str = "",
    by: User,
    at: datetime,
) -> AgreedTime:
    """Keep the time they talk, or move the one that is agreed. Both sides hear of it, but not
    whoever set it. Proposals that were open are settled with it.
    """
    locked, engagement = hold_part(engagement, by=by, needs=Permission.ENGAGEMENT_LOG)
    _check(starts_at, minutes, at)
    return _agree(
        engagement, locked, starts_at=starts_at, minutes=minutes, video_url=video_url, by=by, at=at
    )


@transaction.atomic
def propose(
    *,
    engagement: Engagement,
    times: Sequence[datetime],
    minutes: int = 30,
    video_url: str = "",
    by: User,
    at: datetime,
) -> list[AgreedTime]:
    """Up to three times for the leader to choose from; earlier proposals make room."""
    locked, engagement = hold_part(engagement, by=by, needs=Permission.ENGAGEMENT_LOG)
    wanted = sorted(set(times))
    if not 1 <= len(wanted) <= PROPOSALS:
        raise MoveRefused(_("Propose one to three different times."))
    for starts_at in wanted:
        _check(starts_at, minutes, at)
    _settle_proposals(engagement, at)
    made = [
        AgreedTime.objects.create(
            assistance_request=locked,
            engagement=engagement,
            state=AgreedState.PROPOSED,
            place=place,
            starts_at=starts_at,
            minutes=minutes,
            video_url=video_url,
            set_by=by,
            set_at=at,
        )
        for place, starts_at in enumerate(wanted, start=1)
    ]
    _record("talk.proposed", made[0], locked, by, at, count=len(made))
    outbox.enqueue(
        purpose=TALK_PROPOSED,
        subject=made[0],
        people=[locked.leader],
        at=at,
        label=locked.reference,
    )
    return made


@transaction.atomic
def choose(*, proposed: AgreedTime, at: datetime) -> AgreedTime:
    """The leader, on the status page, takes one of the proposed times."""
    locked = AssistanceRequest.objects.locked(proposed.assistance_request_id)
    proposed = AgreedTime.objects.select_related("engagement__advisor__person").get(pk=proposed.pk)
    if not locked.is_open or not proposed.engagement.is_active:
        raise MoveRefused(_("This time can’t be chosen any more."))
    if proposed.state != AgreedState.PROPOSED or proposed.starts_at <= at:
        raise MoveRefused(_("This time can’t be chosen any more. Choose another."))
    return _agree(
        proposed.engagement,
        locked,
        starts_at=proposed.starts_at,
        minutes=proposed.minutes,
        video_url=proposed.video_url,
        by=None,
        at=at,
    )


@transaction.atomic
def call_off(*, agreed: AgreedTime, by: User | None, at: datetime) -> AgreedTime:
    """It does not take place; the other side hears so. `by` is None for the leader."""
    if by is None:
        locked = AssistanceRequest.objects.locked(agreed.assistance_request_id)
    else:
        locked, _part = hold_part(agreed.engagement, by=by, needs=Permission.ENGAGEMENT_LOG)
    agreed = AgreedTime.objects.select_related("engagement__advisor__person").get(pk=agreed.pk)
    if not agreed.is_agreed:
        raise MoveRefused(_("This time is not agreed any more."))
    _call_off(agreed, locked, by=by, at=at)
    return agreed


def remind(now: datetime) -> int:
    """A sweep: both sides are reminded a day ahead and a quarter of an hour ahead."""
    due = (
        AgreedTime.objects.falling_due(now)
        .filter(engagement__state="active")
        .order_by("remind_at", "pk")
    )

    def tell(claim: claims.Claim) -> bool:
        found = claim.of(due).first()
        if found is None:
            return False
        locked = AssistanceRequest.objects.locked(found.assistance_request_id)
        agreed = (
            claim.of(due)
            .select_related("engagement__advisor__person")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if agreed is None:
            return False
        agreed.remind_at = next_reminder(agreed.starts_at, at=now)
        agreed.save(update_fields=["remind_at"])
        if is_worth_saying(agreed.starts_at, at=now):
            part = "day" if agreed.remind_at else "soon"
            _tell(TALK_SOON, agreed, locked, at=now, part=part)
        return True

    return claims.deal_with(due, tell, now=now, batch=BATCH)


# What follows is used by the other actions; the request's row is locked.


def settle(engagement: Engagement, *, at: datetime) -> None:
    """A contact was logged: an agreed time that lies behind took place."""
    AgreedTime.objects.agreed().filter(engagement=engagement, starts_at__lte=at).update(
        state=AgreedState.HELD, remind_at=None, ended_at=at
    )


def end_with(engagement: Engagement, locked: AssistanceRequest, *, at: datetime) -> None:
    """The advisor's part ends: what was to come is called off, and both sides hear so."""
    _settle_proposals(engagement, at)
    _put_behind(engagement, at)
    for agreed in AgreedTime.objects.agreed().filter(engagement=engagement):
        _call_off(agreed, locked, by=None, at=at, tell=(LEADER, ADVISOR))


def _agree(
    engagement: Engagement,
    locked: AssistanceRequest,
    *,
    starts_at: datetime,
    minutes: int,
    video_url: str,
    by: User | None,
    at: datetime,
) -> AgreedTime:
    _settle_proposals(engagement, at)
    _put_behind(engagement, at)
    known = AgreedTime.objects.agreed().filter(engagement=engagement).first()
    if known is not None and (known.starts_at, known.minutes, known.video_url) == (
        starts_at,
        minutes,
        video_url,
    ):
        return known  # pressed twice
    if known is None:
        agreed = AgreedTime(assistance_request=locked, engagement=engagement)
    else:
        agreed = known
        agreed.sequence += 1
    agreed.engagement = engagement
    agreed.starts_at, agreed.minutes, agreed.video_url = starts_at, minutes, video_url
    agreed.remind_at = next_reminder(starts_at, at=at)
    agreed.set_by, agreed.set_at = by, at
    agreed.save()
    _await_talk(locked, agreed, due_at=agreed.ends_at, at=at)
    _record("talk.moved" if known else "talk.agreed", agreed, locked, by, at, when=starts_at)
    _tell(TALK_SET, agreed, locked, at=at, sides=_others_than(by, engagement))
    return agreed


def _call_off(
    agreed: AgreedTime,
    locked: AssistanceRequest,
    *,
    by: User | None,
    at: datetime,
    tell: tuple[str, ...] = (),
) -> None:
    agreed.state, agreed.ended_at, agreed.remind_at = AgreedState.CALLED_OFF, at, None
    agreed.sequence += 1  # calendars take it out
    agreed.save(update_fields=["state", "ended_at", "remind_at", "sequence"])
    _await_talk(locked, agreed, due_at=None, at=at)
    _record("talk.called_off", agreed, locked, by, at)
    sides = tell or _others_than(by, agreed.engagement)
    _tell(TALK_OFF, agreed, locked, at=at, sides=sides, part="off")


def _await_talk(
    locked: AssistanceRequest, agreed: AgreedTime, *, due_at: datetime | None, at: datetime
) -> None:
    """The owner sees to the first talk when it was to be over; called off, as without one."""
    is_first = agreed.engagement.role == AdvisorRole.LEAD and locked.state == State.ENGAGED
    if not is_first or locked.next_action != NextAction.FIRST_CONTACT:
        return
    usual = rules.after_move(State.ENGAGED, locked, at=at)
    step = NextStep(NextAction.FIRST_CONTACT, due_at) if due_at else usual
    save_next_step(locked, step, locked.next_action_note)


def _others_than(by: User | None, engagement: Engagement) -> tuple[str, ...]:
    """Who has to hear of what `by` did: nobody at all stands for the leader."""
    if by is None:
        return (ADVISOR,)
    if by.person_id == engagement.advisor.person_id:
        return (LEADER,)
    return (LEADER, ADVISOR)


def _tell(
    what: str,
    agreed: AgreedTime,
    locked: AssistanceRequest,
    *,
    at: datetime,
    sides: tuple[str, ...] = (LEADER, ADVISOR),
    part: str = "",
) -> None:
    people: dict[str, Person] = {
        LEADER: locked.leader,
        ADVISOR: agreed.engagement.advisor.person,
    }
    for side in sides:
        outbox.enqueue(
            purpose=talk(what, side),
            subject=agreed,
            people=[people[side]],
            at=at,
            label=locked.reference,
            occurrence=occurrence_of(agreed, part),
        )


def _settle_proposals(engagement: Engagement, at: datetime) -> None:
    AgreedTime.objects.filter(engagement=engagement, state=AgreedState.PROPOSED).update(
        state=AgreedState.NOT_CHOSEN, place=None, ended_at=at
    )


def _put_behind(engagement: Engagement, at: datetime) -> None:
    """An agreed time that has passed without a word gives its place to the next."""
    AgreedTime.objects.agreed().filter(engagement=engagement, starts_at__lte=at).update(
        state=AgreedState.PASSED, remind_at=None, ended_at=at
    )


def _check(starts_at: datetime, minutes: int, at: datetime) -> None:
    if starts_at <= at:
        raise MoveRefused(_("Choose a time that still lies ahead."))
    if starts_at > at + FAR:
        raise MoveRefused(_("Choose a time within a year."))
    if not SHORTEST <= minutes <= LONGEST:
        raise MoveRefused(_("Say about how many minutes it takes."))


def _record(
    verb: str,
    agreed: AgreedTime,
    locked: AssistanceRequest,
    by: User | None,
    at: datetime,
    **facts: Any,
) -> None:
    log.record(verb=verb, target=agreed, by=by, at=at, label=locked.reference, **facts)


__all__ = ["agree", "call_off", "choose", "end_with", "propose", "remind", "settle"]
