"""What people send to the program, from the moment it arrives to what the rules make of it.

Two commits. The first keeps it, as it came and once, so that whoever brought it may forget it.
The second deals with it; when that fails or never comes, a sweep does it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q

from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log as audit
from mvai.audit.adding import add_if_new
from mvai.outbox import claims
from mvai.outbox.claims import Claim
from mvai.outbox.inbound import Kind, Mail
from mvai.outbox.models import Message
from mvai.people.models import Channel, ContactPoint
from mvai.people.normal import normalize
from requests.actions import inbox, keywords
from requests.models import AssistanceRequest, Inbound, InboundReason, InboundState
from requests.rules import inbound as rules

log = logging.getLogger(__name__)

# Limits, counted in the database. More is put aside with its reason, never lost.
HOUR, MINUTE, TEN_MINUTES = timedelta(hours=1), timedelta(minutes=1), timedelta(minutes=10)
FILED_PER_SENDER = 3  # an hour
ANSWERED_PER_SENDER = 3  # an hour
ADDED_PER_SENDER = 30  # an hour, of somebody we know
WAITING_PER_SENDER = 3  # an hour, of somebody we don't
FILED_PER_MINUTE = 5  # by all whom we don't know: each rings
ANSWERED_PER_MINUTE = 20
TRIES = 5  # then it is shown to the desk, whatever it is that the rules stumble over
SAME_WORDS = 2  # in ten minutes, from different senders: the next is no coincidence

_MACHINES = {
    Kind.BOUNCE: InboundReason.BOUNCE,
    Kind.AUTOMATIC: InboundReason.AUTOMATIC,
    Kind.LIST: InboundReason.MAILING_LIST,
}


# Keeping


def receive_text(*, reference: str, sender: str, text: str, at: datetime) -> None:
    """A text message to the program's number. Kept when this returns."""
    _receive(
        Inbound(
            channel=Channel.SMS,
            reference=f"sms:{reference}",
            sender=rules.as_line(sender, 254),
            sender_normalized=_number(sender),
            text=rules.as_kept(text),
        ),
        at,
    )


def receive_voicemail(
    *, reference: str, sender: str, seconds: int | None, text: str, at: datetime
) -> None:
    """A voicemail, perhaps in words. Its words may come later, under the same reference."""
    row = Inbound(
        channel=Channel.VOICE,
        reference=f"voice:{reference}",
        sender=rules.as_line(sender, 254),
        sender_normalized=_number(sender),
        seconds=seconds,
        text=rules.as_kept(text),
    )
    if not _receive(row, at) and row.text:
        Inbound.objects.filter(reference=row.reference, text="").update(text=row.text)


def receive_mail(mail: Mail, *, at: datetime) -> None:
    """A mail to the program's address, except one of our own that came round."""
    row = Inbound(
        channel=Channel.EMAIL,
        reference=f"mail:{rules.as_line(mail.identifier, 240)}",
        sender=rules.as_line(mail.address, 254),
        sender_name=rules.as_line(mail.name, 200),
        sender_normalized=normalize(Channel.EMAIL, mail.address),
        person_id=_whom_it_answers(mail),
        subject=rules.as_line(mail.subject, 200),
        text=rules.as_kept(mail.text),
        had_attachments=mail.had_attachments,
    )
    reason = _MACHINES.get(mail.kind)
    if reason is None and mail.address in _own_addresses():
        reason = InboundReason.OURSELVES
    if reason is not None:
        row.state, row.reason = InboundState.PUT_ASIDE, reason
        row.dealt_at = row.settled_at = at
    _receive(row, at)


def _receive(row: Inbound, at: datetime) -> bool:
    """Keep it, then deal with it; False when it had come before."""
    row.received_at = at
    if not add_if_new([row]):
        return False
    if row.dealt_at is None:
        try:
            deal_with(Inbound.objects.filter(pk=row.pk), at)
        except DatabaseError as error:
            log.warning("what came in waits for the sweep: %s", type(error).__name__)
    return True


# Dealing


def deal_due(now: datetime) -> int:
    """Deal with what was kept and not dealt with: its process died, or many came at once."""
    return deal_with(Inbound.objects.all(), now)


def deal_with(rows: Any, now: datetime) -> int:
    return claims.deal_with(rows.new(), partial(_deal, now=now), now=now)


def _deal(claim: Claim, *, now: datetime) -> bool:
    inbox.one_at_a_time()
    row = claim.of(Inbound.objects.new()).select_for_update().first()
    if row is None:
        return False
    row.dealt_at = now
    if claim.generation > TRIES:
        return _wait(row, InboundReason.UNREADABLE, now)
    if row.channel == Channel.SMS and row.sender_normalized in _own_numbers():
        return _end(row, InboundState.PUT_ASIDE, InboundReason.OURSELVES, now)
    if row.channel == Channel.SMS and (keyword := rules.keyword_of(row.text)):
        return _obey(row, keyword, now)
    people = _people(row)
    if found := _open_request_of(people):
        return _add(row, found, now)
    if known := _works_with_us(row, people):
        return _leave_to_desk(row, known, now)
    return _from_a_stranger(row, now)


def _from_a_stranger(row: Inbound, now: datetime) -> bool:
    if row.channel == Channel.SMS and rules.is_short_code(row.sender):
        return _end(row, InboundState.PUT_ASIDE, InboundReason.AUTOMATIC, now)
    if reason := _why_not_by_itself(row):
        return _wait(row, reason, now)
    lately = _of_sender(row, now)
    if lately.filter(state=InboundState.BECAME_REQUEST).count() >= FILED_PER_SENDER:
        return _end(row, InboundState.PUT_ASIDE, InboundReason.SENDER_TOO_OFTEN, now)
    if _says_the_same(row, now):
        return _wait(row, InboundReason.SAME_TEXT, now)
    filed = Inbound.objects.filter(
        dealt_at__gt=now - MINUTE, state=InboundState.BECAME_REQUEST, settled_by=None
    )
    if filed.count() >= FILED_PER_MINUTE:
        return _wait(row, InboundReason.TOO_MANY, now)
    made = inbox.file(row, at=now)
    return _end(row, InboundState.BECAME_REQUEST, "", now, assistance_request=made)


def _why_not_by_itself(row: Inbound) -> InboundReason | None:
    """What a person has to look at before it is a request."""
    if not row.sender_normalized or row.sender_normalized in _own_numbers():
        return InboundReason.NO_SENDER  # a call passed on from our own number hides the caller's
    if row.is_voicemail:
        is_empty = not row.text and row.seconds is not None and row.seconds <= rules.SILENCE
    else:
        is_empty = not row.text and not row.subject
    if is_empty:
        return InboundReason.EMPTY
    return InboundReason.UNREADABLE if rules.is_garbled(row.subject + row.text) else None


def _says_the_same(row: Inbound, now: datetime) -> bool:
    """Whether others wrote these words a moment ago: an advertisement, or a joke passed on."""
    own = rules.fingerprint(row.text)
    if not own:
        return False
    others = (
        Inbound.objects.filter(
            dealt_at__gt=now - TEN_MINUTES,
            channel=row.channel,
            state=InboundState.BECAME_REQUEST,
        )
        .exclude(sender_normalized=row.sender_normalized)
        .values_list("sender_normalized", "text")
    )
    same = {sender for sender, text in others if rules.fingerprint(text) == own}
    return len(same) >= SAME_WORDS


def _obey(row: Inbound, keyword: rules.Keyword, now: datetime) -> bool:
    if not row.sender_normalized:
        return _wait(row, InboundReason.NO_SENDER, now)
    answered = Inbound.objects.filter(state=InboundState.ANSWERED, settled_by=None)
    may_answer = (
        _of_sender(row, now).filter(state=InboundState.ANSWERED).count() < ANSWERED_PER_SENDER
        and answered.filter(dealt_at__gt=now - MINUTE).count() < ANSWERED_PER_MINUTE
    )
    keywords.obey(row, keyword, may_answer=may_answer, at=now)
    if not may_answer:
        return _end(row, InboundState.PUT_ASIDE, InboundReason.SENDER_TOO_OFTEN, now)
    return _end(row, InboundState.ANSWERED, InboundReason(keyword), now)


def _add(row: Inbound, found: AssistanceRequest, now: datetime) -> bool:
    if _of_sender(row, now).filter(state=InboundState.ADDED).count() >= ADDED_PER_SENDER:
        return _end(row, InboundState.PUT_ASIDE, InboundReason.SENDER_TOO_OFTEN, now)
    locked = AssistanceRequest.objects.locked(found.pk)
    if not locked.is_open:
        return False  # closed a moment ago: it is looked at anew
    inbox.tell_owner(locked, row, at=now)
    return _end(row, InboundState.ADDED, "", now, assistance_request=locked)


def _leave_to_desk(row: Inbound, reason: InboundReason, now: datetime) -> bool:
    waiting = _of_sender(row, now).filter(state=InboundState.WAITING)
    if waiting.count() >= ADDED_PER_SENDER:
        return _end(row, InboundState.PUT_ASIDE, InboundReason.SENDER_TOO_OFTEN, now)
    if reason == InboundReason.FROM_ADVISOR and not waiting.filter(reason=reason).exists():
        inbox.tell_desk(row, at=now)
    return _end(row, InboundState.WAITING, reason, now)


def _wait(row: Inbound, reason: InboundReason, now: datetime) -> bool:
    """For the desk, which is rung for; the fourth of one stranger in an hour is put aside."""
    waiting = _of_sender(row, now).filter(state=InboundState.WAITING)
    if row.sender_normalized and waiting.count() >= WAITING_PER_SENDER:
        return _end(row, InboundState.PUT_ASIDE, InboundReason.SENDER_TOO_OFTEN, now)
    inbox.ring(row, at=now)
    return _end(row, InboundState.WAITING, reason, now)


def _end(
    row: Inbound,
    state: InboundState,
    reason: InboundReason | str,
    now: datetime,
    *,
    assistance_request: AssistanceRequest | None = None,
) -> bool:
    row.state, row.reason, row.assistance_request = state, reason, assistance_request
    row.settled_at = None if state == InboundState.WAITING else now
    row.lease_until = None
    row.save(
        update_fields=[
            *("state", "reason", "assistance_request", "settled_at", "dealt_at", "person"),
            "lease_until",
        ]
    )
    label = assistance_request.reference if assistance_request else ""
    audit.record(
        verb=f"inbound.{state}", target=row, at=now, label=label, channel=row.channel, why=reason
    )
    return True


# Who it is from


def _people(row: Inbound) -> list[int]:
    """Everyone whom the number or the address belongs to; first, whom a mail answers for."""
    found: list[int] = [row.person_id] if row.person_id else []
    if row.sender_normalized:
        channels = [Channel.EMAIL] if row.channel == Channel.EMAIL else [Channel.SMS, Channel.VOICE]
        points = ContactPoint.objects.filter(channel__in=channels, normalized=row.sender_normalized)
        found += points.order_by("pk").values_list("person_id", flat=True)
    if row.channel == Channel.EMAIL and row.sender_normalized:
        accounts = User.objects.filter(email__iexact=row.sender_normalized)
        found += accounts.values_list("person_id", flat=True)
    if found and row.person_id is None and len(set(found)) == 1:
        row.person_id = found[0]
    return list(dict.fromkeys(found))


def _open_request_of(people: Iterable[int]) -> AssistanceRequest | None:
    """The newest that one of them leads, or may speak for."""
    mine = Q(leader__in=people) | Q(delegates__person__in=people, delegates__removed_at=None)
    return (
        AssistanceRequest.objects.open()
        .filter(mine)
        .order_by("-submitted_at", "-pk")
        .only("pk")
        .first()
        if people
        else None
    )


def _works_with_us(row: Inbound, people: list[int]) -> InboundReason | None:
    accounts = User.objects.active().filter(person__in=people)
    if any(set(user.roles) - {Role.REQUESTER, Role.ADVISOR} for user in accounts):
        return InboundReason.FROM_STAFF
    advisor = Advisor.objects.active().filter(person__in=people).values("person").first()
    if advisor is None:
        return None
    row.person_id = advisor["person"]
    return InboundReason.FROM_ADVISOR


def _of_sender(row: Inbound, now: datetime) -> Any:
    """What the same sender sent within the hour, as far as it was dealt with."""
    return Inbound.objects.filter(
        channel=row.channel,
        sender_normalized=row.sender_normalized,
        dealt_at__gt=now - HOUR,
    ).exclude(pk=row.pk)


def _whom_it_answers(mail: Mail) -> int | None:
    if mail.answers is None:
        return None
    answered = Message.objects.filter(reference=mail.answers)
    return answered.values_list("person_id", flat=True).first()


def _number(sender: str) -> str:
    return "" if rules.is_withheld(sender) else normalize(Channel.SMS, sender)


def _own_numbers() -> set[str]:
    ours = (settings.SMS_FROM, settings.PROGRAM_NUMBER, settings.CALLS_COME_FROM)
    return {number for one in ours if one and (number := normalize(Channel.SMS, one))}


def _own_addresses() -> set[str]:
    ours = (settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL, settings.INBOX_ADDRESS)
    return {parseaddr(one)[1].lower() for one in ours if one}


__all__ = ["deal_due", "receive_mail", "receive_text", "receive_voicemail"]
