"""What has happened and what comes next, as the leader reads it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from requests.models import AssistanceRequest, CallLog, Engagement, FollowUp
from requests.states import CallOutcome, NextAction, State


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way: done, now or still to come."""

    mark: str  # "done", "now" or ""
    title: str
    at: datetime | None = None
    note: str = ""
    is_deadline: bool = False  # "by" that time, not at it


def steps_of(
    assistance_request: AssistanceRequest,
    *,
    calls: Sequence[CallLog],
    engagements: Sequence[Engagement],
    follow_up: FollowUp | None,
    now: datetime,
) -> list[Step]:
    """The steps without any name of a peer or an agency; the desk's own names are promised."""
    found = [Step("done", _("We have your request"), assistance_request.submitted_at)]
    if assistance_request.state == State.CLOSED:
        return [*found, Step("now", _("This request is closed"), assistance_request.closed_at)]
    found += _desk_steps(assistance_request, calls, now)
    found += _peer_steps(assistance_request, engagements)
    if follow_up:
        found.append(Step("", _("We check in with you"), follow_up.due_at))
    return found


def _desk_steps(
    assistance_request: AssistanceRequest, calls: Sequence[CallLog], now: datetime
) -> list[Step]:
    spoke = next((call for call in reversed(calls) if call.outcome == CallOutcome.REACHED), None)
    is_late = (
        not calls
        and assistance_request.promised_call_by is not None
        and assistance_request.promised_call_by < now
    )
    late = _("We said we would call by then, and we are late. It is being worked on now.")
    if assistance_request.state == State.SUBMITTED:
        promised = assistance_request.promised_by
        return [
            Step(
                "now",
                _("%(name)s calls you") % {"name": promised.display_name}
                if promised
                else _("We call you"),
                assistance_request.promised_call_by,
                late if is_late else "",
                is_deadline=True,
            )
        ]
    owner = assistance_request.owner
    name = owner.display_name if owner else _("The desk")
    found = [
        Step("done", _("%(name)s has it") % {"name": name}, assistance_request.acknowledged_at)
    ]
    if spoke:
        found.append(Step("done", _("We spoke"), spoke.at))
    elif calls:
        found.append(
            Step(
                "now",
                _("We tried to reach you"),
                calls[0].at,
                _("We call again. If another number or time is better, tell us."),
            )
        )
    elif assistance_request.state == State.ACKNOWLEDGED:
        found.append(
            Step(
                "now",
                _("%(name)s calls you") % {"name": name},
                assistance_request.promised_call_by,
                late if is_late else "",
                is_deadline=True,
            )
        )
    return found


def _peer_steps(
    assistance_request: AssistanceRequest, engagements: Sequence[Engagement]
) -> list[Step]:
    state = assistance_request.state
    if state in {State.TRIAGED, State.SEEKING}:
        return [
            Step(
                "now",
                _("We are asking peers who have been through it"),
                note=_("You decide whom you talk to, and about what."),
            )
        ]
    if state not in {State.ENGAGED, State.FOLLOWING_UP} or not engagements:
        return [Step("", _("A peer who has been through it calls you"))]
    title = _("A peer said yes") if len(engagements) == 1 else _("Your peers said yes")
    found = [Step("done", title, engagements[0].started_at)]
    first = min((one.first_contact_at for one in engagements if one.first_contact_at), default=None)
    if first:
        found.append(Step("done", _("You and your peer spoke"), first))
        found.append(Step("now", _("Your peer stays with you"), note=_("Call when you want to.")))
        return found
    by = (
        assistance_request.next_action_due_at
        if assistance_request.next_action == NextAction.FIRST_CONTACT
        else None
    )
    found.append(Step("now", _("Your peer calls you"), by, is_deadline=True))
    return found


def title_of(assistance_request: AssistanceRequest, lead: Engagement | None, shown: bool) -> str:
    """What the page says at its top; the peer's name only once the code was entered."""
    state = assistance_request.state
    if shown and lead and state in {State.ENGAGED, State.FOLLOWING_UP}:
        name = lead.advisor.person.full_name
        if state == State.ENGAGED:
            return _("%(name)s calls you") % {"name": name}
        return _("%(name)s is your peer") % {"name": name}
    owner = assistance_request.owner
    return {
        State.SUBMITTED: _("We have your request"),
        State.ACKNOWLEDGED: _("%(name)s has your request")
        % {"name": owner.display_name if owner else _("The desk")},
        State.TRIAGED: _("We are finding a peer for you"),
        State.SEEKING: _("We are finding a peer for you"),
        State.ENGAGED: _("A peer said yes, and calls you"),
        State.FOLLOWING_UP: _("We stay in touch"),
        State.CLOSED: _("This request is closed"),
    }[State(state)]
