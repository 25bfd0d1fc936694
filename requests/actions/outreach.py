"""Choosing advisors and asking them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from advisors.matching import Ranking, rank
from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.audit import log, where
from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from requests import rules
from requests.actions import alarms
from requests.actions.choosing import NEVER, need_of, rank_advisors, reachable, refuse_gated
from requests.actions.loads import asked_already, loads
from requests.actions.messages import OFFER_FILLED, OFFER_MADE
from requests.actions.moves import (
    MoveRefused,
    decide_again,
    hold,
    make_move,
    save_next_step,
)
from requests.actions.offer_states import move_offer
from requests.models import AssistanceRequest, Offer, Outreach
from requests.states import (
    ANSWER_WITHIN,
    AdvisorRole,
    NextAction,
    OfferState,
    OutreachState,
    State,
    Urgency,
)

AUTOMATION = "worker"  # how the log names whoever acts when nobody does


@transaction.atomic
def start(
    *,
    assistance_request: AssistanceRequest,
    lead: Advisor,
    alternate: Advisor | None = None,
    override_reason: str = "",
    by: User,
    at: datetime,
) -> Outreach:
    """Freeze the ranking and ask the chosen two. Refused until identity is confirmed.

    Somebody whom a rule keeps from being asked can be chosen only with a reason. A critical
    request needs an alternate when there is one to ask.
    """
    locked = hold(assistance_request, by=by)
    _refuse_too_early(locked)
    if Outreach.objects.filter(assistance_request=locked, state=OutreachState.RUNNING).exists():
        raise MoveRefused(_("Advisors are being asked already. Stop that first."))
    if locked.engagements.active().leads().exists():
        raise MoveRefused(_("This request has a lead advisor."))
    if alternate is not None and alternate.pk == lead.pk:
        raise MoveRefused(_("The alternate must be somebody else."))

    ranking = rank_advisors(assistance_request=locked, at=at)
    chosen = [(lead, AdvisorRole.LEAD)]
    if alternate is not None:
        chosen.append((alternate, AdvisorRole.ALTERNATE))
    elif locked.is_critical and any(match.advisor_id != lead.pk for match in ranking.matches):
        raise MoveRefused(_("A critical request needs an alternate too. Choose one."))
    for advisor, _role in chosen:
        refuse_gated(advisor, ranking, override_reason)

    round_ = Outreach.objects.create(
        assistance_request=locked,
        started_by=by,
        started_at=at,
        ranking=ranking.frozen(),
        answer_within=ANSWER_WITHIN[Urgency(locked.urgency)],
        wants_alternate=alternate is not None,
    )
    for advisor, role in chosen:
        ask(round_, locked, advisor, role, by=by, at=at, override_reason=override_reason)
    alarms.settle(locked, alarms.POOL_EMPTY, alarms.ADVISOR_NEEDED, at=at)
    answers_by = at + round_.answer_within
    if locked.state == State.SEEKING:
        save_next_step(locked, rules.after_move(State.SEEKING, locked, at=at, due_at=answers_by))
    else:
        name = "seek" if locked.state == State.TRIAGED else "seek_again"
        make_move(name=name, assistance_request=locked, by=by, at=at, due_at=answers_by)
    log.record(
        verb="outreach.started",
        target=round_,
        by=by,
        at=at,
        label=locked.reference,
        asked=len(chosen),
        overridden=bool(override_reason),
    )
    return round_


@transaction.atomic
def offer(
    *,
    assistance_request: AssistanceRequest,
    advisor: Advisor,
    role: str,
    override_reason: str = "",
    by: User,
    at: datetime,
) -> Offer:
    """Ask one more advisor: in the running round, or in a new one beside the lead."""
    locked = hold(assistance_request, by=by)
    _refuse_too_early(locked)
    if role not in AdvisorRole.values:
        raise MoveRefused(_("Choose a role."))
    round_ = running(locked)
    has_lead = locked.engagements.active().leads().exists()
    if role == AdvisorRole.LEAD:
        if has_lead:
            raise MoveRefused(_("This request has a lead advisor."))
        if locked.offers.open().filter(role=AdvisorRole.LEAD).exists():
            raise MoveRefused(_("A lead is being asked already. Take that offer back first."))
    elif round_ is None and not has_lead:
        raise MoveRefused(_("Choose a lead first."))
    if (
        role == AdvisorRole.ALTERNATE
        and locked.engagements.active().filter(role=AdvisorRole.ALTERNATE).exists()
    ):
        raise MoveRefused(_("This request has an alternate advisor."))
    ranking = rank_advisors(assistance_request=locked, at=at)
    refuse_gated(advisor, ranking, override_reason)
    if round_ is None:
        round_ = Outreach.objects.create(
            assistance_request=locked,
            started_by=by,
            started_at=at,
            ranking=ranking.frozen(),
            answer_within=ANSWER_WITHIN[Urgency(locked.urgency)],
        )
    if role == AdvisorRole.ALTERNATE and not round_.wants_alternate:
        round_.wants_alternate = True
        round_.save(update_fields=["wants_alternate"])
    asked = ask(round_, locked, advisor, role, by=by, at=at, override_reason=override_reason)
    if not has_lead or locked.next_action == NextAction.CHOOSE_AGAIN:
        await_answers(locked, at)
    return asked


@transaction.atomic
def stop(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> AssistanceRequest:
    """Staff decide: stop asking, take open offers back."""
    locked = hold(assistance_request, by=by)
    if running(locked) is None:
        raise MoveRefused(_("Nobody is being asked now."))
    take_back(locked, by=by, at=at)
    if locked.state == State.SEEKING:
        decide_again(locked, at)
    return locked


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Take one open offer back; nobody else is asked in its place."""
    locked = hold(offer.assistance_request, by=by)
    offer = Offer.objects.select_related("advisor__person", "outreach").get(pk=offer.pk)
    if not offer.is_open:
        raise MoveRefused(_("This offer is no longer open."))
    end_offer(offer, OfferState.WITHDRAWN, locked, by=by, at=at)
    tell_no_longer_needed([offer], at)
    if locked.state == State.SEEKING:
        if locked.offers.open().exists():
            await_answers(locked, at)
        else:
            decide_again(locked, at)
    return offer


# What follows is used by the other actions; the request's row is locked.


def running(locked: AssistanceRequest) -> Outreach | None:
    return Outreach.objects.filter(assistance_request=locked, state=OutreachState.RUNNING).first()


def ask(
    round_: Outreach,
    locked: AssistanceRequest,
    advisor: Advisor,
    role: str,
    *,
    by: User,
    at: datetime,
    override_reason: str = "",
) -> Offer:
    """Write one offer and promise its message."""
    ranks = [match["advisor_id"] for match in round_.ranking.get("matches", ())]
    try:
        with transaction.atomic():
            asked = Offer.objects.create(
                outreach=round_,
                assistance_request=locked,
                advisor=advisor,
                role=role,
                rank=ranks.index(advisor.pk) + 1 if advisor.pk in ranks else None,
                override_reason="" if advisor.pk in ranks else override_reason.strip()[:280],
                offered_by=by,
                offered_at=at,
                expires_at=at + round_.answer_within,
            )
    except IntegrityError as error:
        raise MoveRefused(_("This advisor is being asked already.")) from error
    log.record(
        verb="offer.made",
        target=asked,
        by=by,
        at=at,
        label=locked.reference,
        role=role,
        rank=asked.rank,
        overridden=bool(asked.override_reason),
    )
    outbox.enqueue(
        purpose=OFFER_MADE,
        subject=asked,
        people=[advisor.person],
        at=at,
        label=locked.reference,
    )
    return asked


def ask_next(round_: Outreach, locked: AssistanceRequest, role: str, *, at: datetime) -> bool:
    """Ask the next advisor of the frozen list whom today's rules allow; False when none is left."""
    frozen = Ranking.thawed(round_.ranking)
    order = {match.advisor_id: place for place, match in enumerate(frozen.matches)}
    left = set(order) - asked_already(locked.pk)
    # Taken back or thanked in this round: they were told that they are not needed.
    left -= set(round_.offers.values_list("advisor", flat=True))
    if not left:
        return False
    candidates = Advisor.objects.filter(pk__in=left).as_candidates(loads=loads(at), at=at)
    allowed = {match.advisor_id for match in rank(need_of(locked, at), candidates).matches}
    allowed &= reachable(allowed)
    if not allowed:
        return False
    advisor = Advisor.objects.select_related("person").get(
        pk=min(allowed, key=lambda advisor_id: order[advisor_id])
    )
    ask(round_, locked, advisor, role, by=User.objects.system(), at=at)
    return True


def end_offer(
    ended: Offer, state: OfferState, locked: AssistanceRequest, *, by: User | None, at: datetime
) -> None:
    """End an offer. The log keeps one verb for every end, and no name for a no."""
    move_offer(ended, to=state, ended_at=at)
    is_own_answer = by is not None and by.person_id == ended.advisor.person_id
    by = None if is_own_answer else by
    # Nor an address, nor the way: an answer by link has one, and an offer that ran out has none.
    here = where.current() if by else where.Where(via=AUTOMATION)
    with where.via(here.via, address=here.address):
        log.record(
            verb="offer.ended",
            target=ended,
            by=by,
            at=at,
            label=locked.reference,
            role=ended.role,
        )


def supersede(offers: Iterable[Offer], locked: AssistanceRequest, at: datetime) -> None:
    """The place is filled: end the other offers, and thank those who had them."""
    ended = list(offers)
    for other in ended:
        end_offer(other, OfferState.SUPERSEDED, locked, by=None, at=at)
    tell_no_longer_needed(ended, at)


def take_back(locked: AssistanceRequest, *, by: User | None, at: datetime) -> None:
    """End the running round, if there is one, and take every open offer back."""
    offers = list(locked.offers.open().select_related("advisor__person", "outreach").order_by("pk"))
    for taken in offers:
        end_offer(taken, OfferState.WITHDRAWN, locked, by=by, at=at)
    tell_no_longer_needed(offers, at)
    round_ = running(locked)
    if round_ is not None:
        end_round(round_, OutreachState.STOPPED, locked, by=by, at=at)


def end_round(
    round_: Outreach,
    state: OutreachState,
    locked: AssistanceRequest,
    *,
    by: User | None = None,
    at: datetime,
) -> None:
    round_.state, round_.ended_at = state, at
    round_.save(update_fields=["state", "ended_at"])
    log.record(
        verb="outreach.ended",
        target=round_,
        by=by,
        at=at,
        label=locked.reference,
        state=state,
    )


def await_answers(locked: AssistanceRequest, at: datetime) -> None:
    """The owner waits, until the first open offer runs out at the latest."""
    first = locked.offers.open().order_by("expires_at").values_list("expires_at", flat=True)[:1]
    for due_at in first:
        save_next_step(locked, rules.after_move(State.SEEKING, locked, at=at, due_at=due_at))


def _refuse_too_early(locked: AssistanceRequest) -> None:
    if not locked.is_identity_confirmed:
        raise MoveRefused(
            _("Confirm who the leader is first. No advisor sees the agency before that.")
        )
    if locked.waits_for_leader:
        raise MoveRefused(
            _("Somebody else filed this. Speak with the leader first, and log that they said yes.")
        )
    if locked.state in {State.SUBMITTED, State.ACKNOWLEDGED}:
        raise MoveRefused(_("Write down what is needed first."))


def tell_no_longer_needed(offers: Iterable[Offer], at: datetime) -> None:
    """Thank whoever knows of the offer; what wasn't sent yet needs no thanks."""
    for ended in offers:
        outbox.cancel(subject=ended, purposes=[OFFER_MADE], at=at, reason=NotSent.OFFER_NOT_OPEN)
        sent = Message.objects.about(ended).filter(purpose=OFFER_MADE)
        if ended.seen_at or sent.exclude(state=MessageState.CANCELED).exists():
            outbox.enqueue(
                purpose=OFFER_FILLED,
                subject=ended,
                people=[ended.advisor.person],
                at=at,
                label=ended.assistance_request.reference,
            )


__all__ = [
    "NEVER",
    "ask",
    "ask_next",
    "await_answers",
    "end_offer",
    "end_round",
    "need_of",
    "offer",
    "rank_advisors",
    "running",
    "start",
    "stop",
    "supersede",
    "take_back",
    "tell_no_longer_needed",
    "withdraw_offer",
]
