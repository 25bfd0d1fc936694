"""The program's own people in the demonstration, and their shifts. All of them are invented."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.duty import unsent
from mvai.duty.actions import change_plan
from mvai.duty.models import Audience, DutyRole, Shift
from mvai.duty.plans import PlannedStep
from mvai.outbox import wishes
from mvai.outbox.topics import Topic
from mvai.people.actions import add_contact_point, set_quiet_hours, stop
from mvai.people.models import Channel, Person

DOMAIN = "demo.mvai.example"


@dataclass(frozen=True, slots=True)
class Member:
    """One account of the program."""

    name: str
    number: str
    roles: tuple[Role, ...]
    title: str = ""
    time_zone: str = "America/New_York"

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


STAFF = (
    Member("Dana Ruiz", "(202) 555-0101", (Role.DUTY_OFFICER,)),
    Member("Marcus Bell", "(202) 555-0102", (Role.DUTY_OFFICER,), time_zone="America/Chicago"),
    Member("Priya Nair", "(202) 555-0103", (Role.DUTY_OFFICER, Role.CONTENT_EDITOR)),
    Member("Helen Aguirre", "(202) 555-0104", (Role.PROGRAM_MANAGER,)),
    Member("Samuel Whitcomb", "(202) 555-0105", (Role.AUDITOR,)),
    Member("Ruth Abernathy", "(202) 555-0106", (Role.WELLNESS_COORDINATOR,)),
    Member("Owen Castellano", "(202) 555-0107", (Role.CONTENT_EDITOR,)),
    Member("Lena Fischer", "(202) 555-0108", (Role.ADMINISTRATOR,)),
    Member("Victor Adeyemi", "(202) 555-0109", (Role.ADMINISTRATOR,)),  # a lost factor takes two
)


def make_account(member: Member, *, at: datetime) -> User:
    """An account with a proven number and address; without a passphrase nobody signs in by one."""
    person = Person.objects.create(
        full_name=member.name, title=member.title, time_zone=member.time_zone
    )
    for channel, value in (
        (Channel.SMS, member.number),
        (Channel.VOICE, member.number),
        (Channel.EMAIL, member.email),
    ):
        add_contact_point(
            person=person, channel=channel, value=value, at=at, consented=True, proven=True
        )
    return User.objects.create_user(email=member.email, person=person, roles=member.roles, at=at)


def make_staff(*, at: datetime) -> dict[str, User]:
    """Everyone of `STAFF`, by first name."""
    staff = {member.name.split()[0]: make_account(member, at=at) for member in STAFF}
    _make_wishes(staff, at)
    # A second factor that two administrators can show how to lose; its codes are nobody's.
    TOTP.activate(staff["Marcus"], generate_totp_secret())
    return staff


def _make_wishes(staff: dict[str, User], at: datetime) -> None:
    """One who sleeps at night, one who wants e-mail late, one who said STOP to texts."""
    dana, marcus, priya = (staff[name] for name in ("Dana", "Marcus", "Priya"))
    for user in (dana, marcus):
        set_quiet_hours(
            person=user.person, quiet_from=time(22), quiet_until=time(6, 30), at=at, by=user
        )
    usual = wishes.usual_ways(Topic.ALARMS)
    wishes.set_wishes(
        person=dana.person,
        topic=Topic.ALARMS,
        ways={**usual, Channel.VOICE: timedelta(minutes=2), Channel.EMAIL: timedelta(minutes=5)},
        at=at,
        by=dana,
    )
    texts = priya.person.contact_points.get(channel=Channel.SMS)
    stop(contact_point=texts, at=at - timedelta(days=3), by=None)


def make_shifts(staff: dict[str, User], *, at: datetime) -> None:
    """Twelve-hour shifts from two days ago to twelve days ahead, with one gap to be seen.

    The person on duty at `at` is always Dana Ruiz, so that the demonstration has a lead.
    """
    start = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    first = start - timedelta(days=2)
    desk = [staff["Dana"], staff["Marcus"], staff["Priya"]]
    shifts = []
    for number in range(28):
        begins = first + timedelta(hours=12 * number)
        turn = number - 4
        if turn != 13:  # nobody yet for this one: the roster says so
            shifts.append(
                Shift(
                    user=desk[0] if turn == 0 else desk[turn % 3],
                    role=DutyRole.PRIMARY,
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=12),
                )
            )
        shifts.append(
            Shift(
                user=desk[1] if turn == 0 else desk[(turn + 1) % 3],
                role=DutyRole.BACKUP,
                starts_at=begins,
                ends_at=begins + timedelta(hours=12),
            )
        )
    for week in range(3):
        shifts.append(
            Shift(
                user=staff["Helen"],
                role=DutyRole.MANAGER,
                starts_at=first + timedelta(days=7 * week),
                ends_at=first + timedelta(days=7 * (week + 1)),
            )
        )
    Shift.objects.bulk_create(shifts)


def make_plan(staff: dict[str, User], *, at: datetime) -> None:
    """One plan of the manager's own: for a message that reached nobody she is asked first."""
    steps = (
        PlannedStep(Audience.MANAGER, timedelta(0)),
        PlannedStep(Audience.PRIMARY, timedelta(minutes=3), (Channel.SMS, Channel.VOICE)),
        PlannedStep(Audience.ALL_STAFF, timedelta(minutes=15)),
    )
    change_plan(kind=unsent.KIND, steps=steps, by=staff["Helen"], at=at)
