"""Trying to find out who the leader is: a try without result, and the code by agency e-mail.

The desk types an address at the domain that the agency publishes, the portal sends six digits
there, and the caller reads them back on the phone. What is confirmed then is written as by any
other way (actions.desk).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import codes
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from mvai.web.refusals import Refused
from requests.actions.desk import NOTE_LENGTH, confirmed, refuse_untaken
from requests.actions.messages import IDENTITY_CODE
from requests.actions.moves import hold
from requests.models import AssistanceRequest, IdentityCode, IdentityTry
from requests.models.identity import WRONG_TRIES
from requests.rules.domains import domain_of, is_anybodys
from requests.states import IdentityMethod, IdentityOutcome

LASTS = timedelta(minutes=10)
AT_MOST, WITHIN = 5, timedelta(hours=1)  # codes for one request, and to one address


class CodeRefused(Refused):
    """It can't be sent, or what was typed is not it. The sentence is for the desk."""


@transaction.atomic
def tried(
    *, assistance_request: AssistanceRequest, method: str, note: str = "", by: User, at: datetime
) -> IdentityTry:
    """A try by this way led to nobody. Identity stays as it was."""
    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    if method not in IdentityMethod.values:
        raise Refused(_("Choose how you tried."), "method")
    return _keep(locked, method, IdentityOutcome.NO_ANSWER, note, by=by, at=at)


@transaction.atomic
def send_code(
    *, assistance_request: AssistanceRequest, address: str, by: User, at: datetime
) -> IdentityCode:
    """Send a fresh code to an address at the agency; the one before is good no longer.

    The address agreed to nothing but this, so it does not become one of the leader's.
    """
    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    written_to = normalize(Channel.EMAIL, address)
    if not written_to:
        raise CodeRefused(_("This does not read as an e-mail address."), "address")
    if is_anybodys(written_to):
        raise CodeRefused(
            _("Anybody can have such an address. It has to be at the agency’s own domain."),
            "address",
        )
    _refuse_too_many(locked, written_to, at)
    sent_to = Person.objects.create(full_name=locked.call_name, time_zone=locked.time_zone)
    point = add_contact_point(person=sent_to, channel=Channel.EMAIL, value=written_to, at=at, by=by)
    code = IdentityCode.objects.create(
        assistance_request=locked, sent_to=sent_to, sent_by=by, made_at=at, expires_at=at + LASTS
    )
    outbox.enqueue(
        purpose=IDENTITY_CODE,
        subject=code,
        people=[sent_to],
        points=[point],
        at=at,
        label=locked.reference,
    )
    way, domain = IdentityMethod.AGENCY_EMAIL_CODE, domain_of(written_to)
    _keep(locked, way, IdentityOutcome.CODE_SENT, domain, by=by, at=at)
    return code


def enter_code(
    *, assistance_request: AssistanceRequest, code: str, by: User, at: datetime
) -> AssistanceRequest:
    """Check what the caller read out: ten minutes, once, five tries. Raises CodeRefused."""
    found = _use(assistance_request, codes.typed(code), by=by, at=at)
    if found is None:
        # Outside the transaction, so that the wrong try stays counted.
        raise CodeRefused(
            _("That is not the code, or it is no longer good. Ask them to read it again."), "code"
        )
    return found


@transaction.atomic
def _use(
    assistance_request: AssistanceRequest, digits: str, *, by: User, at: datetime
) -> AssistanceRequest | None:
    locked = hold(assistance_request, by=by)
    latest = IdentityCode.objects.filter(assistance_request=locked).first()
    if latest is None or not latest.is_usable(at):
        return None
    way = IdentityMethod.AGENCY_EMAIL_CODE
    if not constant_time_compare(latest.digits, digits):
        latest.wrong_tries += 1
        latest.save(update_fields=["wrong_tries"])
        _keep(locked, way, IdentityOutcome.WRONG_CODE, "", by=by, at=at)
        return None
    latest.used_at = at
    latest.save(update_fields=["used_at"])
    address = ContactPoint.objects.filter(person=latest.sent_to_id).values_list("value", flat=True)
    return confirmed(
        locked, method=way, note=domain_of(address[0]) if address else "", by=by, at=at
    )


def _refuse_too_many(locked: AssistanceRequest, address: str, at: datetime) -> None:
    recent = IdentityCode.objects.filter(made_at__gt=at - WITHIN)
    there = ContactPoint.objects.filter(channel=Channel.EMAIL, normalized=address)
    for sent in (
        recent.filter(assistance_request=locked),
        recent.filter(sent_to__in=there.values("person")),
    ):
        if sent.count() >= AT_MOST:
            raise CodeRefused(
                _("Many codes have gone out within the hour. Confirm it another way."), "address"
            )


def _keep(
    locked: AssistanceRequest,
    method: str,
    outcome: IdentityOutcome,
    note: str,
    *,
    by: User,
    at: datetime,
) -> IdentityTry:
    log.record(
        verb="request.identity_tried",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        method=method,
        outcome=outcome,
    )
    return IdentityTry.objects.create(
        assistance_request=locked,
        method=method,
        outcome=outcome,
        by=by,
        at=at,
        note=note.strip()[:NOTE_LENGTH],
    )


__all__ = ["LASTS", "WRONG_TRIES", "CodeRefused", "enter_code", "send_code", "tried"]
