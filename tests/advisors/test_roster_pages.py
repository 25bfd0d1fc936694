"""The roster as the desk sees it, and the records that the manager keeps."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advisors.models import Advisor
from mvai.accounts.models import User
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import AdvisorFactory, ExpertiseFactory
from tests.factories.agencies import AgencyFactory

pytestmark = pytest.mark.django_db

ROSTER = reverse("advisors:roster")


@pytest.fixture
def manager(client):
    return sign_in(client, UserFactory(program_manager=True))


@pytest.fixture
def officer(client):
    return sign_in(client, UserFactory(duty_officer=True))


def names(answer):
    return [advisor.person.full_name for advisor, _status in answer.context["rows"]]


def filled(form_page):
    """What a browser would post: every field of the page's forms as it stands."""
    context = form_page.context
    data = {}
    for form in [
        context["profile"],
        context["expertise"],
        context["limits"],
        *context["incidents"],
    ]:
        for field in form:
            value = field.value()
            if value is None or value is False or value in ("", []):
                continue
            data[field.html_name] = "on" if value is True else value
    management = context["incidents"].management_form
    return data | {field.html_name: field.value() for field in management}


class TestRoster:
    def test_an_empty_roster_says_the_first_step(self, manager):
        page = manager.get(ROSTER)

        assert "No advisors yet" in page.text
        assert reverse("advisors:new") in page.text

    def test_the_officer_reads_it_and_is_not_offered_to_edit(self, officer):
        advisor = AdvisorFactory()

        page = officer.get(ROSTER)

        assert "Sheriff (ret.) Ellen Park" in page.text
        assert reverse("advisors:new") not in page.text
        assert (
            reverse("advisors:edit", args=[advisor.pk])
            not in officer.get(advisor.get_absolute_url()).text
        )

    def test_it_says_who_is_free_who_is_away_and_whose_papers_are_missing(self, officer):
        always = AdvisorFactory(person__full_name="Always Free")
        for weekday in range(7):
            always.windows.create(weekday=weekday, opens="00:00", closes="23:59")
        AdvisorFactory(
            person__full_name="Away Now",
            away_until=timezone.now() + timedelta(days=400),
        )
        AdvisorFactory(person__full_name="New Here", vetted_date=None)

        page = officer.get(ROSTER)

        said = {
            advisor.person.full_name: (status.presence, status.papers)
            for advisor, status in page.context["rows"]
        }
        assert said["Always Free"][0] == "Free now"
        assert said["Away Now"][0].startswith("Asked not to be contacted until")
        assert said["New Here"] == ("No usual hours given", "Not vetted yet")

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("q=okafor", ["Adaeze Okafor"]),
            ("q=riverton", ["Adaeze Okafor"]),
            ("discipline=LE_PIO", ["Adaeze Okafor"]),
            ("need=MEDIA", ["Adaeze Okafor"]),
            ("setting=K12", ["Ellen Park"]),
            ("state=NE", ["Ellen Park"]),
            ("program=left", ["Gone Away"]),
            ("program=all", ["Adaeze Okafor", "Ellen Park", "Gone Away"]),
            ("free=now", ["Adaeze Okafor"]),
            ("free=72h", ["Adaeze Okafor"]),
            ("q=nobody", []),
            ("state=Nowhere", ["Adaeze Okafor", "Ellen Park"]),
            ("q=%00", ["Adaeze Okafor", "Ellen Park"]),
        ],
    )
    def test_the_address_narrows_the_list(self, officer, asked, found):
        pio = AdvisorFactory(
            person__full_name="Adaeze Okafor",
            former_agency="Riverton Police Department",
            disciplines=["LE_PIO"],
            expertise={"MEDIA": 3},
            state="MN",
        )
        for weekday in range(7):
            pio.windows.create(weekday=weekday, opens="00:00", closes="23:59")
        AdvisorFactory(led=["K12"])
        AdvisorFactory(person__full_name="Gone Away", is_active=False, state="MN")

        assert names(officer.get(f"{ROSTER}?{asked}")) == found

    def test_nothing_found_offers_the_way_back(self, officer):
        AdvisorFactory()

        page = officer.get(f"{ROSTER}?q=nobody")

        assert "Nobody fits this" in page.text

    def test_a_page_holds_25_and_keeps_the_filter(self, officer):
        for _number in range(26):
            AdvisorFactory()

        page = officer.get(f"{ROSTER}?state=NE")

        assert len(page.context["rows"]) == 25
        assert "state=NE&amp;page=2" in page.text

    def test_htmx_gets_the_list_alone(self, officer):
        page = officer.get(ROSTER, headers={"HX-Request": "true"})

        assert page.text.lstrip().startswith("<section")

    def test_more_advisors_ask_no_more_queries(self, officer, django_assert_max_num_queries):
        for _number in range(10):
            ExpertiseFactory(advisor=AdvisorFactory(weekdays=range(5)))

        with django_assert_max_num_queries(22):
            officer.get(ROSTER)


class TestRecord:
    def test_the_record_shows_its_sections(self, manager):
        advisor = AdvisorFactory(expertise={"MEDIA": 3}, led=["K12"], weekdays=[0])
        advisor.avoided_settings.set(["WORSHIP"])

        page = manager.get(advisor.get_absolute_url())

        for words in ("3: has led it", "School, K-12", "House of worship", "No account yet"):
            assert words in page.text

    def test_an_unknown_advisor_is_404(self, manager):
        assert manager.get(reverse("advisors:detail", args=[999_999])).status_code == 404

    def test_an_advisor_is_written_down(self, manager):
        data = filled(manager.get(reverse("advisors:new"))) | {
            "profile-full_name": "Luis Romero",
            "profile-title_line": "Chief (ret.)",
            "profile-time_zone": "America/Denver",
            "profile-voice": "(202) 555-0143",
            "profile-disciplines": ["LE_CHIEF"],
            "expertise-MEDIA": "3",
            "incidents-0-setting_id": "CAMPUS",
            "incidents-0-year": "2012",
            "incidents-0-incident_types": ["SHOOTING"],
        }

        answer = manager.post(reverse("advisors:new"), data, follow=True)

        advisor = Advisor.objects.get()
        assert answer.redirect_chain[-1][0] == advisor.get_absolute_url()
        assert "Now record the vetting" in answer.text
        assert advisor.incidents.get().setting_id == "CAMPUS"
        assert advisor.hours_per_week == 6

    def test_what_was_typed_stays_beside_the_error(self, manager):
        data = filled(manager.get(reverse("advisors:new"))) | {
            "profile-full_name": "Luis Romero",
            "profile-disciplines": ["LE_CHIEF"],
            "profile-voice": "12",
            "incidents-0-year": "1066",
        }

        page = manager.post(reverse("advisors:new"), data)

        assert "Luis Romero" in page.text
        assert "Write the number with its area code." in page.text
        assert "incidents-0-year" in str(page.context["incidents"].forms[0]["year"])
        assert page.context["incidents"].forms[0].errors
        assert not Advisor.objects.exists()

    def test_an_edit_that_changes_nothing_changes_nothing(self, manager):
        rival = AgencyFactory(name="Rivertown Police Department", state="MN")
        advisor = AdvisorFactory(
            expertise={"MEDIA": 3}, led=["K12"], agency=AgencyFactory(), languages=["en", "es"]
        )
        advisor.conflicts.set([rival])
        advisor.person.contact_points.create(channel="voice", value="(202) 555-0143")
        url = reverse("advisors:edit", args=[advisor.pk])

        answer = manager.post(url, filled(manager.get(url)))

        assert answer.status_code == 302, answer.context["profile"].errors
        advisor.refresh_from_db()
        assert advisor.languages == ["en", "es"]
        assert list(advisor.conflicts.all()) == [rival]
        assert advisor.incidents.count() == 1

    def test_an_agency_nobody_knows_is_asked_about(self, manager):
        AgencyFactory(name="Riverton Police Department", state="MN")
        data = filled(manager.get(reverse("advisors:new"))) | {
            "profile-full_name": "Luis Romero",
            "profile-agency": "Riverton Police",
        }

        page = manager.post(reverse("advisors:new"), data)

        assert "Did you mean: Riverton Police Department, MN?" in page.text

    def test_an_incident_is_taken_out(self, manager):
        advisor = AdvisorFactory(led=["K12"])
        advisor.person.contact_points.create(channel="voice", value="(202) 555-0143")
        url = reverse("advisors:edit", args=[advisor.pk])

        manager.post(url, filled(manager.get(url)) | {"incidents-0-DELETE": "on"})

        assert not advisor.incidents.exists()

    def test_the_officer_cannot_edit(self, officer):
        advisor = AdvisorFactory()

        for name in ("edit", "time_of"):
            assert officer.get(reverse(f"advisors:{name}", args=[advisor.pk])).status_code == 403
        for name in ("standing", "make_account", "set_hours", "add_absence"):
            assert officer.post(reverse(f"advisors:{name}", args=[advisor.pk])).status_code == 403


class TestPapers:
    def test_vetting_and_agreement_are_recorded(self, manager):
        advisor = AdvisorFactory(
            vetted_date=None, agreement_signed_date=None, agreement_expires_date=None
        )

        answer = manager.post(
            reverse("advisors:standing", args=[advisor.pk]),
            {
                "is_active": "on",
                "vetted_date": "2026-11-20",
                "agreement_signed_date": "2026-11-20",
                "agreement_expires_date": "2028-11-20",
            },
        )

        advisor.refresh_from_db()
        assert answer.status_code == 302
        assert advisor.vetted_date == date(2026, 11, 20)
        assert advisor.agreement_expires_date == date(2028, 11, 20)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"agreement_signed_date": "2026-11-20"}, "Say when it ends, too."),
            ({"agreement_expires_date": "2026-11-20"}, "Say when it was signed, too."),
            (
                {"agreement_signed_date": "2026-11-20", "agreement_expires_date": "2026-11-20"},
                "Choose a day after it was signed.",
            ),
        ],
    )
    def test_half_an_agreement_is_asked_about(self, manager, given, words):
        advisor = AdvisorFactory()

        page = manager.post(reverse("advisors:standing", args=[advisor.pk]), given)

        assert words in page.text

    def test_an_account_is_made_from_the_record(self, manager):
        advisor = AdvisorFactory()
        url = reverse("advisors:make_account", args=[advisor.pk])

        manager.post(url, {"email": "ellen@park.example"})

        assert User.objects.get(person=advisor.person).roles == ["advisor"]
        assert "Has an account." in manager.get(advisor.get_absolute_url()).text

    def test_a_taken_address_is_said_beside_the_field(self, manager):
        UserFactory(email="taken@park.example")
        url = reverse("advisors:make_account", args=[AdvisorFactory().pk])

        page = manager.post(url, {"email": "taken@park.example"})

        assert "This address has an account." in page.text
