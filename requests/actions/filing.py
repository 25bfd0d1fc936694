"""Filing a request: a name and a number are enough."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_noop

from mvai.accounts.models import User
from mvai.agencies.places import time_zone_for
from mvai.audit import log
from mvai.audit.adding import add
from mvai.duty import desk
from mvai.outbox import actions as outbox
from mvai.people.actions import CONSENT_VERSION, SPOKEN_CONSENT_VERSION
from mvai.people.models import Channel, ContactPoint, Person
from mvai.web.numbers import read_number
from requests.actions import alarms, checking, references
from requests.actions.messages import REQUEST_RECEIVED
from requests.actions.moves import make_move
from requests.models import AssistanceRequest
from requests.rules.callers import promise
from requests.states import State

TRIES = 20
CROWDED_AFTER = 3  # tries: then the reference grows by a symbol
# A page that was left open this long is not pressed twice: it asks for another call.
SAME_PRESS_WITHIN = timedelta(hours=12)

# What the leader may say beside the name and the number. Lists hold codes or rows.
PLACE = ("agency", "agency_text", "city", "state_code", "zip_code")
FACTS = (
    "filer_role",
    "filing_for",
    "setting",
    "happened_at",
    "is_ongoing",
    "is_preparedness",
    "children_harmed",
    "officers_harmed",
    "contact_mode",
    "safe_times",
    "others_may_take",
    "other_contact",
    "note",
)
LISTS = ("incident_types", "needs")
DETAILS = (*PLACE, *FACTS, *LISTS)

_LINKS: dict[str, tuple[type[models.Model], str]] = {
    "incident_types": (AssistanceRequest.incident_types.through, "incidenttype_id"),
    "needs": (AssistanceRequest.needs.through, "need_id"),
}


def file_request(
    *,
    attempt: uuid.UUID | str,
    call_name: str,
    call_number: str,
    details: Mapping[str, Any] | None = None,
    doubts: Iterable[str] = (),
    owned: bool = False,
    by: User | None = None,
    at: datetime,
) -> AssistanceRequest:
    """Keep a request, promise a call, ring the desk; asked twice with one attempt, keep one.

    One attempt is one request for SAME_PRESS_WITHIN and while that is open. After it, who
    presses the button of the old page asks anew, and must not be sent to what was settled.

    Any name and any number will do: what can't be read as a number is called as typed. `by`
    is the member of staff who typed it in for somebody on the phone. `details` may hold what
    DETAILS names, "email", "title" (the leader's rank), "language" (the page's), "time_zone"
    (the browser's) and, from the desk, "agreed_to_texts": what they said to the sentence read
    aloud. Without it the desk speaks for nobody, and no text goes; whoever types their own number
    has the wording beside it.

    `doubts` are what speaks against it (rules/doubts.py): with any, somebody is to check it
    first. With `owned` the request is had by `by` from the first moment, and rings for nobody.
    """
    attempt = uuid.UUID(str(attempt))
    for tried in range(TRIES):
        symbols = references.USUAL if tried < CROWDED_AFTER else references.CROWDED
        try:
            return _file(
                reference=references.draw(symbols),
                attempt=attempt,
                call_name=_clean(call_name, 200) or gettext_noop("Name not given"),
                call_number=_clean(call_number, 60)
                or gettext_noop("not given"),  # the desk reads it
                details=details or {},
                doubts=list(doubts),
                owned=owned,
                by=by,
                at=at,
            )
        except IntegrityError as error:
            # A second tap, perhaps in another process; or the reference was drawn before.
            same = AssistanceRequest.objects.filter(attempt=attempt).first()
            if same is not None and same.is_open and at - same.submitted_at < SAME_PRESS_WITHIN:
                return same
            if same is not None:
                # The same for every tap on the old page, so that these are one request too.
                attempt = uuid.uuid5(attempt, same.reference)
            elif "reference" not in str(error):
                raise
    raise RuntimeError("No free reference was found.")


@transaction.atomic
@log.together()
def _file(
    *,
    reference: str,
    attempt: uuid.UUID,
    call_name: str,
    call_number: str,
    details: Mapping[str, Any],
    doubts: list[str],
    owned: bool,
    by: User | None,
    at: datetime,
) -> AssistanceRequest:
    zone = _zone_of(details)
    number = _e164(call_number)
    leader = Person(
        full_name=call_name,
        title=_clean(details.get("title", ""), 60),
        language=details.get("language") or settings.LANGUAGE_CODE,
        time_zone=zone,
    )
    add([leader])
    points = _contact_points(leader, call_number, number, details, at)
    add(points)
    standing = desk.standing(at)
    promised_by, call_by = promise(standing)
    assistance_request = AssistanceRequest(
        reference=reference,
        attempt=attempt,
        leader=leader,
        call_name=call_name,
        call_number=call_number,
        call_number_e164=number,
        time_zone=zone,
        promised_by_id=promised_by,
        promised_call_by=call_by,
        submitted_at=at,
        state=State.SUBMITTED,
        check_first=bool(doubts),
        doubts=doubts,
        **_columns(details),
    )
    add([assistance_request])
    for name in LISTS:
        if chosen := details.get(name):
            _fill(assistance_request, name, chosen)
    log.record(
        verb="request.filed",
        target=assistance_request,
        by=by,
        at=at,
        label=reference,
        said=sorted(name for name in DETAILS if details.get(name)),
        doubts=doubts,
    )
    if owned:
        assistance_request = make_move(
            name="take", assistance_request=assistance_request, by=by, at=at
        )
    elif doubts:
        checking.ring(assistance_request, at, standing)
    else:
        alarms.ring(alarms.FILED, assistance_request, at, standing)
    outbox.enqueue(
        purpose=REQUEST_RECEIVED,
        subject=assistance_request,
        people=[leader],
        points=points,
        at=at,
        label=reference,
    )
    return assistance_request


@transaction.atomic
def add_details(
    *,
    assistance_request: AssistanceRequest,
    details: Mapping[str, Any],
    by: User | None = None,
    at: datetime,
) -> AssistanceRequest:
    """Add what was said after filing: any of DETAILS, "email", and "zone", their own time zone.

    The leader may correct everything until somebody has the request; from then on what is
    already known stays, and only gaps are filled.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if not locked.is_open:
        return locked
    may_correct = by is not None or locked.state == State.SUBMITTED
    changed: set[str] = set()
    for field, value in _columns(details).items():
        known = getattr(locked, field)
        if value != known and (may_correct or known in (None, "")):
            setattr(locked, field, value)
            changed.add(field)
    if changed & {"agency_id", "city", "state_code", "zip_code"}:
        locked.time_zone = _zone_of(
            {name: getattr(locked, name) for name in PLACE}
            | {"time_zone": details.get("time_zone") or locked.time_zone}
        )
        changed.add("time_zone")
    zone = details.get("zone", "")
    if may_correct and _is_zone(zone) and zone != locked.time_zone:
        locked.time_zone = zone
        changed.add("time_zone")
    if changed:
        locked.save(update_fields=sorted(changed))
    for name in LISTS:
        if name in details and (may_correct or not getattr(locked, name).exists()):
            getattr(locked, name).set(_codes(details[name] or ()))
            changed.add(name)
    if _add_email(locked, details.get("email", ""), at):
        changed.add("email")
    if changed:
        log.record(
            verb="request.details_added",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
            fields=sorted(changed),
        )
    return locked


def _add_email(locked: AssistanceRequest, email: str, at: datetime) -> bool:
    address = _clean(email, 254).lower()
    if not address:
        return False
    _point, made = ContactPoint.objects.get_or_create(
        person=locked.leader,
        channel=Channel.EMAIL,
        value=address,
        defaults={
            "normalized": address,
            "consented_at": at,
            "consent_version": CONSENT_VERSION,
        },
    )
    if made:
        # The text went when the request was filed; this promises the e-mail beside it.
        outbox.enqueue(
            purpose=REQUEST_RECEIVED,
            subject=locked,
            people=[locked.leader],
            at=at,
            label=locked.reference,
        )
    return made


def _contact_points(
    leader: Person, value: str, number: str, details: Mapping[str, Any], at: datetime
) -> list[ContactPoint]:
    said: dict[str, Any] = {"consented_at": at, "consent_version": CONSENT_VERSION}
    channels = [Channel.VOICE, Channel.SMS]
    if "agreed_to_texts" in details:
        said["consent_version"] = SPOKEN_CONSENT_VERSION
        if not details["agreed_to_texts"]:
            said, channels = {}, [Channel.VOICE]
    points = [
        ContactPoint(person=leader, channel=channel, value=value, normalized=number, **said)
        for channel in channels
    ]
    if address := _clean(details.get("email", ""), 254).lower():
        points.append(
            ContactPoint(
                person=leader, channel=Channel.EMAIL, value=address, normalized=address, **said
            )
        )
    return points


def _zone_of(details: Mapping[str, Any]) -> str:
    """The agency's zone, else the place's, else the browser's, else the desk's."""
    agency = details.get("agency")
    if agency is not None and agency.time_zone:
        return agency.time_zone
    place = time_zone_for(
        zip_code=details.get("zip_code") or "",
        state=details.get("state_code") or "",
        city=details.get("city") or "",
    )
    if place:
        return place
    said = _clean(details.get("time_zone", ""), 40)
    return said if _is_zone(said) else settings.TIME_ZONE


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _columns(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as the row keeps them: cut to length, blank instead of missing."""
    columns: dict[str, Any] = {}
    for name in (*PLACE, *FACTS):
        if name not in details:
            continue
        value, field = details[name], AssistanceRequest._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            columns[field.attname] = getattr(value, "pk", value) or None
        elif isinstance(field, models.CharField):
            text = _clean(value, field.max_length)
            if field.choices and text not in dict(field.flatchoices):
                continue
            columns[name] = text
        elif isinstance(field, models.BooleanField) and not field.null:
            columns[name] = bool(value)
        else:
            columns[name] = value
    return columns


def _fill(assistance_request: AssistanceRequest, name: str, chosen: Iterable[Any]) -> None:
    """Link the chosen terms to a new row, in one insert."""
    through, column = _LINKS[name]
    through._default_manager.bulk_create(
        through(assistancerequest_id=assistance_request.pk, **{column: code})
        for code in _codes(chosen)
    )


def _codes(chosen: Iterable[Any]) -> list[str]:
    return sorted({getattr(term, "pk", term) for term in chosen})


def _clean(text: Any, length: int | None) -> str:
    """One line of text without what a database can't hold, at most `length` long."""
    printable = "".join(
        symbol for symbol in str(text or "") if symbol.isprintable() or symbol in "\n\t"
    )
    return " ".join(printable.split())[:length].strip()


def _e164(number: str) -> str:
    parsed = read_number(number)
    if parsed is None:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[:16]


__all__ = ["DETAILS", "add_details", "file_request"]
