"""The doors beside the main one, in the demonstration: getting ready, and offering to help."""

import uuid
from datetime import datetime, timedelta

from advisors.actions import prospects
from advisors.models import Confirmation
from mvai.accounts.models import User
from requests.actions import inquiries
from requests.models import InquiryStep, ReadyBy

_SPACE = uuid.UUID("3c0c9a0a-1f67-4d0e-9d0b-6a7f6d1e2b90")


def open_all(*, staff: dict[str, User], at: datetime) -> None:
    """Three inquiries and four prospects, at times in the past."""
    _inquiries(staff, at)
    _prospects(staff, at)


def _inquiries(staff: dict[str, User], at: datetime) -> None:
    def asked(name: str, reach: str, agency: str, days: float, **facts: object):  # type: ignore[no-untyped-def]
        return inquiries.file_inquiry(
            attempt=uuid.uuid5(_SPACE, name),
            full_name=name,
            reach=reach,
            agency_text=agency,
            at=at - timedelta(days=days),
            **facts,  # type: ignore[arg-type]
        )

    asked(
        "Chief Rosa Delgado",
        "rosa.delgado@pinehollow.example",
        "Pine Hollow Police Department",
        0.2,
        needs=["MEDIA", "VICTIMS"],
        ready_by=ReadyBy.QUARTER,
        note="We host the county fair in June.",
    )
    answered = asked(
        "Sheriff Tom Eklund",
        "(218) 555-0164",
        "Birch Lake County Sheriff’s Office",
        3,
        needs=["LEADER", "INCIDENT"],
        ready_by=ReadyBy.MONTH,
    )
    inquiries.carry_on(
        inquiry=answered,
        state="answered",
        next_step=InquiryStep.ARRANGE,
        due_on=(at + timedelta(days=5)).date(),
        outcome="Called. He would like an hour with a sheriff who has led through it.",
        by=staff["Priya"],
        at=at - timedelta(days=2),
    )
    closed = asked("Capt. Wei Zhang", "wei.zhang@lakeside.example", "Lakeside Campus Police", 12)
    inquiries.carry_on(
        inquiry=closed,
        state="closed",
        outcome="Sent the family assistance card; they run an exercise in spring.",
        by=staff["Priya"],
        at=at - timedelta(days=10),
    )


def _prospects(staff: dict[str, User], at: datetime) -> None:
    def offered(name: str, days: float, *, confirmed: bool = True, **facts: object):  # type: ignore[no-untyped-def]
        address = f"{name.split()[-1].lower()}@prospect.example"
        sent_at = at - timedelta(days=days)
        made = prospects.put_forward(
            facts={"full_name": name, "email": address, **facts},
            sender_name=name,
            sender_address=address,
            at=sent_at,
        )
        if confirmed and made is not None:
            prospects.confirm(
                confirmation=Confirmation.objects.get(prospect=made),
                at=sent_at + timedelta(hours=2),
            )
        return made

    offered(
        "Marion Steele",
        2,
        title_line="Chief (ret.)",
        discipline_id="LE_CHIEF",
        agency_text="Prairie Bend Police Department",
        experience="Led a small agency after a school attack, until the trial.",
        needs=["LEADER", "PROSECUTE"],
    )
    talking = offered(
        "Pat Rivera",
        9,
        title_line="Public information officer",
        discipline_id="LE_PIO",
        agency_text="Harbor City Police Department",
        experience="Spoke for the agency in the first year after an attack at a festival.",
        needs=["MEDIA"],
    )
    if talking is not None:
        prospects.move(prospect=talking, to="talking", by=staff["Helen"], at=at - timedelta(days=6))
        prospects.add_note(
            prospect=talking,
            text="Spoke for half an hour. Free from January on.",
            by=staff["Helen"],
            at=at - timedelta(days=6),
        )
    offered("Lou Chandler", 1, confirmed=False, discipline_id="LE_SHERIFF")
    named = prospects.put_forward(
        facts={
            "full_name": "Grace Whitfield",
            "title_line": "Deputy chief",
            "discipline_id": "LE_COMMAND",
            "relation": "We worked the same county for ten years.",
            "experience": "Ran the command post after an attack at a workplace.",
        },
        sender_name="Chief Ana Moreau",
        sender_address="moreau@prospect.example",
        is_nomination=True,
        at=at - timedelta(days=4),
    )
    if named is not None:
        prospects.confirm(
            confirmation=Confirmation.objects.get(prospect=named), at=at - timedelta(days=4)
        )
