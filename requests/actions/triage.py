"""Writing down what is needed, and how soon."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from requests import rules
from requests.actions import alarms, filing, goals
from requests.actions.moves import MoveRefused, hold, make_move
from requests.models import AssistanceRequest
from requests.states import State, Urgency

BRIEF_LINES = 6
BRIEF_LENGTH = 1200

# What staff write down. Unknown keys are a mistake of the caller.
COLUMNS = (
    *filing.PLACE,
    *filing.FACTS,
    "leader_says_now",
    "event_at",
    "time_zone",
    "on_hold",
    "restricted",
    "check_first",
)
FIELDS = (*COLUMNS, *filing.LISTS)


@transaction.atomic
def triage(
    *,
    assistance_request: AssistanceRequest,
    fields: Mapping[str, Any],
    urgency_override: str = "",
    override_reason: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Keep what the call brought; compute the urgency, or take the override with its reason.

    `fields` may hold what FIELDS names: rows or codes for foreign keys, lists of them for
    needs and incident_types. May be repeated while the request is open; the state moves on
    the first time only.
    """
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"Unknown fields: {', '.join(sorted(unknown))}")
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    if locked.state == State.SUBMITTED:
        raise MoveRefused(_("Nobody has taken this request yet. Take it first."))

    columns = _columns(locked, fields)
    columns |= _urgency(locked, columns, urgency_override, override_reason, at)
    if locked.state == State.ACKNOWLEDGED:
        locked = make_move(name="triage", assistance_request=locked, by=by, at=at, fields=columns)
    else:
        for name, value in columns.items():
            setattr(locked, name, value)
        locked.save(update_fields=sorted(columns))
        log.record(
            verb="request.triaged_again",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
            urgency=locked.urgency,
        )
    for name in filing.LISTS:
        if name in fields:
            getattr(locked, name).set(filing._codes(fields[name] or ()))
    if columns["urgency_overridden"]:
        log.record(
            verb="request.urgency_overridden",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
            urgency=locked.urgency,
        )
    goals.promise_after_triage(locked)
    alarms.settle(locked, alarms.FILED, at=at)
    return locked


@transaction.atomic
def write_brief(
    *, assistance_request: AssistanceRequest, brief: str, by: User, at: datetime
) -> AssistanceRequest:
    """Write the situation brief, at most six lines, shown to each advisor who accepts."""
    locked = hold(assistance_request, by=by)
    lines = [line.rstrip() for line in brief.strip().splitlines() if line.strip()]
    if len(lines) > BRIEF_LINES:
        raise MoveRefused(
            _("The brief has %(count)s lines; six are enough.") % {"count": len(lines)}
        )
    text = "\n".join(lines)
    if len(text) > BRIEF_LENGTH:
        raise MoveRefused(_("The brief is too long: at most 1,200 characters."))
    locked.brief = text
    locked.brief_by, locked.brief_at = (by, at) if text else (None, None)
    locked.save(update_fields=["brief", "brief_by", "brief_at"])
    log.record(
        verb="request.brief_written",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        lines=len(lines),
    )
    return locked


def _columns(locked: AssistanceRequest, fields: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        if name not in fields:
            continue
        value, field = fields[name], AssistanceRequest._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            columns[field.attname] = getattr(value, "pk", value) or None
        elif isinstance(field, models.CharField):
            text = filing._clean(value, field.max_length)
            if field.choices and text not in dict(field.flatchoices):
                text = field.get_default()
            columns[name] = text
        elif isinstance(field, models.BooleanField) and not field.null:
            columns[name] = bool(value)
        else:
            columns[name] = value
    columns["time_zone"] = _zone(locked, fields, columns.get("time_zone", ""))
    return columns


def _zone(locked: AssistanceRequest, fields: Mapping[str, Any], said: str) -> str:
    """What staff chose; else what the place says; else what it was."""
    if said and said != locked.time_zone and filing._is_zone(said):
        return said
    place = {name: fields.get(name, getattr(locked, name)) for name in filing.PLACE}
    moved = any(place[name] != getattr(locked, name) for name in filing.PLACE)
    return filing._zone_of(place | {"time_zone": locked.time_zone}) if moved else locked.time_zone


def _urgency(
    locked: AssistanceRequest,
    columns: Mapping[str, Any],
    override: str,
    reason: str,
    at: datetime,
) -> dict[str, Any]:
    if override:
        if override not in Urgency.values:
            raise MoveRefused(_("Choose an urgency."))
        if not reason.strip():
            raise MoveRefused(_("Say why the urgency is another: the log keeps it."))
        return {
            "urgency": override,
            "urgency_reason": reason.strip()[:280],
            "urgency_overridden": True,
        }
    names = ("happened_at", "is_ongoing", "is_preparedness", "leader_says_now", "event_at")
    facts = {name: columns.get(name, getattr(locked, name)) for name in names}
    urgency, words = rules.urgency_of(now=at, **facts)
    return {"urgency": urgency, "urgency_reason": str(words), "urgency_overridden": False}
