"""What the main job tells people, and what each message may say: no incident, no names."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import MessageState, NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from mvai.web.prepared import Given, Prepared
from mvai.web.times import clock_words, when_words
from requests.models import (
    AssistanceRequest,
    Engagement,
    FollowUp,
    IdentityCode,
    Offer,
    ResponseGoal,
    StatusCode,
)

# To one number or address, about requests that are to be checked first; to all, so many.
NOT_AGAIN_WITHIN = timedelta(hours=1)

STATUS_LINK = "status"
OFFER_LINK = "offer"
# Longer than any offer is open: a late tap finds a kind sentence instead of nothing.
OFFER_LINK_LASTS = timedelta(days=30)

REQUEST_RECEIVED = "request_received"
PEER_ASSIGNED = "peer_assigned"
STATUS_CODE = "status_code"
OFFER_MADE = "offer_made"
OFFER_FILLED = "offer_filled"
ENGAGEMENT_STARTED = "engagement_started"
ADVISOR_ASKS_CALL = "advisor_asks_call"
REQUEST_WITHDRAWN = "request_withdrawn"
FOLLOW_UP_DUE = "follow_up_due"
GOAL_MISSED = "goal_missed"
EMERGENCY_ACCESS = "emergency_access"
IDENTITY_CODE = "identity_code"

SMS_AND_EMAIL = (Channel.SMS, Channel.EMAIL)

Audience = Literal["staff", "advisor", "requester"]
Relevance = Callable[[Message, datetime], str]
Context = Callable[[Message], Mapping[str, Any]]


def status_url(assistance_request: AssistanceRequest) -> str:
    """The status page's address. It never ends; raising the generation revokes it."""
    token = links.make(
        STATUS_LINK,
        assistance_request.pk,
        generation=assistance_request.link_generation,
        lasts=None,
        now=assistance_request.submitted_at,
    )
    return links.absolute(reverse("requests:status", args=[token]))


def offer_url(offer: Offer) -> str:
    """The page on which an advisor may say "not now" without signing in."""
    token = links.make(
        OFFER_LINK,
        offer.pk,
        generation=offer.link_generation,
        lasts=OFFER_LINK_LASTS,
        now=offer.offered_at,
    )
    return links.absolute(reverse("requests:offer_by_link", args=[token]))


def offer_by_link(token: str, *, now: datetime) -> Offer | None:
    """The offer a link was made for, whatever became of it; None when the link is no good."""
    link = links.read(OFFER_LINK, token, now=now)
    if link is None or len(link.ids) != 1:
        return None
    return (
        Offer.objects.select_related("assistance_request", "advisor__person")
        .filter(pk=link.ids[0], link_generation=link.generation)
        .first()
    )


_REQUEST = Prepared(lambda: AssistanceRequest.objects.filter(pk=Given("pk")))


def while_request_is_open(message: Message, now: datetime) -> str:
    """The reason not to send a message about a request that is closed or gone; else blank."""
    found = next(iter(_REQUEST.instances(pk=message.subject_id)), None)
    if found is None:
        return NotSent.SUBJECT_GONE
    return "" if found.is_open else NotSent.REQUEST_NOT_OPEN


def _while_open_and_no_flood(message: Message, now: datetime) -> str:
    """As above. Whoever files under strangers' numbers doesn't make us write to one of them twice
    an hour, nor to many. Of several the earliest go out, whichever of them asks first.
    """
    found = next(iter(_REQUEST.instances(pk=message.subject_id)), None)
    if found is None:
        return NotSent.SUBJECT_GONE
    if not found.is_open:
        return NotSent.REQUEST_NOT_OPEN
    return _flooded(message) if found.check_first else ""


def _flooded(message: Message) -> str:
    since = message.created_at - NOT_AGAIN_WITHIN
    earlier = Message.objects.filter(
        purpose=message.purpose,
        channel=message.channel,
        created_at__gt=since,
        created_at__lte=message.created_at,
        pk__lt=message.pk,
    ).exclude(state__in=[MessageState.CANCELED, MessageState.EXPIRED])
    point = message.contact_point
    there = earlier.filter(contact_point__normalized=point.normalized if point else "")
    if point and point.normalized and there.exists():
        return NotSent.TEXTED_LATELY
    marked = AssistanceRequest.objects.filter(check_first=True, submitted_at__gt=since)
    most = settings.FILINGS_BUSY
    many = earlier.filter(subject_id__in=marked.values("pk"))[:most].count() >= most
    return NotSent.HELD_BACK if many else ""


def _about_request(message: Message) -> Mapping[str, Any]:
    [found] = _REQUEST.instances(pk=message.subject_id)
    promised = found.promised_call_by
    return {
        "reference": found.reference,
        "url": status_url(found),
        "when": when_words(promised, message.created_at, found.time_zone) if promised else "",
        "number": settings.CALLS_COME_FROM,
    }


def _while_code_is_good(message: Message, now: datetime) -> str:
    code = StatusCode.objects.filter(pk=message.subject_id).first()
    if code is None:
        return NotSent.SUBJECT_GONE
    if code.used_at is not None:
        return NotSent.ALREADY_DONE
    return "" if code.is_usable(now) else NotSent.TOO_LATE


def _the_code(message: Message) -> Mapping[str, Any]:
    return {"code": StatusCode.objects.get(pk=message.subject_id).digits(message.channel)}


def _while_identity_code_is_good(message: Message, now: datetime) -> str:
    code = IdentityCode.objects.filter(pk=message.subject_id).first()
    if code is None:
        return NotSent.SUBJECT_GONE
    return "" if code.is_usable(now) else NotSent.TOO_LATE


def _the_identity_code(message: Message) -> Mapping[str, Any]:
    return {"code": IdentityCode.objects.get(pk=message.subject_id).digits}


def _while_offer_is_open(message: Message, now: datetime) -> str:
    offer = Offer.objects.filter(pk=message.subject_id).first()
    if offer is None:
        return NotSent.SUBJECT_GONE
    if not offer.is_open:
        return NotSent.OFFER_NOT_OPEN
    return "" if now < offer.expires_at else NotSent.TOO_LATE


def _about_offer(message: Message) -> Mapping[str, Any]:
    offer = Offer.objects.select_related("advisor__person", "assistance_request").get(
        pk=message.subject_id
    )
    zone = offer.advisor.person.time_zone
    return {
        "reference": offer.assistance_request.reference,
        "url": offer_url(offer),
        "when": _soon(offer.expires_at, message.created_at, zone),
    }


def _soon(value: datetime, now: datetime, zone: str) -> str:
    """ "2:15 p.m. CT" when it is close, with the day when it is not."""
    if value - now < timedelta(hours=3):
        return clock_words(value, zone)
    return when_words(value, now, zone)


def _while_not_taken(message: Message, now: datetime) -> str:
    offer = Offer.objects.filter(pk=message.subject_id).first()
    if offer is None:
        return NotSent.SUBJECT_GONE
    return NotSent.NO_LONGER_NEEDED if offer.is_open else ""


def _while_engaged(message: Message, now: datetime) -> str:
    engagement = Engagement.objects.filter(pk=message.subject_id).first()
    if engagement is None:
        return NotSent.SUBJECT_GONE
    return "" if engagement.is_active else NotSent.NO_LONGER_NEEDED


def _about_engagement(message: Message) -> Mapping[str, Any]:
    engagement = Engagement.objects.select_related("assistance_request").get(pk=message.subject_id)
    return {
        "reference": engagement.assistance_request.reference,
        "url": links.absolute(reverse("requests:engagement", args=[engagement.pk])),
    }


def _always(message: Message, now: datetime) -> str:
    return ""


def _work_on_offer(message: Message) -> Mapping[str, Any]:
    offer = Offer.objects.select_related("assistance_request").get(pk=message.subject_id)
    return _workspace(offer.assistance_request)


def _work_on_request(message: Message) -> Mapping[str, Any]:
    return _workspace(AssistanceRequest.objects.get(pk=message.subject_id))


def _while_with(owner: User | None, message: Message) -> str:
    """Whoever has handed it over meanwhile is not told; whoever has it now sees it on the board."""
    is_theirs = owner is not None and owner.person_id == message.person_id
    return "" if is_theirs else NotSent.NO_LONGER_NEEDED


def _while_due(message: Message, now: datetime) -> str:
    follow_up = FollowUp.objects.select_related("owner").filter(pk=message.subject_id).first()
    if follow_up is None:
        return NotSent.SUBJECT_GONE
    if not follow_up.is_open:
        return NotSent.ALREADY_DONE
    return _while_with(follow_up.owner, message)


def _work_on_follow_up(message: Message) -> Mapping[str, Any]:
    follow_up = FollowUp.objects.select_related("assistance_request").get(pk=message.subject_id)
    return _workspace(follow_up.assistance_request)


def _while_goal_is_missed(message: Message, now: datetime) -> str:
    goals = ResponseGoal.objects.select_related("assistance_request__owner")
    goal = goals.filter(pk=message.subject_id).first()
    if goal is None:
        return NotSent.SUBJECT_GONE
    if goal.met_at or goal.dropped_at:
        return NotSent.ALREADY_DONE
    return _while_with(goal.assistance_request.owner, message)


def _work_on_goal(message: Message) -> Mapping[str, Any]:
    goal = ResponseGoal.objects.select_related("assistance_request").get(pk=message.subject_id)
    return _workspace(goal.assistance_request)


def _nothing_follows(message: Message, at: datetime) -> None:
    """The desk calls the leader in any case, and the message is listed as unsent."""


def _workspace(assistance_request: AssistanceRequest) -> Mapping[str, Any]:
    return {
        "reference": assistance_request.reference,
        "url": links.absolute(assistance_request.get_absolute_url()),
    }


def _opened_in_emergency(message: Message) -> Mapping[str, Any]:
    return {
        "reference": message.label,
        "url": links.absolute(reverse("requests:emergency_reviews")),
    }


_ALL = (Channel.SMS, Channel.EMAIL, Channel.PORTAL)

_PURPOSES: tuple[tuple[str, bool, tuple[Channel, ...], Relevance, Context, Audience, str, Any], ...]
_PURPOSES = (
    (REQUEST_RECEIVED, True, SMS_AND_EMAIL, _while_open_and_no_flood, _about_request,
     "requester", Topic.UPDATES, _("We have your request")),
    (PEER_ASSIGNED, True, SMS_AND_EMAIL, while_request_is_open, _about_request,
     "requester", Topic.UPDATES, _("An advisor will be in touch")),
    (STATUS_CODE, True, SMS_AND_EMAIL, _while_code_is_good, _the_code,
     "requester", Topic.UPDATES, _("Code for the status page")),
    (IDENTITY_CODE, True, (Channel.EMAIL,), _while_identity_code_is_good, _the_identity_code,
     "requester", Topic.UPDATES, _("Code that shows who somebody is")),
    (OFFER_MADE, True, SMS_AND_EMAIL, _while_offer_is_open, _about_offer,
     "advisor", Topic.OFFERS, _("Offer to an advisor")),
    (OFFER_FILLED, False, SMS_AND_EMAIL, _while_not_taken, _about_offer,
     "advisor", Topic.OFFERS, _("Thank you, it is filled")),
    (ENGAGEMENT_STARTED, True, SMS_AND_EMAIL, _while_engaged, _about_engagement,
     "advisor", Topic.OFFERS, _("The brief is ready")),
    (ADVISOR_ASKS_CALL, True, _ALL, _always, _work_on_offer,
     "staff", Topic.WORK, _("An advisor asks for a call")),
    (REQUEST_WITHDRAWN, True, _ALL, _always, _work_on_request,
     "staff", Topic.WORK, _("A leader withdrew the request")),
    (GOAL_MISSED, False, (Channel.EMAIL, Channel.PORTAL), _while_goal_is_missed, _work_on_goal,
     "staff", Topic.WORK, _("Something is later than promised")),
    (FOLLOW_UP_DUE, False, (Channel.EMAIL, Channel.PORTAL), _while_due, _work_on_follow_up,
     "staff", Topic.WORK, _("A follow-up is due")),
    (EMERGENCY_ACCESS, True, _ALL, _always, _opened_in_emergency,
     "staff", Topic.WORK, _("A request was opened in an emergency")),
)  # fmt: skip


# One text until a number is known to be the leader's (domain.md section 4): after the first,
# only the code that proves it.
_TO_UNPROVEN = {PEER_ASSIGNED: frozenset({Channel.EMAIL})}


def register_purposes(*, offer_unreached: Callable[[Message, datetime], None]) -> None:
    """Make them known. `offer_unreached` is what follows when no way leads to an advisor."""
    unreached = {
        OFFER_MADE: offer_unreached,
        REQUEST_RECEIVED: _nothing_follows,
        STATUS_CODE: _nothing_follows,
        IDENTITY_CODE: _nothing_follows,
    }
    for code, urgent, channels, is_relevant, context, audience, topic, title in _PURPOSES:
        register(
            Purpose(
                code=code,
                urgent=urgent,
                channels=channels,
                is_relevant=is_relevant,
                context=context,
                audience=audience,
                topic=topic,
                title=title,
                unreached=unreached.get(code),
                to_unproven=_TO_UNPROVEN.get(code),
            )
        )
