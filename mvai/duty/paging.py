"""Whom an alarm pages, with which message, and what they hear when somebody has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.duty.models import Alarm, AlarmState, AlarmStep, Audience, Shift
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import SENT, MessageState, NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel, Person

PAGE = "alarm_page"
TAKEN = "alarm_taken"

# Nobody is paged twice for the same ringing within this long (product.md, R4).
NOT_TWICE_WITHIN = timedelta(seconds=60)

LINK_LASTS = timedelta(hours=12)

_ARRIVED = SENT | {MessageState.CLAIMED, MessageState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Reached:
    """Who is being paged, and whether anybody at all hears of it at this step."""

    paged: frozenset[int]
    anybody: bool


def page(*, alarm: Alarm, step: AlarmStep, at: datetime) -> Reached:
    """Promise a page to everyone this step is for who wasn't paged a moment ago."""
    people = _audience(alarm, step.audience, at)
    # Before the first step of a ringing, nobody was paged for it.
    just_paged = (
        set()
        if step.number == 1
        else set(
            _pages(alarm)
            .filter(person__in=people, created_at__gt=at - NOT_TWICE_WITHIN)
            .exclude(state=MessageState.CANCELED)
            .values_list("person_id", flat=True)
        )
    )
    messages = outbox.enqueue(
        purpose=PAGE,
        subject=alarm,
        people=[person for person in people if person.pk not in just_paged],
        at=at,
        label=alarm.label,
        occurrence=f"{alarm.generation}.{step.number}",
    )
    paged = frozenset(
        message.person_id
        for message in messages
        if message.person_id is not None and message.state != MessageState.CANCELED
    )
    return Reached(paged=paged, anybody=bool(paged or just_paged))


def stop(*, alarm: Alarm, at: datetime, has_it: User | None) -> None:
    """Take back the pages still waiting, and tell those who got one that they can rest."""
    reached = Person.objects.filter(
        pk__in=_pages(alarm).filter(state__in=_ARRIVED).values("person_id")
    )
    if has_it is not None:
        reached = reached.exclude(pk=has_it.person_id)
    told = list(reached)
    reason = NotSent.ALREADY_TAKEN if has_it else NotSent.NO_LONGER_NEEDED
    outbox.cancel(subject=alarm, purposes=[PAGE], at=at, reason=reason)
    outbox.enqueue(
        purpose=TAKEN,
        subject=alarm,
        people=told,
        at=at,
        label=alarm.label,
        occurrence=str(alarm.generation),
    )


def read_link(token: str, *, now: datetime) -> tuple[Alarm, User, bool] | None:
    """The alarm, the person the page went to, and whether the link is still of this ringing.

    None when the link is not ours, has ended, or its person no longer works the desk.
    """
    link = links.read(PAGE, token, now=now)
    if link is None or len(link.ids) != 2:
        return None
    alarm = Alarm.objects.filter(pk=link.ids[0]).select_related("taken_by__person").first()
    user = User.objects.staff().select_related("person").filter(pk=link.ids[1]).first()
    if alarm is None or user is None:
        return None
    return alarm, user, alarm.generation == link.generation


def history(alarms: list[Alarm]) -> dict[int, list[Message]]:
    """Every page of each alarm: to whom, how, when, and why not."""
    pages: dict[int, list[Message]] = {alarm.pk: [] for alarm in alarms}
    messages = (
        Message.objects.filter(
            subject_type=Alarm._meta.label_lower, subject_id__in=pages, purpose__in=[PAGE, TAKEN]
        )
        .select_related("person", "room")
        .order_by("created_at", "pk")
    )
    for message in messages:
        pages[message.subject_id].append(message)
    return pages


def _audience(alarm: Alarm, audience: str, at: datetime) -> list[Person]:
    if audience == Audience.ALL_STAFF:
        users = User.objects.staff().values("pk")
    else:
        shifts = Shift.objects.on_duty(at, audience)
        # Who gave it back is asked again only when everyone is.
        shifts = shifts.exclude(user=alarm.given_back_by_id) if alarm.given_back_by_id else shifts
        users = shifts.values("user")
    return list(Person.objects.filter(user__in=users).order_by("pk"))


def _pages(alarm: Alarm):
    return Message.objects.about(alarm).filter(
        purpose=PAGE, occurrence__startswith=f"{alarm.generation}."
    )


def _generation(message: Message) -> int:
    """The ringing a page belongs to; one sent again belongs to that of its original."""
    while message.again_of is not None:
        message = message.again_of
    return int(message.occurrence.split(".")[0])


def _page_is_relevant(message: Message, now: datetime) -> str:
    alarm = Alarm.objects.filter(pk=message.subject_id).first()
    if alarm is None:
        return NotSent.SUBJECT_GONE
    if alarm.state == AlarmState.TAKEN:
        return NotSent.ALREADY_TAKEN
    if alarm.state == AlarmState.SETTLED:
        return NotSent.NO_LONGER_NEEDED
    if alarm.generation != _generation(message):
        return NotSent.REPLACED
    if not User.objects.staff().filter(person_id=message.person_id).exists():
        return NotSent.NOT_ON_DUTY
    return ""


def _page_context(message: Message) -> dict[str, str]:
    user = User.objects.get(person_id=message.person_id)
    token = links.make(
        PAGE,
        message.subject_id,
        user.pk,
        generation=_generation(message),
        lasts=LINK_LASTS,
        now=message.created_at,
    )
    return {
        "reference": message.label,
        "url": links.absolute(reverse("duty:alarm_by_link", args=[token])),
    }


def _taken_is_relevant(message: Message, now: datetime) -> str:
    alarm = Alarm.objects.filter(pk=message.subject_id).first()
    if alarm is None:
        return NotSent.SUBJECT_GONE
    return NotSent.REPLACED if alarm.is_ringing else ""


def _taken_context(message: Message) -> dict[str, str]:
    return {"reference": message.label}


def register_purposes() -> None:
    register(
        Purpose(
            code=PAGE,
            urgent=True,
            channels=(Channel.SMS, Channel.EMAIL),
            is_relevant=_page_is_relevant,
            context=_page_context,
            audience="staff",
            title=_("Page to the desk"),
            topic=Topic.ALARMS,
        )
    )
    register(
        Purpose(
            code=TAKEN,
            urgent=False,
            channels=(Channel.SMS, Channel.EMAIL),
            is_relevant=_taken_is_relevant,
            context=_taken_context,
            audience="staff",
            title=_("Somebody has it"),
            topic=Topic.ALARMS,
        )
    )
