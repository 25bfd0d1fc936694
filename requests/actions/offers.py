"""An advisor's answers, and what follows from them."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import claims
from mvai.outbox.models import Message
from mvai.outbox.states import SENT
from mvai.web.times import clock_words
from requests import rules
from requests.actions import alarms, follow_ups, goals, outreach
from requests.actions.messages import ADVISOR_ASKS_CALL, ENGAGEMENT_STARTED, OFFER_MADE
from requests.actions.moves import MoveRefused, decide_again, make_move, save_next_step
from requests.actions.offer_states import move_offer, move_offers
from requests.models import AssistanceRequest, Engagement, Goal, Offer, Outreach
from requests.models.engagement import SEATS
from requests.states import (
    ENDED_WITHOUT_YES,
    AdvisorRole,
    EngagementState,
    NextAction,
    OfferState,
    OutreachState,
    State,
    Urgency,
)

BATCH = 100
NAMES_QUIET_AFTER = timedelta(days=30)
NOT_NOW, NOT_THIS_KIND, CALL_ME = "not_now", "not_this_kind", "call_me"
KINDS = frozenset({NOT_NOW, NOT_THIS_KIND, CALL_ME})


@transaction.atomic
def mark_seen(*, offer: Offer, by: User, at: datetime) -> Offer:
    """The advisor has opened the offer. For a POST or a beacon: a GET changes nothing."""
    offer = _lock(offer)
    if _is_own(offer, by) and offer.is_open and offer.seen_at is None:
        if offer.state == OfferState.PROMISED:
            move_offer(offer, to=OfferState.OPEN, opened_at=at)
        offer.seen_at = at
        offer.save(update_fields=["seen_at"])
    return offer


@transaction.atomic
def accept(*, offer: Offer, by: User, at: datetime) -> Engagement:
    """Yes: take a seat. Two acceptances at once never make two leads.

    An offer is good until it has been passed on, even a moment after its time. A second tap
    finds the same engagement.
    """
    locked = AssistanceRequest.objects.locked(offer.assistance_request_id)
    offer = Offer.objects.select_related("advisor__person", "outreach").get(pk=offer.pk)
    if not (_is_own(offer, by) and by.may(Permission.OFFER_ANSWER)):
        raise PermissionDenied
    if offer.state == OfferState.ACCEPTED:
        return offer.engagement
    if not offer.is_open:
        raise MoveRefused(too_late_words(offer))
    if not (locked.is_open and locked.is_identity_confirmed):
        raise MoveRefused(_("This request is on hold. The desk will call you if needed."))

    engagement = _take_seat(offer, locked, at)
    move_offer(
        offer,
        to=OfferState.ACCEPTED,
        ended_at=at,
        seen_at=offer.seen_at or at,
        opened_at=offer.opened_at or at,
    )
    log.record(
        verb="offer.accepted",
        target=offer,
        by=by,
        at=at,
        label=locked.reference,
        role=offer.role,
    )
    if offer.role == AdvisorRole.LEAD:
        locked = become_lead(engagement, locked, by=by, at=at)
    outbox.enqueue(
        purpose=ENGAGEMENT_STARTED,
        subject=engagement,
        people=[offer.advisor.person],
        at=at,
        label=locked.reference,
    )
    _settle_round(offer.outreach, locked, at)
    return engagement


@transaction.atomic
def decline(*, offer: Offer, by: User | None, at: datetime, kind: str = NOT_NOW) -> Offer:
    """No, for free: not_now, not_this_kind or call_me. The next advisor is asked at once.

    `by` is None for a link without an account. Which kind of no it was is not kept. A no to
    an offer that has ended already is fine, and changes nothing.
    """
    locked = AssistanceRequest.objects.locked(offer.assistance_request_id)
    offer = Offer.objects.select_related("advisor__person", "outreach").get(pk=offer.pk)
    if by is not None and not (_is_own(offer, by) or by.may(Permission.REQUEST_WORK)):
        raise PermissionDenied
    if kind not in KINDS:
        raise MoveRefused(_("Choose an answer."))
    if not offer.is_open:
        return offer
    outreach.end_offer(offer, OfferState.DECLINED, locked, by=by, at=at)
    if kind == CALL_ME and locked.owner is not None:
        outbox.enqueue(
            purpose=ADVISOR_ASKS_CALL,
            subject=offer,
            people=[locked.owner.person],
            at=at,
            label=locked.reference,
        )
    pass_on(offer, locked, at=at)
    return offer


def expire_due(now: datetime) -> int:
    """A sweep: end the offers whose time is over and ask the next; how many ended."""
    due = Offer.objects.unanswered_by(now).order_by("expires_at", "pk")
    return claims.deal_with(due, lambda claim: _end_due(claim, due, now), now=now)


def quiet_names(now: datetime) -> int:
    """A sweep: 30 days after its matching ended, how an offer ended without a yes is forgotten.

    From then on nobody can count who said no (domain.md section 4, "Opt-out"): when it was seen
    is forgotten too, and it ended when the asking did, for one who said no as for one who slept.
    """
    long_ago = Outreach.objects.filter(ended_at__lte=now - NAMES_QUIET_AFTER)
    ended = Offer.objects.filter(
        state__in=sorted(ENDED_WITHOUT_YES),
        ended_at__lte=now - NAMES_QUIET_AFTER,
        outreach__in=long_ago.values("pk"),
    ).order_by("ended_at", "pk")
    ids = list(ended.values_list("pk", flat=True)[:BATCH])
    asking_ended = Outreach.objects.filter(pk=OuterRef("outreach")).values("ended_at")
    return move_offers(
        Offer.objects.filter(pk__in=ids),
        to=OfferState.NOT_TAKEN,
        seen_at=None,
        ended_at=Subquery(asking_ended),
    )


@transaction.atomic
def could_not_be_told(message: Message, at: datetime) -> None:
    """No way led to the advisor: the next is asked at once. It is no answer of theirs."""
    found = Offer.objects.filter(pk=message.subject_id).first()
    if found is None:
        return
    locked = AssistanceRequest.objects.locked(found.assistance_request_id)
    offer = Offer.objects.select_related("advisor__person", "outreach").get(pk=found.pk)
    if not offer.is_open or offer.seen_at is not None:
        return  # they know of it by another way
    outreach.end_offer(offer, OfferState.EXPIRED, locked, by=None, at=at)
    pass_on(offer, locked, at=at)


def open_handed_over(now: datetime) -> int:
    """A sweep: offers whose message has left are open; how many."""
    sent = Message.objects.filter(
        purpose=OFFER_MADE,
        subject_type=Offer._meta.label_lower,
        state__in=sorted(SENT),
        subject_id__in=Offer.objects.filter(state=OfferState.PROMISED).values("pk"),
    )
    with transaction.atomic():
        # Those that somebody is just working on are left for the next run: whoever takes all
        # offers of a request back would else wait for us, and we for them.
        free = (
            Offer.objects.filter(state=OfferState.PROMISED, pk__in=sent.values("subject_id"))
            .order_by("pk")
            .select_for_update(skip_locked=True, no_key=True)
        )
        ids = list(free.values_list("pk", flat=True))
        return move_offers(Offer.objects.filter(pk__in=ids), to=OfferState.OPEN, opened_at=now)


def too_late_words(offer: Offer) -> str:
    """A kind sentence for a tap on an offer that has ended."""
    zone, ended_at = offer.advisor.person.time_zone, offer.ended_at
    match offer.state:
        case OfferState.DECLINED:
            return _("You said not now, so we asked someone else. Thank you.")
        case OfferState.EXPIRED if ended_at is not None:
            return _("We asked someone else at %(time)s. Thank you for being there.") % {
                "time": clock_words(ended_at, zone)
            }
        case OfferState.NOT_TAKEN:
            return _("This was some time ago. Nothing is needed from you. Thank you.")
        case OfferState.WITHDRAWN:
            return _("The desk took this offer back. Nothing is needed from you. Thank you.")
    return _("Someone else could help this time. Thank you for being there.")


# What follows is used by the other actions; the request's row is locked.


def become_lead(
    engagement: Engagement, locked: AssistanceRequest, *, by: User, at: datetime
) -> AssistanceRequest:
    """The request has a lead: it moves on, the leader is told, the follow-ups are planned."""
    if locked.state == State.SEEKING:
        locked = make_move(name="engage", assistance_request=locked, by=by, at=at)
    if locked.different_advisor_asked_at is not None:
        locked.different_advisor_asked_at = None
        locked.save(update_fields=["different_advisor_asked_at"])
    goals.meet(locked, Goal.MATCHED, at=at)
    follow_ups.plan(engagement=engagement, at=at)
    alarms.settle(locked, alarms.POOL_EMPTY, alarms.ADVISOR_NEEDED, at=at)
    return locked


def pass_on(ended: Offer, locked: AssistanceRequest, *, at: datetime) -> None:
    """An offer ended with nobody: ask the next in the frozen list, or tell the desk."""
    round_ = Outreach.objects.get(pk=ended.outreach_id)
    if round_.state != OutreachState.RUNNING or not locked.is_open:
        return
    if ended.role == AdvisorRole.LEAD:
        find_lead(round_, locked, at=at)
    elif ended.role == AdvisorRole.ALTERNATE:
        asked = outreach.ask_next(round_, locked, AdvisorRole.ALTERNATE, at=at)
        _settle_round(round_, locked, at)
        if not asked and locked.is_critical:
            locked.next_action_note = _("No alternate is left to ask.")
            locked.save(update_fields=["next_action_note"])
    else:
        _settle_round(round_, locked, at)
        decide_again(locked, at)
        return
    if locked.state == State.SEEKING and locked.offers.open().exists():
        outreach.await_answers(locked, at)


def find_lead(round_: Outreach, locked: AssistanceRequest, *, at: datetime) -> None:
    """The next lead: someone not asked yet, else the alternate; else the manager is rung."""
    if outreach.ask_next(round_, locked, AdvisorRole.LEAD, at=at):
        return
    if promote_alternate(locked, at=at):
        _settle_round(round_, locked, at)
    elif not ask_alternate_to_lead(locked, at=at):
        outreach.end_round(round_, OutreachState.EMPTY, locked, at=at)
        decide_again(locked, at, _("Nobody is left to ask."))
        alarms.ring(alarms.POOL_EMPTY, locked, at)


def ask_alternate_to_lead(locked: AssistanceRequest, *, at: datetime) -> bool:
    """Whoever is asked as the alternate is asked as the lead instead; False when nobody is."""
    waiting = locked.offers.open().filter(role=AdvisorRole.ALTERNATE).order_by("rank", "pk")
    for alternate in waiting[:1]:
        alternate.role = AdvisorRole.LEAD
        alternate.save(update_fields=["role"])
        log.record(verb="offer.made_lead", target=alternate, at=at, label=locked.reference)
        return True
    return False


def promote_alternate(locked: AssistanceRequest, *, at: datetime) -> Engagement | None:
    """Make the active alternate the lead, if there is one and no lead."""
    active = locked.engagements.active().select_related("advisor__person", "offer")
    if active.filter(role=AdvisorRole.LEAD).exists():
        return None
    alternate = active.filter(role=AdvisorRole.ALTERNATE).first()
    if alternate is None:
        return None
    alternate.role = AdvisorRole.LEAD
    alternate.save(update_fields=["role"])
    log.record(verb="engagement.made_lead", target=alternate, at=at, label=locked.reference)
    become_lead(alternate, locked, by=User.objects.system(), at=at)
    outbox.enqueue(
        purpose=ENGAGEMENT_STARTED,
        subject=alternate,
        people=[alternate.advisor.person],
        at=at,
        label=locked.reference,
        occurrence="lead",
    )
    return alternate


def _end_due(claim: claims.Claim, due: QuerySet[Offer], now: datetime) -> bool:
    """End one offer that was claimed; False while somebody is just working on its request."""
    mine = claim.of(due)
    request_id = mine.values_list("assistance_request", flat=True).first() or 0
    free = AssistanceRequest.objects.filter(pk=request_id).select_for_update(
        skip_locked=True, no_key=True
    )
    if not free.values_list("pk"):
        return False
    locked = AssistanceRequest.objects.locked(request_id)
    ended = mine.select_related("advisor__person", "outreach").first()
    if ended is None:
        return False
    outreach.end_offer(ended, OfferState.EXPIRED, locked, by=None, at=now)
    pass_on(ended, locked, at=now)
    return True


def _lock(offer: Offer) -> Offer:
    AssistanceRequest.objects.locked(offer.assistance_request_id)
    return Offer.objects.select_related("advisor__person", "outreach").get(pk=offer.pk)


def _is_own(offer: Offer, by: User) -> bool:
    return by.person_id == offer.advisor.person_id


def _take_seat(offer: Offer, locked: AssistanceRequest, at: datetime) -> Engagement:
    """An engagement in the lowest free seat, within the advisor's own limits."""
    advisor = Advisor.objects.select_for_update(no_key=True, of=("self",)).get(pk=offer.advisor_id)
    active = Engagement.objects.active().filter(advisor=advisor)
    seats = dict(active.values_list("seat", "assistance_request__urgency"))
    if len(seats) >= min(advisor.max_active, SEATS):
        raise MoveRefused(
            _("You have as many requests as your limit allows. Change the limit, or say not now.")
        )
    critical = sum(urgency == Urgency.CRITICAL for urgency in seats.values())
    if locked.is_critical and critical >= advisor.max_critical:
        raise MoveRefused(
            _("You have a critical request already. Change your limit, or say not now.")
        )
    seat = next(seat for seat in range(1, SEATS + 1) if seat not in seats)
    try:
        with transaction.atomic():
            return Engagement.objects.create(
                assistance_request=locked,
                advisor=advisor,
                offer=offer,
                role=offer.role,
                seat=seat,
                state=EngagementState.ACTIVE,
                started_at=at,
            )
    except IntegrityError as error:
        raise MoveRefused(_("Someone else could help this time. Thank you.")) from error


def _settle_round(round_: Outreach, locked: AssistanceRequest, at: datetime) -> None:
    """End the round when its places are filled, and thank everyone still asked."""
    round_ = Outreach.objects.get(pk=round_.pk)
    if round_.state != OutreachState.RUNNING:
        return
    active = set(locked.engagements.active().values_list("role", flat=True))
    open_offers = list(locked.offers.open().select_related("advisor__person", "outreach"))
    if AdvisorRole.ALTERNATE in active:
        others = [other for other in open_offers if other.role == AdvisorRole.ALTERNATE]
        outreach.supersede(others, locked, at)
        open_offers = [other for other in open_offers if other not in others]
    if AdvisorRole.LEAD in active:
        others = [other for other in open_offers if other.role == AdvisorRole.LEAD]
        outreach.supersede(others, locked, at)
        open_offers = [other for other in open_offers if other not in others]
        if not open_offers:
            outreach.end_round(round_, OutreachState.FILLED, locked, at=at)
            _go_on(locked, at)


def _go_on(locked: AssistanceRequest, at: datetime) -> None:
    """Nobody is being asked beside the lead any more: the owner goes on with the request."""
    if locked.next_action == NextAction.AWAIT_ANSWERS and locked.state != State.SEEKING:
        due_at = follow_ups.next_due(locked)
        save_next_step(locked, rules.after_move(locked.state, locked, at=at, due_at=due_at))
