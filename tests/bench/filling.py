"""Fills a portal's database for measurements: so many requests, a tenth of them open.

Each has been called once, and three messages went out about it.

Run as a program with the portal's environment: `python -m tests.bench.filling 20000`.
"""

import random
import sys
import uuid
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from mvai.accounts.models import User  # noqa: E402
from mvai.agencies.models import Agency  # noqa: E402
from mvai.outbox.models import Message  # noqa: E402
from mvai.outbox.states import MessageState  # noqa: E402
from mvai.people.models import Channel, ContactPoint, Person  # noqa: E402
from requests.models import AssistanceRequest, CallLog, StateChange  # noqa: E402
from requests.states import CloseReason, NextAction, State, Urgency  # noqa: E402

BATCH = 2_000
NUMBER, NUMBER_E164 = "(202) 555-0143", "+12025550143"
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXY"


def main(wanted: int) -> None:
    """Bring the number of requests to `wanted`, on top of the demonstration."""
    call_command("demo", "--if-empty", verbosity=0)
    chance = random.Random(2026)
    owners = list(User.objects.with_role("duty_officer"))
    agencies = list(Agency.objects.all())
    start = AssistanceRequest.objects.count()
    for first in range(start, wanted, BATCH):
        _add(first, min(first + BATCH, wanted), chance, owners, agencies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(AssistanceRequest.objects.count())


def _add(first: int, end: int, chance: random.Random, owners: list, agencies: list) -> None:
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(full_name=f"Chief Number {number}") for number in range(first, end)
    )
    points = ContactPoint.objects.bulk_create(
        ContactPoint(
            person=person,
            channel=Channel.SMS,
            value=NUMBER,
            normalized=NUMBER_E164,
            proven_at=now,
        )
        for person in people
    )
    made = AssistanceRequest.objects.bulk_create(
        _request(number, person, chance, owners, agencies, now)
        for number, person in zip(range(first, end), people, strict=True)
    )
    StateChange.objects.bulk_create(
        StateChange(
            assistance_request=one,
            move="take",
            source=State.SUBMITTED,
            target=State.ACKNOWLEDGED,
            by=one.owner,
            at=one.submitted_at,
        )
        for one in made
    )
    CallLog.objects.bulk_create(
        CallLog(
            assistance_request=one, by=one.owner, at=one.submitted_at, outcome="reached", minutes=9
        )
        for one in made
    )
    Message.objects.bulk_create(
        Message(
            purpose=purpose,
            subject_type=AssistanceRequest._meta.label_lower,
            subject_id=one.pk,
            label=one.reference,
            person_id=one.leader_id,
            contact_point=point,
            channel=Channel.SMS,
            state=MessageState.DELIVERED,
            promised_for=one.submitted_at,
            due_at=one.submitted_at,
            handed_over_at=one.submitted_at,
            delivered_at=one.submitted_at,
            created_at=one.submitted_at,
        )
        for one, point in zip(made, points, strict=True)
        for purpose in ("request_received", "peer_assigned", "status_code")
    )


def _request(number, person, chance, owners, agencies, now) -> AssistanceRequest:
    filed = now - timedelta(hours=1 + number * 2 % 40_000)
    is_open = number % 10 == 0
    agency = chance.choice(agencies)
    return AssistanceRequest(
        reference=_reference(number),
        attempt=uuid.uuid4(),
        leader=person,
        call_name=person.full_name,
        call_number=NUMBER,
        call_number_e164=NUMBER_E164,
        agency=agency,
        city=agency.city,
        state_code=agency.state,
        time_zone=agency.time_zone,
        state=State.TRIAGED if is_open else State.CLOSED,
        urgency=chance.choice(list(Urgency)),
        urgency_reason="Filled in for a measurement.",
        owner=chance.choice(owners),
        next_action=NextAction.CHOOSE_ADVISORS if is_open else "",
        next_action_due_at=now + timedelta(hours=chance.randrange(-40, 400)) if is_open else None,
        promised_call_by=filed + timedelta(minutes=15),
        submitted_at=filed,
        acknowledged_at=filed,
        triaged_at=filed,
        last_contact_at=filed,
        closed_at=None if is_open else filed + timedelta(days=20),
        close_reason="" if is_open else CloseReason.MET,
    )


def _reference(number: int) -> str:
    symbols = ""
    for _ in range(6):
        number, place = divmod(number, len(ALPHABET))
        symbols = ALPHABET[place] + symbols
    return f"MV-{symbols}"


if __name__ == "__main__":
    main(int(sys.argv[1]))
