"""People who may help one day: they offer it or are named, confirm it, and are talked with.

What the public hears is the same for every address, known or not.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors import rules
from advisors.actions.profile import create_advisor, make_account
from advisors.models import Advisor, Confirmation, Prospect, ProspectNote, ProspectState
from advisors.models.profile import Level
from advisors.rules.prospects import CONFIRM_WITHIN, LETTERS_A_DAY, MAY_BE_INVITED, MOVES
from mvai.accounts.lockout.counting import hashed, one_at_a_time
from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.actions import add_contact_point, prove
from mvai.people.models import Channel, Person
from mvai.people.normal import normalize
from mvai.web.refusals import Refused
from mvai.web.times import day_words, zone_of

PROSPECT_CONFIRM = "prospect_confirm"
A_DAY = timedelta(days=1)

FACTS = (
    "full_name",
    "title_line",
    "discipline_id",
    "agency_text",
    "email",
    "how_to_reach",
    "experience",
    "needs",
    "relation",
)


class ProspectRefused(Refused):
    """It can't be done as asked."""


@transaction.atomic
def put_forward(
    *,
    facts: Mapping[str, Any],
    sender_name: str,
    sender_address: str,
    is_nomination: bool = False,
    language: str = "",
    at: datetime,
) -> Prospect | None:
    """Keep what was sent, and ask its sender by e-mail whether it was them.

    `facts` are those of FACTS. Sent again within a day before it was confirmed, it replaces what
    was sent first. None where that address has had its letters of the day: the answer on the page
    is the same, and nothing is kept. A nominee hears nothing. The letter is in `language`.
    """
    address = normalize(Channel.EMAIL, sender_address)
    if not address:
        raise ProspectRefused(_("This isn’t an e-mail address."))
    one_at_a_time(hashed("prospect", address))
    lately = Confirmation.objects.filter(address=address, asked_at__gt=at - A_DAY)
    given = {name: facts[name] for name in FACTS if name in facts}
    same = (
        Prospect.objects.filter(
            state=ProspectState.NEW,
            confirmation__in=lately,
            is_nomination=is_nomination,
            full_name__iexact=given["full_name"],
        )
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if same is not None:
        for name, value in given.items():
            setattr(same, name, value)
        same.save()
        return same
    if lately.count() >= LETTERS_A_DAY:
        return None
    sender = Person.objects.create(
        full_name=sender_name, language=language or settings.LANGUAGE_CODE
    )
    point = add_contact_point(person=sender, channel=Channel.EMAIL, value=sender_address, at=at)
    prospect = Prospect.objects.create(
        **given, sent_by=sender, is_nomination=is_nomination, submitted_at=at, state_at=at
    )
    confirmation = Confirmation.objects.create(
        prospect=prospect, address=address, asked_at=at, expires_at=at + CONFIRM_WITHIN
    )
    log.record(
        verb="prospect.put_forward", target=prospect, by=None, at=at, is_nomination=is_nomination
    )
    outbox.enqueue(
        purpose=PROSPECT_CONFIRM, subject=confirmation, people=[sender], points=[point], at=at
    )
    return prospect


def confirmation_by(token: str, *, now: datetime) -> Confirmation | None:
    """What a link asks about; None when it is no good, was used, or its time is over."""
    link = links.read(PROSPECT_CONFIRM, token, now=now)
    if link is None or len(link.ids) != 1:
        return None
    rows = Confirmation.objects.select_related("prospect__discipline", "prospect__sent_by")
    found = rows.filter(pk=link.ids[0]).first()
    return found if found is not None and found.is_open(now) else None


@transaction.atomic
def confirm(*, confirmation: Confirmation, at: datetime) -> Prospect:
    """It was them. The link is used up, and the address is shown to be theirs."""
    prospect = Prospect.objects.locked(confirmation.prospect_id)
    row = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    if not row.is_open(at):
        raise ProspectRefused(_("This link has been used, or its time is over."))
    row.used_at = at
    row.save(update_fields=["used_at"])
    prospect.state, prospect.state_at = ProspectState.CONFIRMED, at
    prospect.confirmed_at = at
    prospect.save(update_fields=["state", "state_at", "confirmed_at"])
    for point in prospect.sent_by.contact_points.filter(normalized=row.address):
        prove(contact_point=point, at=at)
    log.record(verb="prospect.confirmed", target=prospect, by=None, at=at)
    return prospect


@transaction.atomic
def move(*, prospect: Prospect, to: str, by: User, at: datetime) -> Prospect:
    """Say how far the conversation is. Raises ProspectRefused."""
    _refuse_unless_editor(by)
    row = Prospect.objects.locked(prospect.pk)
    if to == row.state:
        return row
    if to not in MOVES[row.state]:
        raise ProspectRefused(_("It can’t go there from where it is."), "state")
    before, row.state, row.state_at = row.state, to, at
    row.save(update_fields=["state", "state_at"])
    log.record(verb="prospect.moved", target=row, by=by, at=at, before=before, state=to)
    return row


@transaction.atomic
def add_note(*, prospect: Prospect, text: str, by: User, at: datetime) -> ProspectNote:
    _refuse_unless_editor(by)
    row = Prospect.objects.locked(prospect.pk)
    made = ProspectNote.objects.create(prospect=row, by=by, at=at, text=text)
    log.record(verb="prospect.noted", target=row, by=by, at=at)
    return made


@transaction.atomic
def invite(*, prospect: Prospect, email: str, by: User, at: datetime) -> Advisor:
    """Make an advisor's record of what is known, with an account and its invitation.

    Vetting and the agreement are still to come; until then nobody asks. Raises Refused.
    """
    _refuse_unless_editor(by)
    row = Prospect.objects.locked(prospect.pk)
    if row.state not in MAY_BE_INVITED:
        raise ProspectRefused(_("They can’t be invited from where this stands."), "email")
    advisor = create_advisor(
        person=None if row.is_nomination else row.sent_by,
        profile={
            "full_name": row.full_name,
            "title_line": row.title_line,
            "former_agency": row.agency_text,
            "disciplines": [row.discipline_id] if row.discipline_id else [],
            "email": email,
        },
        expertise=dict.fromkeys(row.needs, Level.SOME.value),
        by=by,
        at=at,
    )
    make_account(advisor=advisor, email=email, by=by, at=at)
    row.state, row.state_at, row.advisor = ProspectState.INVITED, at, advisor
    row.save(update_fields=["state", "state_at", "advisor"])
    log.record(verb="prospect.invited", target=row, by=by, at=at, advisor=advisor.pk)
    return advisor


def register_purposes() -> None:
    register(
        Purpose(
            code=PROSPECT_CONFIRM,
            urgent=False,
            channels=(Channel.EMAIL,),
            is_relevant=_while_it_waits,
            context=_the_link,
            audience="requester",
            topic=Topic.UPDATES,
            title=gettext_lazy("Was it you who offered to help?"),
        )
    )


def _refuse_unless_editor(by: User) -> None:
    if not rules.may_edit(by):
        raise PermissionDenied


def _while_it_waits(message: Message, now: datetime) -> str:
    found = Confirmation.objects.filter(pk=message.subject_id).first()
    if found is None:
        return NotSent.SUBJECT_GONE
    if found.used_at is not None:
        return NotSent.ALREADY_DONE
    return "" if found.is_open(now) else NotSent.TOO_LATE


def _the_link(message: Message) -> Mapping[str, Any]:
    found = Confirmation.objects.get(pk=message.subject_id)
    token = links.make(PROSPECT_CONFIRM, found.pk, lasts=CONFIRM_WITHIN, now=found.asked_at)
    place = zone_of("")
    until = found.expires_at.astimezone(place).date()
    return {
        "url": links.absolute(reverse("advisors:could_help_confirm", args=[token])),
        "when": day_words(until, message.created_at.astimezone(place).date()),
    }
