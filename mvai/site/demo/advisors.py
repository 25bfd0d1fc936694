"""Puts the invented roster into the database: profiles, hours, limits, a few who can't be asked."""

from datetime import datetime, time, timedelta

from advisors.models import Absence, Advisor, Expertise, IncidentLed, Window
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.agencies.models import Agency
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
from mvai.site.demo.cast import DOMAIN
from mvai.site.demo.roster import ROSTER, Profile
from mvai.taxonomy.models import Discipline, IncidentType, Setting

TERM = timedelta(days=730)


def make_advisors(*, agencies: dict[str, Agency], at: datetime) -> dict[str, Advisor]:
    """Everyone of `ROSTER`, by last name. Each has an account, hours of their own and limits."""
    made = {}
    for number, profile in enumerate(ROSTER):
        advisor = _make(profile, number, at)
        made[profile.name.split()[-1]] = advisor
    made["Doyle"].conflicts.add(agencies["Old Ferry"])
    made["Donnelly"].avoided_settings.add(Setting.objects.get(code="K12"))
    return made


def _make(profile: Profile, number: int, at: datetime) -> Advisor:
    person = Person.objects.create(
        full_name=profile.name,
        title=profile.title,
        time_zone=profile.zone,
        quiet_from=time(22),
        quiet_until=time(7),
    )
    phone = f"({300 + number * 13 % 600}) 555-01{number % 100:02d}"
    email = f"{profile.name.lower().replace(' ', '.').replace('’', '')}@{DOMAIN}"
    for channel, value in ((Channel.SMS, phone), (Channel.VOICE, phone), (Channel.EMAIL, email)):
        add_contact_point(
            person=person,
            channel=channel,
            value=value,
            at=at,
            consented=True,
            # New ones have not entered a code yet: nothing reaches them.
            proven=not profile.has("new"),
        )
    User.objects.create_user(email=email, person=person, roles=[Role.ADVISOR], at=at)
    signed = at.date() - timedelta(days=440 + 17 * number % 270)
    if profile.has("lapsed"):
        signed = at.date() - TERM - timedelta(days=12)
    advisor = Advisor.objects.create(
        person=person,
        title_line=profile.title,
        former_agency=profile.agency,
        agency_type_id=profile.agency_type,
        size_band_id=profile.size_band,
        state=profile.state,
        languages=["en", "es"] if profile.has("spanish") else ["en"],
        modes=["virtual", "in_person"] if profile.has("travels") else ["virtual"],
        travel_notice_days=2 if profile.has("travels") else 0,
        hours_per_week=4 + number % 3 * 2,
        max_active=1 if profile.has("full") else 2,
        on_call=profile.has("oncall"),
        reach_from=time(7),
        reach_until=time(22),
        may_text=number % 3 != 1,
        agreement_signed_date=None if profile.has("new") else signed,
        agreement_expires_date=None if profile.has("new") else signed + TERM,
        vetted_date=None if profile.has("new") else signed - timedelta(days=20),
        rest_until=at + timedelta(days=9) if profile.has("resting") else None,
        away_until=at + timedelta(days=5) if profile.has("off") else None,
    )
    advisor.disciplines.set(Discipline.objects.in_bulk(profile.disciplines.split()).values())
    _add_profile(advisor, profile)
    _add_hours(advisor, profile, number, at)
    return advisor


def _add_profile(advisor: Advisor, profile: Profile) -> None:
    pairs = (pair.split(":") for pair in profile.expertise.split())
    Expertise.objects.bulk_create(
        Expertise(advisor=advisor, need_id=need, level=int(level)) for need, level in pairs
    )
    for led in profile.led.split():
        setting, kind, year, phase = led.split("/")
        incident = IncidentLed.objects.create(
            advisor=advisor,
            setting_id=setting,
            year=int(year),
            role_then_id=profile.disciplines.split()[0],
            agency_type_id=profile.agency_type,
            size_band_id=profile.size_band,
            phase_reached_id=phase,
            state=profile.state,
        )
        incident.incident_types.set([IncidentType.objects.get(code=kind)])


def _add_hours(advisor: Advisor, profile: Profile, number: int, at: datetime) -> None:
    days = range(7) if profile.has("oncall") else [day for day in range(5) if day != number % 5]
    Window.objects.bulk_create(
        Window(
            advisor=advisor,
            weekday=day,
            opens=time(8 + number % 3),
            closes=time(21) if profile.has("oncall") else time(18),
        )
        for day in days
    )
    midnight = at.replace(hour=5, minute=0, second=0, microsecond=0)
    if profile.has("away"):
        Absence.objects.create(
            advisor=advisor,
            starts_at=midnight - timedelta(days=2),
            ends_at=midnight + timedelta(days=9),
        )
    elif number % 7 == 0:
        Absence.objects.create(
            advisor=advisor,
            starts_at=midnight + timedelta(days=15),
            ends_at=midnight + timedelta(days=20),
        )
