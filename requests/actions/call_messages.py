"""What is said about calls: the desk's to the leader, and the talks of leader and advisor.

No incident and no agency; no name but that of whoever calls from the desk.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from mvai.web.numbers import number_words
from mvai.web.times import clock_words, when_words
from requests.actions.messages import SMS_AND_EMAIL, status_url
from requests.models import AgreedTime, CallLog, CallPromise, CallStart
from requests.rules.promises import AWAITS_CALL
from requests.states import AgreedState

CALLING_NOW = "calling_now"
CALL_LATE = "call_late"
TALK_SET, TALK_OFF, TALK_SOON = "talk_set", "talk_off", "talk_soon"
TALK_PROPOSED = "talk_proposed"
LEADER, ADVISOR = "leader", "advisor"

OF_USE_FOR = timedelta(minutes=3)  # later the phone has rung
NAME_LENGTH = 30


def talk(what: str, audience: str) -> str:
    """The purpose by which a leader or an advisor is told about a talk of theirs."""
    return f"{what}_{audience}"


def occurrence_of(agreed: AgreedTime, part: str = "") -> str:
    """One for each version of an agreed time: moved, it is told and reminded of anew."""
    return f"{agreed.sequence}-{part}" if part else f"{agreed.sequence}"


def _nothing_follows(message: Message, at: datetime) -> None:
    """The desk calls in any case, or the page says it."""


def _while_dialing(message: Message, now: datetime) -> str:
    start = (
        CallStart.objects.select_related("assistance_request").filter(pk=message.subject_id).first()
    )
    if start is None:
        return NotSent.SUBJECT_GONE
    if not start.assistance_request.is_open:
        return NotSent.REQUEST_NOT_OPEN
    is_called = CallLog.objects.filter(
        assistance_request=start.assistance_request_id, at__gte=start.at
    )
    if is_called.exists():
        return NotSent.ALREADY_DONE
    return "" if now - start.at < OF_USE_FOR else NotSent.TOO_LATE


def _about_dialing(message: Message) -> Mapping[str, Any]:
    start = CallStart.objects.select_related("assistance_request").get(pk=message.subject_id)
    number = settings.CALLS_COME_FROM
    return {
        "reference": start.assistance_request.reference,
        "number": number_words(number) if number else "",
    }


def _while_late(message: Message, now: datetime) -> str:
    promise = (
        CallPromise.objects.select_related("assistance_request")
        .filter(pk=message.subject_id)
        .first()
    )
    if promise is None:
        return NotSent.SUBJECT_GONE
    request = promise.assistance_request
    if not request.is_open:
        return NotSent.REQUEST_NOT_OPEN
    since = {"assistance_request": request, "at__gte": promise.made_at}
    called = CallLog.objects.filter(**since).exists() or CallStart.objects.filter(**since).exists()
    return NotSent.ALREADY_DONE if called or request.state not in AWAITS_CALL else ""


def _about_late(message: Message) -> Mapping[str, Any]:
    promise = CallPromise.objects.select_related("assistance_request__promised_by__person").get(
        pk=message.subject_id
    )
    request = promise.assistance_request
    now, zone = message.created_at, request.time_zone
    due = request.promised_call_by
    return {
        "reference": request.reference,
        "url": status_url(request),
        "missed": _short(promise.due_at, now, zone),
        "when": _short(due, now, zone) if due else "",
        "caller": _shown(request.promised_by.display_name) if request.promised_by else "",
    }


def _short(value: datetime, now: datetime, zone: str) -> str:
    """The hour alone within the day, so that the text stays one."""
    words = when_words(value, now, zone)
    today = _("today")
    return clock_words(value, zone) if words.startswith(f"{today} ") else words


def _shown(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name.split()[0][:NAME_LENGTH]


def _agreed(message: Message) -> AgreedTime | None:
    return (
        AgreedTime.objects.select_related("assistance_request", "engagement__advisor__person")
        .filter(pk=message.subject_id)
        .first()
    )


def _is_for_leader(message: Message, agreed: AgreedTime) -> bool:
    return message.person_id == agreed.assistance_request.leader_id


def _while_agreed(message: Message, now: datetime) -> str:
    agreed = _agreed(message)
    if agreed is None:
        return NotSent.SUBJECT_GONE
    if not agreed.assistance_request.is_open:
        return NotSent.REQUEST_NOT_OPEN
    if not agreed.is_agreed:
        return NotSent.NO_LONGER_NEEDED
    if message.first_occurrence.partition("-")[0] != occurrence_of(agreed):
        return NotSent.REPLACED
    return "" if now < agreed.starts_at else NotSent.TOO_LATE


def _while_called_off(message: Message, now: datetime) -> str:
    agreed = _agreed(message)
    if agreed is None:
        return NotSent.SUBJECT_GONE
    if agreed.state != AgreedState.CALLED_OFF:
        return NotSent.NO_LONGER_NEEDED
    if _is_for_leader(message, agreed) and not agreed.assistance_request.is_open:
        return NotSent.REQUEST_NOT_OPEN
    return "" if now < agreed.ends_at else NotSent.TOO_LATE


def _while_proposed(message: Message, now: datetime) -> str:
    proposed = _agreed(message)
    if proposed is None:
        return NotSent.SUBJECT_GONE
    if not proposed.assistance_request.is_open:
        return NotSent.REQUEST_NOT_OPEN
    open_ones = AgreedTime.objects.proposed(now).filter(engagement=proposed.engagement_id)
    return "" if open_ones.exists() else NotSent.ALREADY_DONE


def _about_talk(message: Message) -> Mapping[str, Any]:
    agreed = _agreed(message)
    assert agreed is not None
    request = agreed.assistance_request
    if _is_for_leader(message, agreed):
        url, zone = status_url(request), request.time_zone
    else:
        url = links.absolute(reverse("requests:engagement", args=[agreed.engagement_id]))
        zone = agreed.engagement.advisor.person.time_zone
    return {
        "reference": request.reference,
        "url": url,
        "when": when_words(agreed.starts_at, message.created_at, zone),
    }


def register_purposes() -> None:
    """Make them known: the leader's about calls, and both sides' about talks."""
    register(
        Purpose(
            code=CALLING_NOW,
            urgent=True,
            channels=(Channel.SMS,),
            is_relevant=_while_dialing,
            context=_about_dialing,
            audience="requester",
            topic=Topic.UPDATES,
            title=gettext_lazy("The desk calls now"),
            unreached=_nothing_follows,
        )
    )
    register(
        Purpose(
            code=CALL_LATE,
            urgent=True,
            channels=SMS_AND_EMAIL,
            is_relevant=_while_late,
            context=_about_late,
            audience="requester",
            topic=Topic.UPDATES,
            title=gettext_lazy("We did not call as promised"),
            unreached=_nothing_follows,
        )
    )
    _register_talks()


def _register_talks() -> None:
    told = (
        (TALK_SET, _while_agreed, gettext_lazy("When leader and advisor talk")),
        (TALK_OFF, _while_called_off, gettext_lazy("A talk is called off")),
        (TALK_SOON, _while_agreed, gettext_lazy("Reminder of a talk")),
    )
    sides: tuple[tuple[Literal["requester", "advisor"], str, Topic], ...] = (
        ("requester", LEADER, Topic.UPDATES),
        ("advisor", ADVISOR, Topic.OFFERS),
    )
    for what, is_relevant, title in told:
        for audience, side, topic in sides:
            register(
                Purpose(
                    code=talk(what, side),
                    urgent=False,
                    # They agreed to that hour, so a reminder of it doesn't wait for the morning.
                    at_night=what == TALK_SOON,
                    channels=SMS_AND_EMAIL,
                    is_relevant=is_relevant,
                    context=_about_talk,
                    audience=audience,
                    topic=topic,
                    title=title,
                    to_unproven=frozenset({Channel.EMAIL}) if side == LEADER else None,
                )
            )
    register(
        Purpose(
            code=TALK_PROPOSED,
            urgent=False,
            channels=SMS_AND_EMAIL,
            is_relevant=_while_proposed,
            context=_about_talk,
            audience="requester",
            topic=Topic.UPDATES,
            title=gettext_lazy("Times are proposed for a talk"),
            to_unproven=frozenset({Channel.EMAIL}),
        )
    )
