"""The auditor's log, and where each role begins."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mvai.audit import log
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def omar():
    return UserFactory(duty_officer=True, person__full_name="Omar Haddad")


@pytest.fixture
def auditor(client):
    return sign_in(client, UserFactory(auditor=True))


@pytest.fixture
def _entries(omar):
    log.record(verb="request.filed", at=NOON, label="MV-7K4Q", filer="chief")
    log.record(verb="request.closed", at=NOON + timedelta(days=2), by=omar, label="MV-9D2M")
    log.record_read(verb="request.opened", target=omar, by=omar, at=NOON + timedelta(days=1))


def verbs(client, **filters) -> list[str]:
    answer = client.get(reverse("dashboard:audit"), filters)
    return [entry.verb for entry in answer.context["page_obj"]]


@pytest.mark.usefixtures("_entries")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["request.closed", "request.opened", "request.filed"]),
        ({"verb": "request.f"}, ["request.filed"]),
        ({"verb": "request"}, ["request.closed", "request.opened", "request.filed"]),
        ({"person": "haddad"}, ["request.closed", "request.opened"]),
        ({"person": "nobody"}, []),
        ({"label": "mv-7k4q"}, ["request.filed"]),
        ({"kind": "read"}, ["request.opened"]),
        ({"since": "2026-11-24"}, ["request.closed", "request.opened"]),
        ({"until": "2026-11-23"}, ["request.filed"]),
        ({"since": "2026-11-24", "until": "2026-11-24"}, ["request.opened"]),
    ],
)
def test_the_log_is_filtered_by_verb_person_reference_kind_and_day(auditor, filters, expected):
    assert verbs(auditor, **filters) == expected


def test_a_kind_that_does_not_exist_is_an_error_beside_the_field(auditor):
    answer = auditor.get(reverse("dashboard:audit"), {"kind": "sideways"})

    assert "kind" in answer.context["form"].errors


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "yesterday"},
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"verb": "x" * 200},
    ],
)
def test_a_filter_that_can_not_be_read_says_so_and_keeps_what_was_typed(auditor, filters):
    answer = auditor.get(reverse("dashboard:audit"), filters)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert next(iter(filters.values())) in answer.content.decode()


@pytest.mark.usefixtures("_entries")
def test_a_line_says_who_what_and_on_what(auditor):
    page = auditor.get(reverse("dashboard:audit")).content.decode()

    for words in ("Omar Haddad", "request.closed", "MV-9D2M", "The portal", "filer: chief"):
        assert words in page


def test_the_log_says_what_its_columns_mean(auditor):
    assert "What the columns mean" in auditor.get(reverse("dashboard:audit")).content.decode()


@pytest.mark.usefixtures("_entries")
def test_a_filter_without_a_hit_says_so(auditor):
    page = auditor.get(reverse("dashboard:audit"), {"verb": "nothing"}).content.decode()

    assert "No entry fits this filter." in page


def test_long_logs_have_pages(auditor):
    for number in range(60):
        log.record(verb="request.filed", at=NOON, label=f"MV-{number:04}")

    assert len(verbs(auditor)) == 50
    assert len(verbs(auditor, page="2")) >= 10
    assert len(verbs(auditor, page="nonsense")) == 50


def test_the_log_costs_few_queries(auditor, omar, django_assert_max_num_queries):
    for number in range(60):
        log.record(verb="request.filed", at=NOON, by=omar, label=f"MV-{number:04}")

    with django_assert_max_num_queries(12):
        auditor.get(reverse("dashboard:audit"))


def test_htmx_gets_the_lines_alone(auditor):
    page = auditor.get(reverse("dashboard:audit"), headers={"HX-Request": "true"})

    assert b"<html" not in page.content


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("duty_officer", "requests:board"),
        ("program_manager", "requests:board"),
        ("advisor", "dashboard:advisor_home"),
        ("auditor", "dashboard:audit"),
        ("content_editor", "resources:library"),
    ],
)
def test_each_role_begins_where_its_work_is(client, role, page):
    sign_in(client, UserFactory(**{role: True}))

    assert client.get(reverse("dashboard:home"))["Location"] == reverse(page)


@pytest.mark.parametrize("role", ["requester", "wellness_coordinator", "administrator"])
def test_who_has_no_page_of_their_own_finds_a_calm_one(client, role):
    sign_in(client, UserFactory(roles=[role]))

    assert (
        "Nothing waits for you here now." in client.get(reverse("dashboard:home")).content.decode()
    )
