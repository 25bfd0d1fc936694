"""A running portal over an imported directory, and a real Chromium to look at it with."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import agency_directory
from tests.browser import logs
from tests.faults.harness import NOTHING_IS_DOUBTED, Portal, portal

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)

# An officer and a manager on call, an auditor, and two advisors who may be asked at any hour. The
# sign-in is the demonstration's: one click, no password.
CAST = """
from datetime import timedelta
from django.utils import timezone
from advisors.models import Advisor, Expertise, IncidentLed
from mvai.accounts.models import User
from mvai.duty.models import Shift
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
now = timezone.now()
def person(name, title, email, number, roles):
    made = Person.objects.create(full_name=name, title=title, time_zone="America/Chicago")
    for channel, value in ((Channel.VOICE, number), (Channel.SMS, number), (Channel.EMAIL, email)):
        add_contact_point(person=made, channel=channel, value=value, at=now, consented=True,
                          proven=True)
    return User.objects.create_user(email=email, person=made, roles=roles, at=now)
dana = person("Dana Ruiz", "", "dana@mvai.example", "(202) 555-0101", ["duty_officer"])
helen = person("Helen Aguirre", "", "helen@mvai.example", "(202) 555-0102", ["program_manager"])
person("Lena Fischer", "", "lena@mvai.example", "(202) 555-0103", ["administrator"])
person("Samuel Whitcomb", "", "samuel@mvai.example", "(202) 555-0104", ["auditor"])
for user, role in ((dana, "primary"), (helen, "manager")):
    Shift.objects.create(user=user, role=role, starts_at=now - timedelta(hours=1),
                         ends_at=now + timedelta(hours=8))
for name, title, email, number in (
    ("Ellen Park", "Sheriff (ret.)", "ellen@advisor.example", "(402) 555-0177"),
    ("Luis Romero", "Chief (ret.)", "luis@advisor.example", "(505) 555-0178"),
):
    user = person(name, title, email, number, ["advisor"])
    advisor = Advisor.objects.create(
        person=user.person, title_line=title, former_agency="Prairie Bend Sheriff’s Office",
        agency_type_id="SHERIFF", size_band_id="S25", state="NE", may_text=True,
        agreement_signed_date=now.date() - timedelta(days=90),
        agreement_expires_date=now.date() + timedelta(days=600),
        vetted_date=now.date() - timedelta(days=90))
    advisor.disciplines.set(["LE_SHERIFF"])
    Expertise.objects.create(advisor=advisor, need_id="LEADER", level=3)
    led = IncidentLed.objects.create(advisor=advisor, setting_id="K12", year=2018,
                                     role_then_id="LE_SHERIFF", phase_reached_id="LONG")
"""


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Web, worker, beat, watchdog and sink, with 23,000 agencies and the cast."""
    folder = tmp_path_factory.mktemp("browser")
    named = os.environ.get("MVAI_AGENCIES_FILE")
    directory = Path(named) if named else agency_directory.write(folder / "agencies.csv")
    settings = {"MVAI_DEMO": "1", "CALLS_COME_FROM": "800-555-0100"} | NOTHING_IS_DOUBTED
    with portal(folder / "var", **settings) as one:
        one.manage("import_agencies", str(directory), "--errors", str(folder / "refused.csv"))
        one.manage("shell", "-c", CAST)
        yield one
        # The whole run lies in these logs by now.
        assert not logs.slips(one)


@pytest.fixture(scope="package")
def chrome(chromium: Path | None) -> Iterator[Browser]:
    """Closed after the last of these tests: while it is open, an event loop runs in this
    process, and Django refuses every query beside one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium) if chromium else None, args=list(FLAGS)
        )
        yield browser
        browser.close()
