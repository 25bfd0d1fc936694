"""Offering help to an agency that has not asked: one voice, few tries, and nothing kept of them.

No request is there, and no advisor is asked, before somebody who speaks for the agency says yes.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.agencies.models import Agency
from mvai.agencies.names import key_for
from mvai.audit import log
from mvai.duty import desk as duty_desk
from mvai.outbox import actions as outbox
from mvai.outbox import claims, links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from mvai.web.refusals import Refused
from mvai.web.times import when_words
from requests.actions import filing
from requests.models import Approach, ApproachTry, AssistanceRequest
from requests.rules.private import holds_contact_details
from requests.states import TRY_AGAIN, ApproachState, TryOutcome

APPROACH_DUE = "approach_due"
FIRST_TRY_WITHIN = timedelta(minutes=15)
# When to try again if nobody says otherwise.
AGAIN_AFTER = {
    TryOutcome.NO_ANSWER: timedelta(hours=1),
    TryOutcome.LEFT_WORD: timedelta(hours=4),
    TryOutcome.CALL_BACK: timedelta(hours=24),
}
NOT_AGAIN_WITHIN = timedelta(days=90)
LATEST = timedelta(days=60)  # no next try lies further ahead

_ATTEMPTS = uuid.UUID("0c0f4a6e-0b1d-4c5a-9d52-6a2f3f0a9d11")

_LOCK = 20_261_128  # of who begins, among the database's advisory locks


class ApproachRefused(Refused):
    """Somebody else has it, it is over, or it should not be done."""


@transaction.atomic
def begin(
    *,
    agency: Agency | None = None,
    agency_text: str = "",
    state_code: str = "",
    published_number: str = "",
    learned_from: str,
    all_the_same: bool = False,
    by: User,
    at: datetime,
) -> Approach:
    """Keep that we heard of it and would like to offer help; `by` is the one voice.

    The directory's number goes before a typed one. An agency that is being approached is not
    approached twice; one that said no within 90 days, or has asked already, only with
    `all_the_same`.
    """
    _may(by)
    agency_text, learned_from = " ".join(agency_text.split()), " ".join(learned_from.split())
    if agency is None and not agency_text:
        raise ApproachRefused(_("Which agency is it?"), "agency")
    if not learned_from:
        raise ApproachRefused(_("Say in one line how we heard of it."), "learned_from")
    for field, text in (("agency", agency_text), ("learned_from", learned_from)):
        if holds_contact_details(text):
            raise ApproachRefused(no_contact_details_words(), field)
    _one_at_a_time()
    if running := same_agency(Approach.objects.open(), agency, agency_text, state_code).first():
        raise ApproachRefused(_who_has_it(running, by, at), "agency")
    if not all_the_same and (words := why_not_now(agency, agency_text, state_code, at=at)):
        raise ApproachRefused(words, "all_the_same")
    number = (agency.published_number if agency else "") or published_number.strip()
    made = Approach.objects.create(
        agency=agency,
        agency_text="" if agency else agency_text[:200],
        state_code=agency.state if agency else state_code,
        published_number=number[:60],
        learned_from=learned_from[:160],
        begun_by=by,
        begun_at=at,
        holder=by,
        held_since=at,
        due_at=at + FIRST_TRY_WITHIN,
    )
    _record("approach.begun", made, by, at)
    return made


@transaction.atomic
def take(*, approach: Approach, by: User, at: datetime) -> Approach:
    """Become the one voice: it was given back, or who had it let its time pass."""
    locked = _open(approach, by)
    if locked.holder_id == by.pk:
        return locked
    if not locked.is_free(at):
        raise ApproachRefused(_who_has_it(locked, by, at))
    locked.holder, locked.held_since = by, at
    locked.due_at = max(locked.due_at or at, at + FIRST_TRY_WITHIN)
    locked.reminded_at = None
    locked.save(update_fields=["holder", "held_since", "due_at", "reminded_at"])
    _record("approach.taken", locked, by, at)
    return locked


@transaction.atomic
def give_back(*, approach: Approach, by: User, at: datetime) -> Approach:
    """Somebody else may go on with it. Its next try stays due."""
    locked = _held(approach, by, at)
    _put_down(locked)
    _record("approach.given_back", locked, by, at)
    return locked


@transaction.atomic
def log_try(
    *,
    approach: Approach,
    outcome: str,
    next_try_at: datetime | None = None,
    by: User,
    at: datetime,
) -> Approach:
    """Keep how a try went, and when the next is due; a no ends it, with thanks."""
    locked = _held(approach, by, at)
    if outcome == TryOutcome.DECLINED:
        return _end(locked, ApproachState.DECLINED, by=by, at=at, outcome=outcome)
    if outcome not in TRY_AGAIN:
        raise ApproachRefused(_("Choose how it went."), "outcome")
    due_at = next_try_at or at + AGAIN_AFTER[TryOutcome(outcome)]
    if not at < due_at <= at + LATEST:
        raise ApproachRefused(_("Choose a time within the next 60 days."), "next_try_at")
    _keep_try(locked, outcome, by, at)
    locked.due_at, locked.reminded_at = due_at, None
    locked.save(update_fields=["due_at", "reminded_at"])
    _record("approach.tried", locked, by, at, outcome=outcome, due=due_at)
    return locked


@transaction.atomic
def end(*, approach: Approach, by: User, at: datetime) -> Approach:
    """Let it rest without an answer."""
    return _end(_held(approach, by, at), ApproachState.ENDED, by=by, at=at)


@transaction.atomic
def accept(
    *,
    approach: Approach,
    call_name: str,
    call_number: str,
    agreed: bool,
    agreed_to_texts: bool = False,
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """They want help and say whom to call: only now there is a request, and `by` has it.

    `agreed`: whoever speaks for the agency wants the program to keep this name and number.
    """
    locked = _held(approach, by, at)
    if not agreed:
        raise ApproachRefused(_("Without their yes nothing of theirs is kept."), "agreed")
    made = filing.file_request(
        attempt=uuid.uuid5(_ATTEMPTS, str(locked.pk)),
        call_name=call_name,
        call_number=call_number,
        details={
            "agency": locked.agency,
            "agency_text": locked.agency_name,
            "state_code": locked.state_code,
            "agreed_to_texts": agreed_to_texts,
        },
        owned=True,
        by=by,
        at=at,
    )
    _end(locked, ApproachState.ACCEPTED, by=by, at=at, outcome=TryOutcome.ACCEPTED, made=made)
    return made


def remind(now: datetime) -> int:
    """A sweep: the time for the next try has come, and whoever has it is told, once.

    What nobody has, whoever speaks for the desk is told of.
    """
    due = Approach.objects.falling_due(now).order_by("due_at", "pk")

    def tell(claim: claims.Claim) -> bool:
        approach = (
            claim.of(due)
            .select_related("holder__person")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if approach is None:
            return False
        approach.reminded_at = now
        approach.save(update_fields=["reminded_at"])
        if (who := _who_is_told(approach, now)) is not None:
            outbox.enqueue(
                purpose=APPROACH_DUE,
                subject=approach,
                people=[who.person],
                at=now,
                occurrence=f"{approach.due_at:%Y%m%d%H%M%S}",
            )
        log.record(verb="approach.due", target=approach, at=now)
        return True

    return claims.deal_with(due, tell, now=now)


def release(*, user: User, by: User, at: datetime) -> None:
    """Whoever stops working the desk has no approach any more."""
    for approach in Approach.objects.open().filter(holder=user).order_by("pk"):
        locked = Approach.objects.locked(approach.pk)
        if locked.holder_id == user.pk:
            _put_down(locked)
            _record("approach.given_back", locked, by, at)


def same_agency(rows: Any, agency: Agency | None, agency_text: str, state_code: str) -> Any:
    """Those of `rows` (approaches or requests) that are about this agency, listed or typed."""
    key = agency.name_key if agency else key_for(agency_text)
    state = agency.state if agency else state_code
    typed = rows.exclude(agency_text="").values_list("pk", "agency_text", "state_code")
    found = Q(
        pk__in=[
            pk
            for pk, text, there in typed
            if key_for(text) == key and (not there or not state or there == state)
        ]
    )
    if agency is not None:
        return rows.filter(found | Q(agency=agency))
    named = Q(agency__name_key=key) & (Q(agency__state=state) if state else Q())
    return rows.filter(found | named)


def why_not_now(agency: Agency | None, agency_text: str, state_code: str, *, at: datetime) -> str:
    """Why this agency should not be approached just now; blank when nothing speaks against it."""
    declined = same_agency(
        Approach.objects.filter(state=ApproachState.DECLINED, ended_at__gt=at - NOT_AGAIN_WITHIN),
        agency,
        agency_text,
        state_code,
    ).order_by("-ended_at")
    for one in declined[:1]:
        return _(
            "They said no, thank you, %(when)s. About the same incident we don’t ask again."
        ) % {"when": when_words(one.ended_at, at)}
    asked = same_agency(AssistanceRequest.objects.open(), agency, agency_text, state_code)
    for reference in asked.values_list("reference", flat=True)[:1]:
        return _("They have asked already: %(reference)s.") % {"reference": reference}
    return ""


def no_contact_details_words() -> str:
    return _("No e-mail addresses or numbers here. Before they say yes, we keep none.")


def register_purposes() -> None:
    register(
        Purpose(
            code=APPROACH_DUE,
            urgent=False,
            channels=(Channel.EMAIL, Channel.PORTAL),
            is_relevant=_while_open,
            context=lambda message: {
                "url": links.absolute(reverse("requests:approach", args=[message.subject_id]))
            },
            audience="staff",
            topic=Topic.WORK,
            title=gettext_lazy("Time to try an agency again"),
        )
    )


def _while_open(message: Message, now: datetime) -> str:
    found = Approach.objects.select_related("holder").filter(pk=message.subject_id).first()
    if found is None:
        return NotSent.SUBJECT_GONE
    if not found.is_open or found.due_at is None or found.due_at > now:
        return NotSent.ALREADY_DONE
    is_anothers = found.holder is not None and found.holder.person_id != message.person_id
    return NotSent.NO_LONGER_NEEDED if is_anothers else ""


def _who_is_told(approach: Approach, now: datetime) -> User | None:
    if approach.holder is not None:
        return approach.holder
    there = duty_desk.standing(now).on_duty()
    return User.objects.select_related("person").get(pk=there[0].user_id) if there else None


def _one_at_a_time() -> None:
    """Who begins is alone until the commit: an agency that was typed has no unique key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _may(by: User) -> None:
    if not by.may(Permission.REQUEST_WORK):
        raise PermissionDenied


def _open(approach: Approach, by: User) -> Approach:
    _may(by)
    locked = Approach.objects.locked(approach.pk)
    if not locked.is_open:
        raise ApproachRefused(
            _("This is over: %(state)s.") % {"state": locked.get_state_display().lower()}
        )
    return locked


def _held(approach: Approach, by: User, at: datetime) -> Approach:
    locked = _open(approach, by)
    if locked.holder_id != by.pk:
        raise ApproachRefused(_who_has_it(locked, by, at))
    return locked


def _who_has_it(approach: Approach, by: User, at: datetime) -> str:
    if approach.holder_id == by.pk:
        return _("You have this agency on your list already.")
    if approach.holder is None:
        return _("Nobody has it now. Take it first.")
    assert approach.held_since is not None
    return _("%(name)s has it, since %(time)s. One voice at a time.") % {
        "name": approach.holder.display_name,
        "time": when_words(approach.held_since, at, by.person.time_zone),
    }


def _put_down(locked: Approach) -> None:
    locked.holder = locked.held_since = locked.reminded_at = None
    locked.save(update_fields=["holder", "held_since", "reminded_at"])


def _end(
    approach: Approach,
    state: ApproachState,
    *,
    by: User,
    at: datetime,
    outcome: str = "",
    made: AssistanceRequest | None = None,
) -> Approach:
    if outcome:
        _keep_try(approach, outcome, by, at)
    approach.state, approach.ended_at, approach.assistance_request = state, at, made
    approach.holder = approach.held_since = approach.due_at = None
    approach.save(
        update_fields=["state", "ended_at", "assistance_request", "holder", "held_since", "due_at"]
    )
    _record("approach.ended", approach, by, at, state=state)
    return approach


def _keep_try(locked: Approach, outcome: str, by: User, at: datetime) -> None:
    ApproachTry.objects.create(approach=locked, by=by, at=at, outcome=outcome)


def _record(verb: str, approach: Approach, by: User, at: datetime, **facts: Any) -> None:
    log.record(verb=verb, target=approach, by=by, at=at, **facts)


__all__ = [
    "accept",
    "begin",
    "end",
    "give_back",
    "log_try",
    "release",
    "remind",
    "take",
    "why_not_now",
]
