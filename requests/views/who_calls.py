"""Who calls the leader, by when, and what was promised before: as things are now."""

from dataclasses import dataclass
from datetime import datetime

from mvai.accounts.models import User
from mvai.duty import desk
from requests.models import AssistanceRequest, CallPromise
from requests.rules.promises import AWAITS_CALL, caller_of


@dataclass(frozen=True, slots=True)
class WhoCalls:
    """`name` is blank when nobody can be named, `by` is None when no time can be said.

    `missed` are the times by which a call was promised and did not come, the last one last.
    """

    name: str
    by: datetime | None
    missed: tuple[datetime, ...]
    is_awaited: bool  # the first call is still to come
    has_owner: bool
    is_closed: bool  # the desk, by plan

    @property
    def missed_last(self) -> datetime | None:
        return self.missed[-1] if self.missed else None


def who_calls(
    assistance_request: AssistanceRequest, *, has_called: bool, now: datetime
) -> WhoCalls:
    """From the roster, the desk's hours and the clock. Of an awaited call only."""
    owner = assistance_request.owner
    has_owner = owner is not None and owner.is_active
    is_awaited = assistance_request.state in AWAITS_CALL and not has_called
    if not is_awaited:
        name = owner.display_name if owner and has_owner else ""
        return WhoCalls(name, None, (), False, has_owner, False)
    standing = desk.standing(now)
    by = assistance_request.promised_call_by
    missed = CallPromise.objects.missed().filter(assistance_request=assistance_request)
    times = list(missed.order_by("due_at").values_list("due_at", flat=True))
    if by is not None and by <= now and by not in times:
        times.append(by)  # noticed here a moment before the sweep does
    return WhoCalls(
        name=_name(assistance_request, caller_of(assistance_request, standing)),
        by=by if by is not None and by > now else None,
        missed=tuple(times),
        is_awaited=True,
        has_owner=has_owner,
        is_closed=standing.is_closed,
    )


def _name(assistance_request: AssistanceRequest, user_id: int | None) -> str:
    if user_id is None:
        return ""
    for known in (assistance_request.owner, assistance_request.promised_by):
        if known is not None and known.pk == user_id:
            return known.display_name
    found = User.objects.select_related("person").filter(pk=user_id).first()
    return found.display_name if found else ""
