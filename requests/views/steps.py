"""What has happened and what comes next, as the leader reads it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from mvai.web.times import when_words
from requests.models import AssistanceRequest, CallLog, Engagement, FollowUp
from requests.states import CallOutcome, NextAction, State
from requests.views.talks import Talks
from requests.views.who_calls import WhoCalls


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
    who: WhoCalls | None = None,
    talks: Sequence[Talks] = (),
) -> list[Step]:
    """The steps without any name of a peer or an agency; the desk's own names are promised."""
    found = [Step("done", _("We have your request"), assistance_request.submitted_at)]
    if assistance_request.state == State.CLOSED:
        return [*found, Step("now", _("This request is closed"), assistance_request.closed_at)]
    found += _desk_steps(assistance_request, calls, now, who)
    found += _peer_steps(assistance_request, engagements, _next_talk(talks, now))
    if follow_up:
        found.append(Step("", _("We check in with you"), follow_up.due_at))
    return found


def _desk_steps(
    assistance_request: AssistanceRequest,
    calls: Sequence[CallLog],
    now: datetime,
    who: WhoCalls | None,
) -> list[Step]:
    spoke = next((call for call in reversed(calls) if call.outcome == CallOutcome.REACHED), None)
    by = who.by if who else assistance_request.promised_call_by
    note = _missed_words(assistance_request, who, now)
    if assistance_request.state == State.SUBMITTED:
        promised = assistance_request.promised_by
        name = who.name if who else promised.display_name if promised else ""
        title = _("%(name)s calls you") % {"name": name} if name else _("We call you")
        return [Step("now", title, by, note, is_deadline=True)]
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
                by,
                note,
                is_deadline=True,
            )
        )
    return found


def _missed_words(
    assistance_request: AssistanceRequest, who: WhoCalls | None, now: datetime
) -> str:
    """That a promise was not kept, said plainly, and what follows now."""
    if who is None or who.missed_last is None:
        return ""
    missed = _("We said we would call by %(time)s and did not. We are sorry.") % {
        "time": when_words(who.missed_last, now, assistance_request.time_zone)
    }
    if who.by is None and not who.has_owner:
        return f"{missed} " + _(
            "We are calling people in, and call you as soon as someone is there."
        )
    return missed


def _next_talk(talks: Sequence[Talks], now: datetime) -> datetime | None:
    coming = [one.agreed.row.starts_at for one in talks if one.agreed and not one.agreed.is_past]
    return min(coming, default=None)


def _peer_steps(
    assistance_request: AssistanceRequest,
    engagements: Sequence[Engagement],
    talk_at: datetime | None,
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
        if talk_at:
            found.append(Step("", _("You talk again"), talk_at))
        return found
    if talk_at:
        found.append(Step("now", _("You and your peer talk"), talk_at))
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
