"""The auditor's log, the same as a file, and where each role begins."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from mvai.audit import checking, log, where
from mvai.audit.models import AuditEntry, AuditSeal
from mvai.dashboard import views
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.audit.sealed import entries, seal, triggers_off

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
    with where.via("web", address="203.0.113.7"):
        log.record(verb="request.closed", at=NOON + timedelta(days=2), by=omar, label="MV-9D2M")
    log.record_read(
        verb="request.opened", target=omar, by=omar, at=NOON + timedelta(days=1), result="refused"
    )


def verbs(client, **filters) -> list[str]:
    answer = client.get(reverse("dashboard:audit"), filters)
    return [entry.verb for entry in answer.context["page"].entries]


def exported(client, **filters) -> list[dict[str, str]]:
    answer = client.get(reverse("dashboard:export_audit"), filters)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("_entries")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["request.closed", "request.opened", "request.filed"]),
        ({"verb": "request.f"}, ["request.filed"]),
        ({"verb": "request"}, ["request.closed", "request.opened", "request.filed"]),
        ({"person": "haddad"}, ["request.closed", "request.opened"]),
        ({"person": "nobody"}, []),
        ({"record": "mv-7k4q"}, ["request.filed"]),
        ({"record": "accounts.user"}, ["request.opened"]),
        ({"record": "accounts.user 0"}, []),
        ({"result": "refused"}, ["request.opened"]),
        ({"result": "done", "kind": "write"}, ["request.closed", "request.filed"]),
        ({"address": "203.0.113.7"}, ["request.closed"]),
        ({"address": "203.0."}, ["request.closed"]),
        ({"address": "203.0.113.8"}, []),
        ({"kind": "read"}, ["request.opened"]),
        ({"since": "2026-11-24"}, ["request.closed", "request.opened"]),
        ({"until": "2026-11-23"}, ["request.filed"]),
        ({"since": "2026-11-24", "until": "2026-11-24"}, ["request.opened"]),
    ],
)
def test_the_log_and_its_file_are_filtered_alike(auditor, filters, expected):
    assert verbs(auditor, **filters) == expected
    assert [row["What"] for row in exported(auditor, **filters)] == expected


@pytest.mark.usefixtures("_entries")
def test_a_person_is_found_by_the_number_of_the_account(auditor, omar):
    assert verbs(auditor, person=str(omar.pk)) == ["request.closed", "request.opened"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", "sideways"),
        ("result", "maybe"),
        ("address", "the office"),
        ("since", "yesterday"),
        ("until", "2026-13-45"),
        ("record", "x" * 101),
    ],
)
def test_what_can_not_be_read_is_an_error_beside_its_field(auditor, field, typed):
    answer = auditor.get(reverse("dashboard:audit"), {field: typed})

    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "yesterday"},
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"verb": "x" * 200},
        {"address": "the office"},
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


def test_long_logs_have_pages_that_new_entries_do_not_move(auditor):
    made = [log.record(verb="request.filed", at=NOON, label=f"MV-{n:04}") for n in range(120)]
    page = auditor.get(reverse("dashboard:audit"), {"verb": "request"}).context["page"]
    seen = [entry.pk for entry in page.entries]
    while page.before:
        log.record(verb="request.filed", at=NOON + timedelta(hours=1))
        asked = {"verb": "request", "before": page.before}
        page = auditor.get(reverse("dashboard:audit"), asked).context["page"]
        seen += [entry.pk for entry in page.entries]

    assert seen == [entry.pk for entry in reversed(made)]


@pytest.mark.parametrize("before", ["nonsense", "0", "9" * 30, "-1", "\u0663"])
def test_a_page_that_is_none_is_the_first(auditor, before):
    for _ in range(60):
        log.record(verb="request.filed", at=NOON)

    assert len(verbs(auditor, before=before)) == 50


def test_the_further_page_keeps_the_filter(auditor):
    for _ in range(60):
        log.record(verb="request.filed", at=NOON)

    page = auditor.get(reverse("dashboard:audit"), {"verb": "request.filed"}).content.decode()
    assert "?verb=request.filed&amp;before=" in page


# The file


@pytest.mark.usefixtures("_entries")
def test_a_row_of_the_file_says_what_the_page_says(auditor, omar):
    row = exported(auditor, verb="request.closed")[0]

    assert row["When (UTC)"] == "2026-11-25T17:00:00+00:00"
    assert (row["Who"], row["Account"], row["Roles"]) == (
        "Omar Haddad", str(omar.pk), "duty_officer",
    )  # fmt: skip
    assert (row["Reference"], row["Result"]) == ("MV-9D2M", "done")
    assert (row["Address"], row["By way of"]) == ("203.0.113.7", "web")


@pytest.mark.usefixtures("_entries")
def test_taking_the_file_is_on_record_with_its_count(auditor):
    exported(auditor, verb="request", since="2026-11-24")

    entry = AuditEntry.objects.get(verb="audit.exported")
    assert entry.kind == "read"
    assert entry.facts == {"entries": 2, "filters": ["since", "verb"]}


def test_the_file_is_a_download_that_nothing_keeps(auditor):
    answer = auditor.get(reverse("dashboard:export_audit"))

    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert "no-store" in answer["Cache-Control"]


def test_the_file_holds_at_most_so_many_and_the_newest(auditor, monkeypatch):
    monkeypatch.setattr(views, "EXPORTED", 2)
    for number in range(4):
        log.record(verb="request.filed", at=NOON + timedelta(minutes=number), label=f"MV-{number}")

    assert [row["Reference"] for row in exported(auditor, verb="request")] == ["MV-3", "MV-2"]


def test_a_name_that_is_a_formula_is_only_a_name_in_the_file(auditor):
    mallory = UserFactory(duty_officer=True, person__full_name='=HYPERLINK("http://evil","x")')
    log.record(verb="request.filed", at=NOON, by=mallory)

    assert exported(auditor, verb="request")[0]["Who"].startswith("'=HYPERLINK")


def test_a_filter_that_can_not_be_read_gives_the_page_and_no_file(auditor):
    answer = auditor.get(reverse("dashboard:export_audit"), {"since": "yesterday"})

    assert answer["Location"] == reverse("dashboard:audit") + "?since=yesterday"
    assert not AuditEntry.objects.filter(verb="audit.exported").exists()


def test_a_long_file_costs_few_queries(auditor, omar, django_assert_max_num_queries):
    for _ in range(600):
        log.record(verb="request.filed", at=NOON, by=omar)

    with django_assert_max_num_queries(14):
        assert len(exported(auditor, verb="request")) == 600


# Refused pages


@pytest.mark.parametrize(("method", "kind"), [("get", "read"), ("post", "write")])
def test_who_is_refused_a_page_is_on_record(client, omar, method, kind):
    sign_in(client, omar)
    getattr(client, method)(reverse("duty:plans") if method == "get" else reverse("duty:hours"))

    entry = AuditEntry.objects.get(verb="page.refused")
    assert (entry.kind, entry.result, entry.actor_id) == (kind, "refused", omar.pk)
    assert entry.facts == {"page": "duty:plans" if method == "get" else "duty:hours"}


def test_what_is_not_there_is_no_refusal(client, omar):
    sign_in(client, omar)
    client.get("/requests/MV-0000/")

    assert not AuditEntry.objects.filter(verb="page.refused").exists()


def test_the_log_costs_few_queries(auditor, omar, django_assert_max_num_queries):
    for number in range(60):
        log.record(verb="request.filed", at=NOON, by=omar, label=f"MV-{number:04}")

    with django_assert_max_num_queries(12):
        auditor.get(reverse("dashboard:audit"))


def state_of(page) -> str:
    text = page.content.decode()
    return text[text.index("</form>\n  <p>") : text.index("What the columns mean")]


def test_the_page_says_how_far_the_log_is_sealed_and_that_it_agrees(auditor):
    assert "Nothing is sealed yet" in state_of(auditor.get(reverse("dashboard:audit")))
    entries(2)
    seal()
    checking.check_due(NOON)

    said = state_of(auditor.get(reverse("dashboard:audit")))
    assert f"Sealed up to entry {AuditSeal.objects.get().last_id}" in said
    assert "they agree" in said


def test_the_page_says_that_the_log_does_not_agree(auditor):
    made = entries(2)
    seal()
    with triggers_off():
        made[0].delete()
    checking.check_due(NOON)

    assert "does not agree with its seals" in state_of(auditor.get(reverse("dashboard:audit")))


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
        ("content_editor", "resources:desk"),
    ],
)
def test_each_role_begins_where_its_work_is(client, role, page):
    sign_in(client, UserFactory(**{role: True}))

    assert client.get(reverse("dashboard:home"))["Location"] == reverse(page)


@pytest.mark.parametrize("role", ["requester", "wellness_coordinator"])
def test_who_has_no_page_of_their_own_finds_a_calm_one(client, role):
    sign_in(client, UserFactory(roles=[role]))

    assert (
        "Nothing waits for you here now." in client.get(reverse("dashboard:home")).content.decode()
    )
