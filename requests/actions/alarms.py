"""What rings about a request, and what taking it means."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.duty import actions as duty
from mvai.duty import kinds
from mvai.duty.desk import Standing
from mvai.duty.models import Alarm
from requests.models import AssistanceRequest

FILED = "request_filed"
UNATTENDED = "request_unattended"
POOL_EMPTY = "pool_empty"
ADVISOR_NEEDED = "advisor_needed"
CHECK_FIRST = "requests_to_check"  # about all of them at once: checking.py
ALL = (FILED, UNATTENDED, POOL_EMPTY, ADVISOR_NEEDED)
# Taking one of these goes on to lock the request; taking one of the others never does.
LEAD_TO_THE_REQUEST = (FILED, UNATTENDED)


def about(assistance_request: AssistanceRequest, *, kinds_: Iterable[str] = ALL):
    """The open alarms of a request."""
    return Alarm.objects.open().filter(
        kind__in=list(kinds_),
        subject_type=AssistanceRequest._meta.label_lower,
        subject_id=assistance_request.pk,
    )


def lock(assistance_request: AssistanceRequest) -> None:
    """Lock the alarms that lead to the request before it, as taking such an alarm does.

    For actions that settle or ring them: in the other order two people could wait for each
    other. The alarms about advisors come after the request: answers to offers settle them.
    """
    leading = about(assistance_request, kinds_=LEAD_TO_THE_REQUEST).order_by("pk")
    list(leading.select_for_update().values_list("pk"))


def ring(
    kind: str,
    assistance_request: AssistanceRequest,
    at: datetime,
    standing: Standing | None = None,
) -> None:
    """`standing` is how the desk stands, where the caller has it at hand."""
    duty.ring(
        kind=kind,
        subject=assistance_request,
        label=assistance_request.reference,
        at=at,
        standing=standing,
    )


def settle(assistance_request: AssistanceRequest, *which: str, at: datetime) -> None:
    for kind in which:
        duty.settle(kind=kind, subject=assistance_request, at=at)


def _path(subject_id: int) -> str:
    reference = AssistanceRequest.objects.values_list("reference", flat=True).get(pk=subject_id)
    return reverse("requests:workspace", args=[reference])


def _own(subject_id: int, by: User, at: datetime) -> None:
    from requests.actions import desk

    desk.own(subject_id, by=by, at=at)


def _look_after(subject_id: int, by: User, at: datetime) -> None:
    """Taking it is enough: the request keeps its owner, who is told by the board."""


def register_kinds() -> None:
    for code, title, take, plan in (
        (FILED, _("A leader asks for a call"), _own, kinds.STANDARD),
        (UNATTENDED, _("A request has no owner or no next action"), _own, kinds.STANDARD),
        (POOL_EMPTY, _("Nobody is left to ask"), _look_after, kinds.MANAGER_FIRST),
        (ADVISOR_NEEDED, _("An advisor stepped back"), _look_after, kinds.STANDARD),
    ):
        kinds.register(kinds.AlarmKind(code=code, title=title, path=_path, take=take, plan=plan))
