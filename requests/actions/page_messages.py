"""What people are told because of the leader's page: that there is something, never what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from requests.actions.messages import SMS_AND_EMAIL, status_url, while_request_is_open
from requests.models import AssistanceRequest, Concern, Delegate

DESK_WROTE = "desk_wrote"
DELEGATE_NAMED = "delegate_named"
DIFFERENT_ADVISOR = "different_advisor"
CONTACT_CHANGED = "contact_changed"
PLAN_CHANGED = "plan_changed"
LEADER_CHOSE = "leader_chose"
CONCERN_RAISED = "concern_raised"

_ALL = (Channel.SMS, Channel.EMAIL, Channel.PORTAL)
_LATER = (Channel.EMAIL, Channel.PORTAL)


def _request(message: Message) -> AssistanceRequest:
    return AssistanceRequest.objects.get(pk=message.subject_id)


def _page(message: Message) -> Mapping[str, Any]:
    found = _request(message)
    return {"reference": found.reference, "url": status_url(found)}


def _workspace(message: Message) -> Mapping[str, Any]:
    found = _request(message)
    return {"reference": found.reference, "url": links.absolute(found.get_absolute_url())}


def _while_there(message: Message, now: datetime) -> str:
    """An answer reaches them whether or not the request is closed by then.

    It does not once somebody else leads, or a delegate was removed.
    """
    led = AssistanceRequest.objects.filter(pk=message.subject_id, leader=message.person_id)
    stand_ins = Delegate.objects.standing_in().filter(
        assistance_request=message.subject_id, person=message.person_id
    )
    return "" if led.exists() or stand_ins.exists() else NotSent.NO_LONGER_NEEDED


def _while_standing_in(message: Message, now: datetime) -> str:
    found = Delegate.objects.select_related("assistance_request").filter(pk=message.subject_id)
    for delegate in found:
        if delegate.removed_at is not None:
            return NotSent.NO_LONGER_NEEDED
        return "" if delegate.assistance_request.is_open else NotSent.REQUEST_NOT_OPEN
    return NotSent.SUBJECT_GONE


def _page_of_delegate(message: Message) -> Mapping[str, Any]:
    delegate = Delegate.objects.select_related("assistance_request").get(pk=message.subject_id)
    found = delegate.assistance_request
    return {"reference": found.reference, "url": status_url(found)}


def _while_concern_waits(message: Message, now: datetime) -> str:
    found = Concern.objects.filter(pk=message.subject_id).first()
    if found is None:
        return NotSent.SUBJECT_GONE
    return NotSent.ALREADY_DONE if found.settled_at or found.answered_at else ""


def _concern(message: Message) -> Mapping[str, Any]:
    return {"url": links.absolute(reverse("requests:concern", args=[message.subject_id]))}


def _nothing_follows(message: Message, at: datetime) -> None:
    """It stands on the page, and the message is listed as unsent."""


def register_purposes() -> None:
    to_leader: dict[str, Any] = {
        "audience": "requester",
        "topic": Topic.UPDATES,
        "channels": SMS_AND_EMAIL,
        "unreached": _nothing_follows,
    }
    to_owner: dict[str, Any] = {
        "audience": "staff",
        "topic": Topic.WORK,
        "is_relevant": while_request_is_open,
        "context": _workspace,
    }
    for purpose in (
        Purpose(
            code=DESK_WROTE,
            urgent=True,
            is_relevant=_while_there,
            context=_page,
            title=_("The desk wrote to the leader"),
            # As long as a number is not known to be theirs, the first text is the only one.
            to_unproven=frozenset({Channel.EMAIL}),
            **to_leader,
        ),
        Purpose(
            code=DELEGATE_NAMED,
            urgent=False,
            is_relevant=_while_standing_in,
            context=_page_of_delegate,
            title=_("Named to take calls for a leader"),
            **to_leader,
        ),
        Purpose(
            code=DIFFERENT_ADVISOR,
            urgent=True,
            channels=_ALL,
            title=_("A leader asks for a different advisor"),
            **to_owner,
        ),
        Purpose(
            code=CONTACT_CHANGED,
            urgent=True,
            channels=_ALL,
            title=_("A number or a leader changed"),
            **to_owner,
        ),
        Purpose(
            code=LEADER_CHOSE,
            urgent=True,
            channels=_ALL,
            title=_("A leader chose an advisor"),
            **to_owner,
        ),
        Purpose(
            code=PLAN_CHANGED,
            urgent=False,
            channels=_LATER,
            title=_("A leader changed the follow-ups"),
            **to_owner,
        ),
        # Its title and its label say nothing: officers who look after messages see both.
        Purpose(
            code=CONCERN_RAISED,
            urgent=True,
            channels=_ALL,
            is_relevant=_while_concern_waits,
            context=_concern,
            audience="staff",
            topic=Topic.WORK,
            title=_("Something for the program manager"),
        ),
    ):
        register(purpose)
