from datetime import date, time, timedelta

from factory import Factory, LazyAttribute, SubFactory, post_generation
from factory.django import DjangoModelFactory

from advisors.matching import Candidate, Incident, Need
from advisors.models import (
    Absence,
    Advisor,
    Confirmation,
    Expertise,
    IncidentLed,
    Prospect,
    ProspectNote,
    ProspectState,
    Window,
)
from tests.factories import NOON

WORKING_HOURS = tuple((weekday, time(9), time(17)) for weekday in range(5))


class AdvisorFactory(DjangoModelFactory):
    """A chief who may be offered anything now: active, vetted, under agreement, unburdened.

    Words set the rest: `disciplines=["LE_PIO"]`, `expertise={"MEDIA": 3}`,
    `led=["K12"]`, `weekdays=range(5)` (9 to 5 on each).
    """

    class Meta:
        model = Advisor
        skip_postgeneration_save = True

    person = SubFactory(
        "tests.factories.people.PersonFactory",
        full_name="Ellen Park",
        time_zone="America/Chicago",
    )
    title_line = "Sheriff (ret.)"
    agency_type_id = "SHERIFF"
    size_band_id = "S25"
    state = "NE"
    agreement_signed_date = date(2026, 1, 1)
    agreement_expires_date = date(2028, 1, 1)
    vetted_date = date(2026, 1, 1)

    @post_generation
    def disciplines(self, create, codes, **_kwargs):
        if create:
            self.disciplines.set(["LE_CHIEF"] if codes is None else codes)

    @post_generation
    def expertise(self, create, levels, **_kwargs):
        if create:
            for need, level in (levels or {}).items():
                ExpertiseFactory(advisor=self, need_id=need, level=level)

    @post_generation
    def led(self, create, settings, **_kwargs):
        if create:
            for setting in settings or ():
                IncidentLedFactory(advisor=self, setting_id=setting)

    @post_generation
    def weekdays(self, create, weekdays, **_kwargs):
        if create:
            for weekday in weekdays or ():
                WindowFactory(advisor=self, weekday=weekday)


class ExpertiseFactory(DjangoModelFactory):
    class Meta:
        model = Expertise

    advisor = SubFactory(AdvisorFactory)
    need_id = "MEDIA"
    level = 2


class IncidentLedFactory(DjangoModelFactory):
    class Meta:
        model = IncidentLed

    advisor = SubFactory(AdvisorFactory)
    setting_id = "K12"
    year = 2018


class WindowFactory(DjangoModelFactory):
    class Meta:
        model = Window

    advisor = SubFactory(AdvisorFactory)
    weekday = 0
    opens = time(9)
    closes = time(17)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    advisor = SubFactory(AdvisorFactory)
    starts_at = NOON
    ends_at = NOON + timedelta(days=7)


class ProspectFactory(DjangoModelFactory):
    """A retired chief who offered to help and confirmed it."""

    class Meta:
        model = Prospect

    full_name = "Marion Steele"
    title_line = "Chief (ret.)"
    discipline_id = "LE_CHIEF"
    email = "marion@steele.example"
    sent_by = SubFactory("tests.factories.people.PersonFactory", full_name="Marion Steele")
    submitted_at = NOON
    state = ProspectState.CONFIRMED
    state_at = NOON
    confirmed_at = LazyAttribute(
        lambda made: None if made.state == ProspectState.NEW else made.submitted_at
    )


class ConfirmationFactory(DjangoModelFactory):
    """The link of a prospect that nobody has confirmed yet."""

    class Meta:
        model = Confirmation

    prospect = SubFactory(ProspectFactory, state=ProspectState.NEW)
    address = "marion@steele.example"
    asked_at = NOON
    expires_at = NOON + timedelta(days=14)


class ProspectNoteFactory(DjangoModelFactory):
    class Meta:
        model = ProspectNote

    prospect = SubFactory(ProspectFactory)
    by = SubFactory("tests.factories.accounts.UserFactory", program_manager=True)
    at = NOON
    text = "Spoke for an hour."


class CandidateFactory(Factory):
    """A candidate for whom no gate is closed at NOON."""

    class Meta:
        model = Candidate

    advisor_id = 1
    time_zone = "America/New_York"
    disciplines = frozenset({"LE_CHIEF"})
    agency_type = "LOCAL"
    size_band = "S25"
    expertise = {"LEADER": 3}
    incidents = (Incident(setting="K12", phase_reached="YEAR1"),)
    windows = WORKING_HOURS
    agreement_signed = date(2026, 1, 1)
    agreement_expires = date(2028, 1, 1)
    vetted = date(2026, 1, 1)


class NeedFactory(Factory):
    """A school attack this morning; the chief of a small department asks."""

    class Meta:
        model = Need

    at = NOON
    urgency = "critical"
    setting = "K12"
    needs = frozenset({"LEADER"})
    role = "LE_CHIEF"
    agency_type = "LOCAL"
    size_band = "S25"
    time_zone = "America/New_York"
    phase = "DAY1"
