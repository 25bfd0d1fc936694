"""Alarms as tests want them: who is on call, what rings, who was paged."""

from datetime import timedelta

from mvai.duty import actions
from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def staff(name: str, role: str | None = None, *, reachable: bool = True, **roles):
    """Somebody of the desk with a cell; with `role`, on call around NOON."""
    user = UserFactory(**(roles or {"duty_officer": True}), person__full_name=name)
    if reachable:
        ContactPointFactory(person=user.person, value=f"(202) 555-01{user.pk % 100:02}")
    if role:
        ShiftFactory(user=user, role=role)
    return user


def ring(subject, at=NOON, kind="doorbell") -> Alarm:
    return actions.ring(kind=kind, subject=subject, label="MV-7K4Q", at=at)


def paged() -> list[str]:
    """Names in the order of their pages."""
    pages = Message.objects.filter(purpose="alarm_page", channel=Channel.SMS).exclude(
        state=MessageState.CANCELED
    )
    return [page.person.full_name for page in pages.select_related("person").order_by("pk")]


def arrive() -> None:
    """Every page that waits reaches its person."""
    Message.objects.filter(purpose="alarm_page", state=MessageState.PROMISED).update(
        state=MessageState.CLAIMED, lease_until=NOON
    )
    Message.objects.filter(purpose="alarm_page", state=MessageState.CLAIMED).update(
        state=MessageState.HANDED_OVER, handed_over_at=NOON, lease_until=None
    )
