"""Lines with a sign of personal data, wherever a leader and the desk write to each other."""

import pytest

from requests.models import AssistanceRequest, Concern, DeskMessage
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]

SIGN = "The victim is Maria Lopez, DOB 4/12/1987"
WARNING = "This looks like a date of birth."


def test_a_message_is_not_sent_before_its_writer_says_that_it_is_something_else():
    client, address = opened(stories.taken())

    page = client.post(f"{address}message/", {"text": SIGN})

    assert WARNING in said(page)
    assert SIGN in said(page)
    assert not DeskMessage.objects.exists()

    client.post(f"{address}message/", {"text": SIGN, "keep_text": "on"})

    assert DeskMessage.objects.get().text == SIGN


def test_nor_is_a_concern():
    client, address = opened(stories.engaged())

    page = client.post(f"{address}concern/", {"text": SIGN})

    assert WARNING in said(page)
    assert not Concern.objects.exists()


def test_nor_what_the_desk_writes_to_the_leader():
    request = stories.taken()

    page = browser(request.owner).post(f"/requests/{request.reference}/message/", {"text": SIGN})

    assert WARNING in said(page)
    assert not DeskMessage.objects.exists()


def test_of_the_details_the_rest_is_kept():
    client, address = opened(stories.taken())

    page = client.post(f"{address}details/", {"note": SIGN, "city": "Denver"})

    assert WARNING in said(page)
    kept = AssistanceRequest.objects.get()
    assert (kept.note, kept.city) == ("", "Denver")


def test_the_page_has_what_its_script_reads_by():
    client, address = opened(stories.taken())

    assert "data-patterns=" in said(client.get(f"{address}message/"))
