"""The desk's Inbox: what waits there rings once, and a person says what becomes of it."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.duty import actions as duty
from mvai.duty import kinds
from mvai.duty.models import Alarm, Shift
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.people.models import Channel, Person
from mvai.web.numbers import number_words
from mvai.web.refusals import Refused
from requests.actions import filing
from requests.actions.messages import while_request_is_open
from requests.models import AssistanceRequest, Inbound, InboundReason, InboundState

INBOX = "inbox_waiting"
LABEL = "The Inbox"
LEADER_WROTE = "leader_wrote"
ADVISOR_WROTE = "advisor_wrote"

# What waits for one of these reasons rings. Staff and advisors know how to reach the desk.
RINGS = frozenset(
    {
        InboundReason.NO_SENDER,
        InboundReason.EMPTY,
        InboundReason.UNREADABLE,
        InboundReason.SAME_TEXT,
        InboundReason.TOO_MANY,
    }
)
TOGETHER = timedelta(minutes=1)  # what comes within it is told together

_LOCK = 20_261_123  # of what comes in, among the database's advisory locks
_ATTEMPTS = uuid.UUID("5f0c1a53-38e4-4c39-9a0e-6d0c7a1f3c55")


class CannotSettle(Refused):
    """Somebody was quicker, or the request named can't take it."""


def one_at_a_time() -> None:
    """What comes in is dealt with one by one, so that counts are true. Until the commit.

    The first lock of whoever takes it: alarms and requests come after.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


# The rules' side: the caller is the only one at it, and holds the row.


def file(
    row: Inbound, *, name: str = "", number: str = "", by: User | None = None, at: datetime
) -> AssistanceRequest:
    """The request that this becomes; asked twice, the same."""
    details: dict[str, Any] = {"email": row.sender_normalized} if _is_mail(row) else {}
    return filing.file_request(
        attempt=uuid.uuid5(_ATTEMPTS, row.reference),
        call_name=name or name_of(row),
        call_number=number or row.sender,
        details=details,
        by=by,
        at=at,
    )


def name_of(row: Inbound) -> str:
    """As they gave it, else by where they called from."""
    if row.sender_name:
        return row.sender_name
    if _is_mail(row):
        return row.sender_normalized
    if not row.sender_normalized:
        return ""
    return _("Caller at %(number)s") % {"number": number_words(row.sender_normalized)}


def tell_owner(assistance_request: AssistanceRequest, row: Inbound, *, at: datetime) -> None:
    """Tell the owner that the leader wrote: at once, and what follows within a minute together.

    Without an owner the request rings anyhow.
    """
    owner = assistance_request.owner
    if owner is None or not owner.is_active:
        return
    told = Message.objects.about(assistance_request).filter(
        purpose=LEADER_WROTE, created_at__gt=at - TOGETHER
    )
    # The one that waits covers whatever else comes in its minute: it leaves after all of it.
    later = told.exists()
    outbox.enqueue(
        purpose=LEADER_WROTE,
        subject=assistance_request,
        people=[owner.person],
        at=at,
        due_at=at + TOGETHER if later else at,
        label=assistance_request.reference,
        occurrence=f"minute:{int(at.timestamp()) // 60}" if later else f"inbound:{row.pk}",
    )


def tell_desk(row: Inbound, *, at: datetime) -> None:
    """Tell whoever is on duty that an advisor wrote."""
    shifts = Shift.objects.on_duty(at).values("user")
    people = list(Person.objects.filter(user__in=shifts))
    if not people:
        people = list(Person.objects.filter(user__in=User.objects.staff().values("pk")))
    outbox.enqueue(purpose=ADVISOR_WROTE, subject=row, people=people, at=at)


def ring(row: Inbound, *, at: datetime) -> None:
    """Ring for the Inbox: one alarm, however much waits in it."""
    ringing = Alarm.objects.open().filter(kind=INBOX).first()
    subject = row if ringing is None else Inbound(pk=ringing.subject_id)
    duty.ring(kind=INBOX, subject=subject, label=LABEL, at=at)


# The desk's side


@transaction.atomic
def make_request(
    *, inbound: Inbound, call_name: str, call_number: str, by: User, at: datetime
) -> AssistanceRequest:
    """Make it a request, which rings like any other. What else the sender wrote goes with it."""
    row = _to_settle(inbound, by)
    made = file(row, name=call_name, number=call_number, by=by, at=at)
    _settle([row], InboundState.BECAME_REQUEST, by=by, at=at, assistance_request=made)
    _settle(_rest_of(row), InboundState.ADDED, by=by, at=at, assistance_request=made)
    _settle_alarm(at)
    return made


@transaction.atomic
def add_to(*, inbound: Inbound, reference: str, by: User, at: datetime) -> AssistanceRequest:
    """Add it, and what else the sender wrote, to an open request."""
    row = _to_settle(inbound, by)
    asked = reference.strip().upper().replace(" ", "")
    asked = asked if asked.startswith("MV-") else f"MV-{asked}"
    found = AssistanceRequest.objects.visible_to(by).filter(reference=asked).first()
    if found is None:
        raise CannotSettle(_("There is no request with this reference."))
    locked = AssistanceRequest.objects.locked(found.pk)
    if not locked.is_open:
        raise CannotSettle(
            _("%(reference)s is closed. Reopen it first, or make this a request of its own.")
            % {"reference": locked.reference}
        )
    rows = [row, *_rest_of(row)]
    _settle(rows, InboundState.ADDED, by=by, at=at, assistance_request=locked)
    if locked.owner_id != by.pk:
        tell_owner(locked, row, at=at)
    _settle_alarm(at)
    return locked


@transaction.atomic
def nothing_to_do(*, inbound: Inbound, by: User, at: datetime) -> Inbound:
    """It was read, and asks for nothing."""
    row = _to_settle(inbound, by)
    _settle([row], InboundState.SEEN, by=by, at=at)
    _settle_alarm(at)
    return row


def _to_settle(inbound: Inbound, by: User) -> Inbound:
    if not by.may(Permission.REQUEST_WORK):
        raise PermissionDenied
    one_at_a_time()
    row = Inbound.objects.select_for_update().get(pk=inbound.pk)
    if not row.may_be_settled:
        raise CannotSettle(_("This was settled in the meantime."))
    return row


def _rest_of(row: Inbound) -> list[Inbound]:
    """What else waits from the same sender, or was put aside because there was much of it."""
    if not row.sender_normalized:
        return []
    from_same = Inbound.objects.filter(
        channel=row.channel, sender_normalized=row.sender_normalized, dealt_at__isnull=False
    ).exclude(pk=row.pk)
    rest = from_same.filter(state=InboundState.WAITING) | from_same.filter(
        state=InboundState.PUT_ASIDE, reason=InboundReason.SENDER_TOO_OFTEN
    )
    return list(rest.select_for_update().order_by("pk"))


def _settle(
    rows: Iterable[Inbound],
    state: InboundState,
    *,
    by: User,
    at: datetime,
    assistance_request: AssistanceRequest | None = None,
) -> None:
    for row in rows:
        row.state, row.settled_by, row.settled_at = state, by, at
        row.assistance_request = assistance_request
        row.save(update_fields=["state", "settled_by", "settled_at", "assistance_request"])
        label = assistance_request.reference if assistance_request else ""
        log.record(verb=f"inbound.{state}", target=row, by=by, at=at, label=label)


def _settle_alarm(at: datetime) -> None:
    """Stop ringing once nothing waits that rings."""
    if Inbound.objects.waiting().filter(reason__in=sorted(RINGS)).exists():
        return
    for alarm in Alarm.objects.open().filter(kind=INBOX):
        duty.settle(kind=INBOX, subject=Inbound(pk=alarm.subject_id), at=at)


def _is_mail(row: Inbound) -> bool:
    return row.channel == Channel.EMAIL


# What duty and the outbox ask about it


def _path(subject_id: int) -> str:
    return reverse("requests:inbox")


def _look_through(subject_id: int, by: User, at: datetime) -> None:
    """Taking it is enough: it is settled when nothing waits any more."""


def register_kinds() -> None:
    kinds.register(
        kinds.AlarmKind(
            code=INBOX, title=gettext_lazy("Something waits in the Inbox"), path=_path,
            take=_look_through,
        )
    )  # fmt: skip


def _about_request(message: Message) -> dict[str, str]:
    found = AssistanceRequest.objects.get(pk=message.subject_id)
    return {"reference": found.reference, "url": links.absolute(found.get_absolute_url())}


def _while_waiting(message: Message, now: datetime) -> str:
    found = Inbound.objects.filter(pk=message.subject_id).first()
    if found is None:
        return NotSent.SUBJECT_GONE
    return "" if found.state == InboundState.WAITING else NotSent.ALREADY_DONE


def _about_inbound(message: Message) -> dict[str, str]:
    return {"url": links.absolute(reverse("requests:inbound", args=[message.subject_id]))}


def register_purposes() -> None:
    register(
        Purpose(
            code=LEADER_WROTE,
            urgent=True,
            channels=(Channel.SMS, Channel.EMAIL),
            is_relevant=while_request_is_open,
            context=_about_request,
            audience="staff",
            title=gettext_lazy("A leader wrote to us"),
        )
    )
    register(
        Purpose(
            code=ADVISOR_WROTE,
            urgent=True,
            channels=(Channel.SMS, Channel.EMAIL),
            is_relevant=_while_waiting,
            context=_about_inbound,
            audience="staff",
            title=gettext_lazy("An advisor wrote to us"),
        )
    )
