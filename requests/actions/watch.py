"""Nothing is left alone."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from mvai.duty.models import Alarm
from requests.actions import alarms, checking
from requests.models import AssistanceRequest, CallLog
from requests.states import NextAction, State

log = logging.getLogger(__name__)

BATCH = 100
CALL_EXPECTED_WITHIN = timedelta(minutes=15)


def find_unattended(now: datetime) -> int:
    """A sweep: ring for requests that nobody has, or that have no next action.

    A request nobody has taken whose alarm is gone rings again; so does one that was taken
    a quarter of an hour ago and that nobody has called since. How many it rang for.

    Those that are to be checked first ring together, but for one that rings on its own already.
    """
    everything = AssistanceRequest.objects
    uncalled = everything.filter(
        ~Exists(
            CallLog.objects.filter(
                assistance_request=OuterRef("pk"), at__gte=OuterRef("acknowledged_at")
            )
        ),
        state=State.ACKNOWLEDGED,
        next_action=NextAction.CALL,
        next_action_due_at__lte=now,
        acknowledged_at__lte=now - CALL_EXPECTED_WITHIN,
    )
    untaken, unattended = everything.filter(state=State.SUBMITTED), everything.unattended()
    rang_together = _ring_together(untaken | uncalled | unattended, now)
    on_their_own = Q(check_first=False) | _has_alarm()
    return (
        _ring(untaken.filter(on_their_own), alarms.FILED, now, any_open=True)
        + _ring(uncalled.filter(on_their_own), alarms.FILED, now)
        + _ring(unattended.filter(on_their_own), alarms.UNATTENDED, now)
        + rang_together
    )


def _has_alarm() -> Exists:
    return Exists(
        Alarm.objects.open().filter(
            kind__in=alarms.LEAD_TO_THE_REQUEST,
            subject_type=AssistanceRequest._meta.label_lower,
            subject_id=OuterRef("pk"),
        )
    )


def _ring_together(found: QuerySet[AssistanceRequest], now: datetime) -> int:
    """One alarm for all that are to be checked first, while there is any; whether it began to."""
    if not found.filter(~_has_alarm(), check_first=True).exists():
        checking.settle(now)
        return 0
    with transaction.atomic():
        alarm = checking.ring_for_all(now)
    return int(alarm.is_ringing and alarm.rang_at == now)


def _ring(
    found: QuerySet[AssistanceRequest], kind: str, now: datetime, *, any_open: bool = False
) -> int:
    """Ring for those whose alarm isn't ringing (or, with `any_open`, isn't open at all)."""
    alarm = Alarm.objects.open() if any_open else Alarm.objects.ringing()
    quiet = found.filter(
        ~Exists(
            alarm.filter(
                kind=kind,
                subject_type=AssistanceRequest._meta.label_lower,
                subject_id=OuterRef("pk"),
            )
        )
    )
    rang = list(quiet.order_by("submitted_at", "pk")[:BATCH])
    return sum(_ring_one(one, found, kind, now) for one in rang)


def _ring_one(
    assistance_request: AssistanceRequest,
    found: QuerySet[AssistanceRequest],
    kind: str,
    now: datetime,
) -> bool:
    """Ring for one that still needs it; False when somebody was quicker, or it must wait.

    The alarm is locked before the request, as everywhere. One that fails holds up no other.
    """
    try:
        with transaction.atomic():
            alarms.ring(kind, assistance_request, now)
            list(AssistanceRequest.objects.filter(pk=assistance_request.pk).select_for_update())
            still = found.filter(pk=assistance_request.pk).exists()
            if not still:
                transaction.set_rollback(True)
        return still
    except InterfaceError:
        raise
    except Exception as error:
        log.error("ringing for a request failed: %s", type(error).__name__)
        return False
