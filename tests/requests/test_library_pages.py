"""The library beside a request: two taps from it to a page, and what is sent from there."""

import re
from datetime import timedelta

import pytest

from mvai.audit.models import AuditEntry
from requests.actions import closing
from requests.models import SentItem
from requests.rules.asked import gaps
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import ContactLogFactory
from tests.factories.resources import EditionFactory
from tests.requests import stories
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]


@pytest.fixture
def shelf():
    EditionFactory(
        slug="kit", title="A kit for briefings", needs=["MEDIA"], phases=["DAY1", "WEEK1"]
    )
    EditionFactory(slug="sleep", title="Sleep and food", needs=["WELLNESS"], phases=["WEEK1"])


def page_of(request, query=""):
    return said(browser(request.owner).get(f"/requests/{request.reference}/library/{query}"))


def test_it_is_two_taps_from_the_workspace(shelf):
    request = stories.triaged(fields={"needs": ["MEDIA"]})

    workspace = browser(request.owner).get(f"/requests/{request.reference}/").content.decode()

    assert f'href="/requests/{request.reference}/library/"' in workspace
    assert (
        'href="/library/kit/"'
        in browser(request.owner).get(f"/requests/{request.reference}/library/").content.decode()
    )


def test_what_fits_the_hour_and_the_needs_stands_first_with_the_reason(shelf):
    request = stories.triaged(fields={"needs": ["MEDIA"]})

    page = page_of(request)

    assert page.index("A kit for briefings") < page.index("Sleep and food")
    assert "the media" in page


def test_words_find_other_pages(shelf):
    request = stories.triaged(fields={"needs": ["MEDIA"]})

    page = page_of(request, "?q=sleep")

    assert "Sleep and food" in page
    assert "A kit for briefings" not in page


def test_a_page_is_sent_and_taken_back(shelf):
    request = stories.triaged()
    desk = browser(request.owner)
    address = f"/requests/{request.reference}/library/"

    answer = desk.post(f"{address}send/", {"row": "kit", "was_asked": "on"})

    assert answer.status_code == 303
    sent = SentItem.objects.get()
    assert sent.was_asked
    assert "Sent. It stands on their page." in said(desk.get(answer.headers["Location"]))
    desk.post(f"{address}{sent.pk}/back/")
    assert "On their page" not in page_of(request)


def test_unasked_the_page_says_from_when(shelf):
    request = stories.taken()

    page = page_of(request)

    assert "Unasked, the next page may go from" in page
    assert "Send it unasked" not in page
    refused = browser(request.owner).post(
        f"/requests/{request.reference}/library/send/", {"row": "kit"}
    )
    assert "In the first hours nothing is sent unasked" in said(refused)
    assert not SentItem.objects.exists()


@pytest.mark.parametrize("row", ["", "nothing-of-ours", "draft"])
def test_what_readers_cannot_open_is_not_sent(row, settings):
    settings.DEMO = False
    EditionFactory(slug="draft", state="draft")
    request = stories.triaged()

    page = browser(request.owner).post(
        f"/requests/{request.reference}/library/send/", {"row": row, "was_asked": "on"}
    )

    assert page.status_code == 200
    assert not SentItem.objects.exists()


def test_an_advisor_takes_back_what_they_sent_and_no_more(shelf):
    request = stories.engaged()
    engagement = request.engagements.get()
    advisor = browser(engagement.advisor.person.user)
    browser(request.owner).post(
        f"/requests/{request.reference}/library/send/", {"row": "kit", "was_asked": "on"}
    )
    advisor.post(f"/engagements/{engagement.pk}/library/send/", {"row": "sleep", "was_asked": "on"})
    ours, theirs = SentItem.objects.order_by("pk")

    page = advisor.get(f"/engagements/{engagement.pk}/library/").content.decode()

    assert f"/library/{theirs.pk}/back/" in page
    assert f"/library/{ours.pk}/back/" not in page
    assert advisor.post(f"/engagements/{engagement.pk}/library/{ours.pk}/back/").status_code == 404


def test_opening_it_is_in_the_log(shelf):
    request = stories.taken()

    page_of(request)

    assert AuditEntry.objects.reads().filter(verb="request.read", facts__part="library").exists()


def test_a_closed_request_is_sent_nothing(shelf):
    request = stories.taken()
    closing.withdraw(assistance_request=request, at=NOON)

    page = said(browser(UserFactory(duty_officer=True)).get(
        f"/requests/{request.reference}/library/"
    ))  # fmt: skip

    assert "This request is closed, so nothing is sent any more." in page


def test_editors_see_what_is_talked_about_and_not_covered(shelf):
    request = stories.engaged(happened=timedelta(days=5))
    engagement = request.engagements.get()
    for topic in ("MEDIA", "PROSECUTE", "PROSECUTE"):
        ContactLogFactory(engagement=engagement, at=NOON, logged_at=NOON).topics.set([topic])

    page = said(browser(UserFactory(content_editor=True)).get("/library/desk/asked/"))

    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Prosecution and court The first week 2" in words
    assert "Media and the public" not in page
    assert request.reference not in page


def test_a_topic_is_covered_by_one_item_for_that_need_and_phase():
    published = [["for:head", "need:MEDIA", "phase:DAY1"], ["need:VICTIMS", "phase:WEEK1"]]
    talked = [("MEDIA", "DAY1"), ("MEDIA", "WEEK1"), ("VICTIMS", "DAY1"), ("MEDIA", "WEEK1")]

    found = gaps(talked, published)

    assert [(gap.need, gap.phase, gap.talks) for gap in found] == [
        ("MEDIA", "WEEK1", 2),
        ("VICTIMS", "DAY1", 1),
    ]
