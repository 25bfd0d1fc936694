"""What people sent to the program in the demonstration: two wait, one became a request."""

from datetime import datetime, timedelta

from mvai.accounts.models import User
from mvai.duty import actions as duty
from mvai.duty.models import Alarm
from mvai.outbox.inbound import Mail
from mvai.people.models import Channel, ContactPoint
from requests.actions import desk, inbound, inbox
from requests.models import AssistanceRequest, Engagement
from requests.states import CallOutcome

_WRITER = "a.lindqvist@harborpoint.example"


def receive(*, staff: dict[str, User], at: datetime) -> int:
    """Each as the gateway or the mailbox brings it, at times in the past; how many are requests."""

    def ago(**delta: float) -> datetime:
        return at - timedelta(**delta)

    inbound.receive_mail(
        Mail(
            identifier="<demonstration@harborpoint.example>",
            address=_WRITER,
            name="Chief Anders Lindqvist",
            subject="A call from somebody who has been there",
            text="We lost two people on Saturday. I would like to talk to a chief who has led"
            " through something like it. My cell is 207 555 0163. After 6 p.m. is best.",
        ),
        at=ago(minutes=52),
    )
    written = AssistanceRequest.objects.get(inbound__sender=_WRITER)
    desk.take(assistance_request=written, by=staff["Marcus"], at=ago(minutes=49))
    desk.log_call(
        assistance_request=written,
        outcome=CallOutcome.LEFT_MESSAGE,
        by=staff["Marcus"],
        at=ago(minutes=12),
    )
    inbound.receive_voicemail(
        reference="REdemonstration",
        sender="Anonymous",
        seconds=41,
        text="Yes, hello, this is Lieutenant Ortega in Cedar Falls. I am calling for my chief."
        " We have had a very bad day here. Please call the station, we are in the book.",
        at=ago(minutes=9),
    )
    for alarm in Alarm.objects.ringing().filter(kind=inbox.INBOX):
        duty.take(alarm=alarm, by=staff["Priya"], at=ago(minutes=8))
    inbound.receive_text(
        reference="SMdemonstration1",
        sender=_number_of_an_advisor(),
        text="I can’t make the call at 4. Tomorrow morning works, before 10.",
        at=ago(minutes=7),
    )
    inbound.receive_text(
        reference="SMdemonstration2",
        sender="72345",
        text="Your code is 482913. Don’t share it.",
        at=ago(minutes=3),
    )
    return 1


def _number_of_an_advisor() -> str:
    """Of one who is with an agency now."""
    busy = Engagement.objects.active().order_by("pk").values("advisor__person")
    points = ContactPoint.objects.usable(Channel.SMS).filter(person__in=busy)
    return points.values_list("normalized", flat=True)[0]
