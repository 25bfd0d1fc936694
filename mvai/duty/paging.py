"""Whom an alarm pages, with which message, and what they hear when somebody has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.duty.models import Alarm, AlarmState, AlarmStep, Audience, Shift, StepOutcome
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import AGAIN, ArchivedMessage, Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import MessageState, NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import WITH_CONTACT_POINT, Channel, Person
from mvai.web.prepared import Given, Prepared, given_time

PAGE = "alarm_page"
TAKEN = "alarm_taken"

# Nobody is paged twice for the same ringing within this long (product.md, R4).
NOT_TWICE_WITHIN = timedelta(seconds=60)

LINK_LASTS = timedelta(hours=12)
CALLED_AFTER = timedelta(minutes=2)

_ON_DUTY = Prepared(
    lambda: Person.objects.filter(
        user__in=Shift.objects.on_duty(given_time("at"), Given("role"))
        .exclude(user=Given("gave_it_back"))
        .values("user")
    ).order_by("pk")
)

# Asked of each page just before it leaves.
_ALARM = Prepared(lambda: Alarm.objects.filter(pk=Given("pk")))
_OF_THE_STAFF = Prepared(
    lambda: User.objects.staff().filter(person_id=Given("person")).values("pk")
)
_USER = Prepared(lambda: User.objects.filter(person_id=Given("person")).values("pk"))

_HOPELESS = frozenset({MessageState.FAILED, MessageState.CANCELED, MessageState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a step was meant for, who is being paged, and whether anybody at all hears of it."""

    meant: frozenset[int]
    paged: frozenset[int]
    anybody: bool


def page(*, alarm: Alarm, step: AlarmStep, at: datetime) -> Reached:
    """Promise a page to everyone this step is for who wasn't paged a moment ago.

    By several channels to one person it is one page: at once and, where nobody has it by then,
    by a call.
    """
    people = _audience(alarm, step.audience, at)
    meant = frozenset(person.pk for person in people)
    # Before the first step of a ringing, nobody was paged for it.
    just_paged = _just_paged(alarm, meant, at) if step.number > 1 else frozenset()
    to_page = [person for person in people if person.pk not in just_paged]
    messages = (
        outbox.enqueue(
            purpose=PAGE,
            subject=alarm,
            people=to_page,
            channels=step.channels,
            at=at,
            label=alarm.label,
            occurrence=f"{alarm.generation}.{step.number}",
        )
        if to_page
        else []
    )
    paged = frozenset(
        message.person_id
        for message in messages
        if message.person_id is not None
        and message.channel in WITH_CONTACT_POINT
        and message.state not in _HOPELESS
    )
    return Reached(meant=meant, paged=paged, anybody=bool(paged or just_paged))


def stop(*, alarm: Alarm, at: datetime, has_it: User | None) -> None:
    """Take back the pages still waiting, and tell those who got one that they can rest."""
    reason = NotSent.ALREADY_TAKEN if has_it else NotSent.NO_LONGER_NEEDED
    outbox.cancel(subject=alarm, purposes=[PAGE], at=at, reason=reason)
    # What could not be taken back has arrived, may have, or is just being claimed by somebody who
    # found the alarm ringing.
    heard: dict[int | None, set[str]] = {}
    for person_id, channel in _heard(alarm).values_list("person_id", "channel"):
        heard.setdefault(person_id, set()).add(channel)
    rooms_heard = heard.pop(None, None) is not None
    if has_it is not None:
        heard.pop(has_it.person_id, None)
    if not (heard or rooms_heard):
        return
    people = Person.objects.in_bulk(pk for pk in heard if pk is not None)
    # Who has seen no more than a notice needs no more than a notice.
    only_notice = [person for pk, person in people.items() if heard[pk] == {Channel.PORTAL}]
    others = [person for person in people.values() if person not in only_notice]
    for told, channels in ((others, ()), (only_notice, (Channel.PORTAL,))):
        if told or (rooms_heard and not channels):
            outbox.enqueue(
                purpose=TAKEN,
                subject=alarm,
                people=told,
                channels=channels,
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


def messages_of(alarms: list[Alarm]) -> dict[int, list[Message]]:
    """Every page of each alarm and every "somebody has it": to whom, how, when, and why not."""
    pages: dict[int, list[Message]] = {alarm.pk: [] for alarm in alarms}
    told = {
        "subject_type": Alarm._meta.label_lower,
        "subject_id__in": list(pages),
        "purpose__in": [PAGE, TAKEN],
    }
    recent = Message.objects.filter(**told).select_related("person", "room", "again_of")
    messages = [*ArchivedMessage.objects.filter(**told).as_they_were(), *recent]
    found = {message.pk: message for message in messages}
    for message in sorted(messages, key=lambda one: (one.created_at, one.pk)):
        if message.is_archived and message.again_of_id is not None:
            message.again_of = found[message.again_of_id]  # by key it is perhaps there no more
        pages[message.subject_id].append(message)
    return pages


def step_of(message: Message) -> tuple[int, int]:
    """The ringing and the step a page belongs to; one sent again belongs where its original did.

    What tells of a whole ringing belongs to its step 0, and what tells of none to ringing 0.
    """
    ringing, _dot, number = message.first_occurrence.partition(".")
    return (
        int(ringing) if ringing.isdecimal() else 0,
        int(number) if number.isdecimal() else 0,
    )


def unreached(message: Message, at: datetime) -> None:
    """A page has failed for good for one person. When it was the last of its step, it goes on.

    The alarm is not locked. The step's own row makes two that fail at the same moment come
    after each other, so the later one sees the earlier.
    """
    ringing, number = step_of(message)
    steps = AlarmStep.objects.filter(alarm=message.subject_id, ringing=ringing)
    step = steps.select_for_update().filter(number=number, outcome=StepOutcome.PAGED).first()
    if step is None or not _has_failed(step):
        return
    step.outcome = StepOutcome.UNREACHABLE
    step.save(update_fields=["outcome"])
    if not step.is_passed_on:
        return
    for later in steps.filter(number__gt=number).order_by("number"):
        if later.done_at is None:
            # In the database's words: what is run at this moment stays as it was.
            steps.pending().filter(pk=later.pk, due_at__gt=at).update(due_at=at)
        if later.done_at is None or later.paged:
            return


def _has_failed(step: AlarmStep) -> bool:
    pages = Message.objects.filter(
        subject_type=Alarm._meta.label_lower,
        subject_id=step.alarm_id,
        purpose=PAGE,
        channel__in=WITH_CONTACT_POINT,
    )
    occurrence = f"{step.ringing}.{step.number}"
    mine = pages.filter(Q(occurrence=occurrence) | Q(occurrence__startswith=occurrence + AGAIN))
    return not mine.exclude(state__in=_HOPELESS).exists()


def _audience(alarm: Alarm, audience: str, at: datetime) -> list[Person]:
    if audience == Audience.ALL_STAFF:
        return list(Person.objects.filter(user__in=User.objects.staff()).order_by("pk"))
    # Who gave it back is asked again only when everyone is.
    gave_it_back = alarm.given_back_by_id or 0
    return _ON_DUTY.instances(at=at, role=audience, gave_it_back=gave_it_back)


def _just_paged(alarm: Alarm, people: frozenset[int], at: datetime) -> frozenset[int]:
    return frozenset(
        _pages(alarm)
        .filter(
            person__in=people,
            channel__in=WITH_CONTACT_POINT,
            created_at__gt=at - NOT_TWICE_WITHIN,
        )
        .exclude(state__in=_HOPELESS)
        .values_list("person_id", flat=True)
    )


def _pages(alarm: Alarm):
    return Message.objects.about(alarm).filter(
        purpose=PAGE, occurrence__startswith=f"{alarm.generation}."
    )


def _heard(alarm: Alarm):
    """The pages of this ringing that somebody may have got."""
    return _pages(alarm).exclude(state__in=_HOPELESS)


def _page_is_relevant(message: Message, now: datetime) -> str:
    alarm = _alarm_of(message)
    if alarm is None:
        return NotSent.SUBJECT_GONE
    if alarm.state == AlarmState.TAKEN:
        return NotSent.ALREADY_TAKEN
    if alarm.state == AlarmState.SETTLED:
        return NotSent.NO_LONGER_NEEDED
    if alarm.generation != step_of(message)[0]:
        return NotSent.REPLACED
    return "" if message.room_id or _may_take(message, now) else NotSent.NOT_ON_DUTY


def _alarm_of(message: Message) -> Alarm | None:
    return next(iter(_ALARM.instances(pk=message.subject_id)), None)


def _may_take(message: Message, now: datetime) -> bool:
    """Works the desk. Whose shift has ended since is still asked: somebody must come."""
    return bool(_OF_THE_STAFF.rows(person=message.person_id))


def _page_context(message: Message) -> dict[str, str]:
    if message.channel == Channel.VOICE:  # nobody writes down an address that is read to them
        return {"reference": _reference(message), "url": ""}
    if message.person_id is None or message.channel == Channel.PORTAL:
        return {"reference": _reference(message), "url": links.absolute(reverse("duty:now"))}
    [user] = _USER.rows(person=message.person_id)
    token = links.make(
        PAGE,
        message.subject_id,
        user["pk"],
        generation=step_of(message)[0],
        lasts=LINK_LASTS,
        now=message.created_at,
    )
    return {
        "reference": _reference(message),
        "url": links.absolute(reverse("duty:alarm_by_link", args=[token])),
    }


def _taken_is_relevant(message: Message, now: datetime) -> str:
    alarm = _alarm_of(message)
    if alarm is None:
        return NotSent.SUBJECT_GONE
    if alarm.is_ringing:
        return NotSent.REPLACED
    if message.room_id is None:
        return ""
    heard = _heard(alarm).filter(room=message.room_id)
    return "" if heard.exists() else NotSent.NO_LONGER_NEEDED


def _taken_context(message: Message) -> dict[str, str]:
    return {"reference": _reference(message)}


def _reference(message: Message) -> str:
    return message.label or gettext("An alarm")


def register_purposes() -> None:
    register(
        Purpose(
            code=PAGE,
            urgent=True,
            channels=(Channel.SMS, Channel.EMAIL, Channel.PORTAL, Channel.VOICE),
            after={Channel.VOICE: CALLED_AFTER},
            rooms=True,
            topic=Topic.ALARMS,
            is_relevant=_page_is_relevant,
            context=_page_context,
            unreached=unreached,
            audience="staff",
            title=_("Page to the desk"),
        )
    )
    register(
        Purpose(
            code=TAKEN,
            urgent=False,
            channels=(Channel.SMS, Channel.EMAIL, Channel.PORTAL),
            rooms=True,
            at_night=True,
            topic=Topic.ALARMS,
            is_relevant=_taken_is_relevant,
            context=_taken_context,
            audience="staff",
            title=_("Somebody has it"),
        )
    )
