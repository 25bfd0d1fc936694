"""Who has looked at a request: each opening is a line, and so is opening the list of them."""

import pytest
from django.urls import reverse

from mvai.audit import log
from mvai.audit.models import AuditEntry
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.requests import stories
from tests.requests.pages import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def assistance_request():
    return stories.triaged()


@pytest.fixture
def omar():
    return UserFactory(duty_officer=True, person__full_name="Omar Haddad")


@pytest.fixture
def manager():
    return browser(UserFactory(program_manager=True, person__full_name="Helen Aguirre"))


@pytest.fixture
def auditor():
    return browser(UserFactory(auditor=True, person__full_name="Samuel Whitcomb"))


def address(assistance_request) -> str:
    return reverse("requests:looks", args=[assistance_request.reference])


def lines(client, assistance_request) -> list[tuple[str, str]]:
    """Who and which part, newest first, without the look at this page itself."""
    looks = client.get(address(assistance_request)).context["looks"]
    return [
        (str(look.who), str(look.part)) for look in looks if look.entry.verb != "request.looks_read"
    ]


def test_each_opening_is_a_line_with_its_person_and_part(manager, omar, assistance_request):
    desk = browser(omar)
    desk.get(assistance_request.get_absolute_url())
    desk.get(reverse("requests:people", args=[assistance_request.reference]))

    assert lines(manager, assistance_request) == [
        ("Omar Haddad", "Whom to ask"),
        ("Omar Haddad", "The whole request"),
    ]
    page = manager.get(address(assistance_request)).content.decode()
    assert "Duty officer" in page


def test_what_others_did_with_other_requests_is_not_there(manager, omar, assistance_request):
    browser(omar).get(stories.filed().get_absolute_url())

    assert lines(manager, assistance_request) == []


def test_looking_at_the_looks_is_a_look(manager, assistance_request):
    manager.get(address(assistance_request))

    looks = manager.get(address(assistance_request)).context["looks"]
    assert [str(look.part) for look in looks] == ["Who has looked"] * 2
    assert {str(look.who) for look in looks} == {"Helen Aguirre"}
    entry = AuditEntry.objects.filter(verb="request.looks_read").first()
    assert (entry.kind, entry.label) == ("read", assistance_request.reference)


def test_the_leaders_own_look_has_no_name(manager, assistance_request):
    log.record_read(
        verb="request.status_read",
        target=assistance_request,
        by=None,
        at=NOON,
        label=assistance_request.reference,
    )

    assert lines(manager, assistance_request) == [
        ("Who holds the leader’s link and a code", "The status page")
    ]


def test_what_an_advisor_read_of_it_is_there(manager, assistance_request):
    ellen = UserFactory(advisor=True, person__full_name="Ellen Park")
    log.record_read(
        verb="offer.read", target=ellen, by=ellen, at=NOON, label=assistance_request.reference
    )

    assert lines(manager, assistance_request) == [("Ellen Park", "An offer to an advisor")]


def test_who_was_refused_is_there_and_marked(manager, omar, assistance_request):
    refused = browser(omar).get(address(assistance_request))

    assert refused.status_code == 403
    assert lines(manager, assistance_request) == [("Omar Haddad", "A page that is not for them")]
    assert "refused" in manager.get(address(assistance_request)).content.decode()


def test_the_network_address_is_for_the_auditor_alone(manager, auditor, omar, assistance_request):
    browser(omar).get(assistance_request.get_absolute_url(), REMOTE_ADDR="203.0.113.7")

    assert "203.0.113.7" not in manager.get(address(assistance_request)).content.decode()
    assert "203.0.113.7" in auditor.get(address(assistance_request)).content.decode()


def test_the_auditor_learns_nothing_else_of_the_request(auditor, assistance_request):
    page = auditor.get(address(assistance_request)).content.decode()

    assert assistance_request.call_name not in page
    assert assistance_request.get_absolute_url() + '"' not in page
    assert auditor.get(assistance_request.get_absolute_url()).status_code == 404


def test_the_workspace_leads_there_whoever_may_go(manager, omar, assistance_request):
    link = f'href="{address(assistance_request)}"'

    assert link in manager.get(assistance_request.get_absolute_url()).content.decode()
    assert link not in browser(omar).get(assistance_request.get_absolute_url()).content.decode()


def test_many_looks_have_pages(manager, omar, assistance_request):
    for _ in range(60):
        log.record_read(
            verb="request.read",
            target=assistance_request,
            by=omar,
            at=NOON,
            label=assistance_request.reference,
            part="workspace",
        )
    first = manager.get(address(assistance_request)).context["page"]
    rest = manager.get(address(assistance_request), {"before": first.before}).context["page"]

    assert len(first.entries) == 50
    assert len(rest.entries) == 11
    assert rest.before is None


def test_the_page_costs_few_queries(
    manager, omar, assistance_request, django_assert_max_num_queries
):
    for _ in range(40):
        log.record_read(verb="request.read", target=assistance_request, by=omar, at=NOON)

    with django_assert_max_num_queries(14):
        manager.get(address(assistance_request))
