"""Nothing is left alone."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from mvai.duty.models import Alarm
from requests.actions import alarms
from requests.models import AssistanceRequest, CallLog
from requests.states import NextAction, State

log = logging.getLogger(__name__)

BATCH = 100
CALL_EXPECTED_WITHIN = timedelta(minutes=15)


def find_unattended(now: datetime) -> int:
    """A sweep: ring for requests that nobody has, or that have no next action.

    A request nobody has taken whose alarm is gone rings again; so does one that was taken
    a quarter of an hour ago and that nobody has called since. How many it rang for.
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
    return (
        _ring(everything.filter(state=State.SUBMITTED), alarms.FILED, now, any_open=True)
        + _ring(uncalled, alarms.FILED, now)
        + _ring(everything.unattended(), alarms.UNATTENDED, now)
    )


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
