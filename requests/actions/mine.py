"""All requests of one leader, found by a number or an address that is proven to be theirs."""

from datetime import datetime

from mvai.people.models import Channel, ContactPoint
from mvai.people.normal import normalize
from requests.actions import codes
from requests.models import AssistanceRequest
from requests.models.assistance_request import AssistanceRequestQuerySet


def point_of(typed: str) -> ContactPoint | None:
    """Where a code can go: a leader's own proven number or address; of several the latest."""
    channel = Channel.EMAIL if "@" in typed else Channel.SMS
    normalized = normalize(channel, typed)
    if not normalized:
        return None
    proven = ContactPoint.objects.usable(channel).proven().filter(normalized=normalized)
    led = proven.filter(person__requests_led__isnull=False)
    return led.order_by("-person__requests_led__submitted_at", "-pk").first()


def requests_of(point: ContactPoint) -> AssistanceRequestQuerySet:
    """Requests whose leader has proven the very same number or address. Latest first.

    Not one that somebody merely typed it into: nobody is led to a stranger's request.
    """
    same = ContactPoint.objects.usable(point.channel).proven().filter(normalized=point.normalized)
    found = AssistanceRequest.objects.filter(leader__in=same.order_by().values("person"))
    return found.order_by("-submitted_at", "-pk")


def send_code(*, point: ContactPoint, at: datetime) -> None:
    """Send a code there and nowhere else. It counts against the limits of the latest request."""
    latest = _latest(point)
    if latest is not None:
        codes.send_code(assistance_request=latest, at=at, to=point)


def enter_code(*, point: ContactPoint, code: str, at: datetime) -> list[AssistanceRequest]:
    """The requests that a right code opens. Raises CodeRefused, also when there is none."""
    latest = _latest(point)
    if latest is None:
        codes.refuse()
    codes.enter_code(assistance_request=latest, code=code, at=at, sent_to=point)
    # Where whom we call has changed, nobody is let in before the desk knows who it is.
    return list(requests_of(point).exclude(contact_changes__outcome=""))


def _latest(point: ContactPoint) -> AssistanceRequest | None:
    """Of this very row's person, since a code goes to people and not to numbers."""
    return point.person.requests_led.order_by("-submitted_at", "-pk").first()
