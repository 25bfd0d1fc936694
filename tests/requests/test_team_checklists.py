"""A leader shares a checklist with a team from the status page, and says who else sees it."""

import uuid

import pytest

from mvai.audit.models import AuditEntry
from requests.actions import delegates
from requests.actions import team_checklists as actions
from requests.models import SharedChecklist
from requests.views import status_team
from resources.actions.team_addresses import manage_token, team_token
from resources.models import TeamChecklist
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.requests import stories
from tests.requests.leaders import opened
from tests.resources.teams import item, tick

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def request_with_lead():
    return stories.engaged()


def share(request, edition=None, **given):
    edition = edition or item()
    said = {
        "edition": edition,
        "title": edition.title,
        "agency": "Riverton PD",
        "press": uuid.uuid4(),
        "at": NOON,
    }
    return actions.share(assistance_request=request, **{**said, **given})


def form(edition, **more):
    return {
        "item": edition.item.slug,
        "agency": "Riverton PD",
        "knows": "on",
        "press": "6a1b7c1e-0000-4000-8000-000000000001",
        **more,
    }


def advisors_browser(client, request):
    lead = request.engagements.active().leads().get()
    user = lead.advisor.person.user
    return sign_in(client, user), f"/engagements/{lead.pk}/"


def test_it_is_shared_from_the_page_by_the_requests_own_clock(request_with_lead):
    edition = item()
    client, address = opened(request_with_lead)

    client.post(f"{address}team/", form(edition))
    answer = client.post(f"{address}team/", form(edition))

    assert answer["Location"].endswith("?done=team#main")
    shared = SharedChecklist.objects.get()
    assert shared.checklist.time_zone == request_with_lead.time_zone
    page = client.get(address).content.decode()
    assert team_token(shared.checklist, NOON) in page
    assert manage_token(shared.checklist, NOON) in page
    assert "0 of 3 done" in page


def test_without_the_acknowledgment_nothing_is_saved(request_with_lead):
    client, address = opened(request_with_lead)

    page = client.post(f"{address}team/", form(item(), knows=""))

    assert "Tick this once you have read" in page.content.decode()
    assert not TeamChecklist.objects.exists()


def test_without_a_code_the_page_shows_no_address_of_it(request_with_lead, client):
    shared = share(request_with_lead)
    _client, address = opened(request_with_lead)

    assert team_token(shared.checklist, NOON) not in client.get(address).content.decode()


def test_the_same_press_for_another_request_is_another_checklist(request_with_lead):
    press, edition = uuid.uuid4(), item()

    first = share(request_with_lead, edition, press=press)
    second = share(stories.taken(), edition, press=press)

    assert first.checklist_id != second.checklist_id


def test_the_advisor_sees_nothing_of_it_before_the_leader_says_so(request_with_lead, client):
    shared = share(request_with_lead)
    browser, address = advisors_browser(client, request_with_lead)

    assert "Team checklists" not in browser.get(address).content.decode()
    assert browser.get(f"{address}team/{shared.pk}/").status_code == 404


def test_the_advisor_reads_it_while_invited_and_can_change_nothing(request_with_lead, client):
    shared = share(request_with_lead)
    tick(shared.checklist.lines.first())
    leader, page = opened(request_with_lead)
    leader.post(f"{page}team-show/", {"one": str(shared.pk)})
    browser, address = advisors_browser(client, request_with_lead)

    assert "Team checklists" in browser.get(address).content.decode()
    read = browser.get(f"{address}team/{shared.pk}/").content.decode()
    assert "Name the incident commander." in read
    assert "<form" not in read.split("<main", 1)[1].split("</main>")[0]
    assert team_token(shared.checklist, NOON) not in read
    leader.post(f"{page}team-hide/", {"one": str(shared.pk)})

    assert browser.get(f"{address}team/{shared.pk}/").status_code == 404


def test_staff_see_it_with_the_advisor_and_not_without(request_with_lead, client):
    shared = share(request_with_lead)
    lead = request_with_lead.engagements.active().leads().get()
    desk = sign_in(client, UserFactory(duty_officer=True))
    address = f"/engagements/{lead.pk}/team/{shared.pk}/"

    assert desk.get(address).status_code == 404
    actions.show_to_advisors(shared=shared, shown=True, at=NOON)
    assert desk.get(address).status_code == 200


def test_a_look_of_the_advisors_is_in_both_logs(request_with_lead, client):
    shared = actions.show_to_advisors(shared=share(request_with_lead), shown=True, at=NOON)
    browser, address = advisors_browser(client, request_with_lead)

    browser.get(f"{address}team/{shared.pk}/")

    looks = AuditEntry.objects.reads().filter(facts__part="team_checklist")
    assert looks.get().label == request_with_lead.reference
    assert AuditEntry.objects.about(shared.checklist).reads().get().facts["way"] == "advisor"


def test_said_twice_it_is_shown_once(request_with_lead):
    shared = share(request_with_lead)

    actions.show_to_advisors(shared=shared, shown=True, at=NOON)
    actions.show_to_advisors(shared=shared, shown=True, at=NOON)

    assert AuditEntry.objects.filter(verb="request.checklist_shown").count() == 1


def test_a_delegate_shares_but_does_not_say_who_sees_it(request_with_lead):
    delegate = named(request_with_lead)
    share(request_with_lead)
    client, address = opened(request_with_lead, delegate=delegate)

    page = client.get(address).content.decode()

    assert "Share a checklist with my team" in page
    assert str(status_team.TEAM_SHOW.label) not in page


def named(request):
    return delegates.name_delegate(
        assistance_request=request,
        name="Aide Jo Park",
        number="(202) 555-0151",
        consented=True,
        by=request.owner,
        at=NOON,
    )
