"""A few lines between the leader's page and the desk, and a page that had closed meanwhile."""

import json
import re
import uuid
from datetime import timedelta

import pytest

from mvai.outbox.models import Message
from requests.actions import closing, codes, talk
from requests.actions.moves import MoveRefused
from requests.models import DeskMessage, Side
from tests.factories import NOON
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]

WORDS = "Please call after six, I brief the council."


def to_leader(request, text="We call at six.", press=None):
    return talk.write_to_leader(
        assistance_request=request,
        text=text,
        press=press or uuid.uuid4(),
        by=request.owner,
        at=NOON,
    )


def test_what_the_leader_writes_stands_on_both_pages():
    request = stories.taken()
    client, address = opened(request)

    client.post(f"{address}message/", {"text": WORDS})

    assert WORDS in said(client.get(address))
    workspace = said(browser(request.owner).get(f"/requests/{request.reference}/"))
    assert WORDS in workspace
    assert "not read yet" in workspace


def test_the_owner_is_told_that_they_wrote_and_not_what():
    request = stories.taken()
    client, address = opened(request)

    client.post(f"{address}message/", {"text": WORDS})

    assert stories.messaged("leader_wrote") == {request.owner.person.full_name}
    assert not Message.objects.filter(label__icontains="council").exists()


def test_pressed_twice_it_is_one_message():
    request = stories.taken()
    client, address = opened(request)
    typed = {"text": WORDS, "press": str(uuid.uuid4())}

    for _each in range(2):
        client.post(f"{address}message/", typed)

    assert DeskMessage.objects.count() == 1
    assert (
        Message.objects.filter(purpose="leader_wrote").values("occurrence").distinct().count() == 1
    )


def test_the_desk_answers_and_the_leader_is_told_that_there_is_a_message():
    request = stories.taken()
    page, address = browser(request.owner), f"/requests/{request.reference}/"

    page.post(f"{address}message/", {"text": "We call at six."})

    assert stories.messaged("desk_wrote") == {request.leader.full_name}
    client, leaders = opened(request)
    shown = said(client.get(leaders))
    assert "We call at six." in shown
    assert "1 message is not read yet" in shown


def test_looking_does_not_mark_as_read_and_a_press_does():
    request = stories.taken()
    to_leader(request)
    client, address = opened(request)
    client.get(address)
    assert DeskMessage.objects.get().read_at is None

    client.post(f"{address}read/")

    assert DeskMessage.objects.get().read_at == NOON


def test_an_answer_marks_what_it_answers_as_read():
    request = stories.taken()
    to_leader(request)
    client, address = opened(request)

    client.post(f"{address}message/", {"text": WORDS})

    assert DeskMessage.objects.get(side=Side.DESK).read_at == NOON
    assert DeskMessage.objects.get(side=Side.LEADER).read_at is None


def test_the_desk_marks_as_read():
    request = stories.taken()
    client, address = opened(request)
    client.post(f"{address}message/", {"text": WORDS})

    browser(request.owner).post(f"/requests/{request.reference}/message/read/")

    assert DeskMessage.objects.get().read_at == NOON


def test_an_advisor_never_sees_what_they_wrote():
    request = stories.engaged()
    client, address = opened(request)
    client.post(f"{address}message/", {"text": WORDS})
    engagement = request.engagements.get()

    page = browser(engagement.advisor.person.user).get(f"/engagements/{engagement.pk}/")

    assert WORDS not in said(page)


def test_500_characters_fit_and_one_more_does_not():
    request = stories.taken()
    client, address = opened(request)

    client.post(f"{address}message/", {"text": "x\r\n" + "y" * 498})
    refused = client.post(f"{address}message/", {"text": "z" * 501})

    assert DeskMessage.objects.count() == 1
    assert "z" * 501 in said(refused)


def test_a_closed_request_takes_no_more_messages():
    request = stories.taken()
    closing.close(assistance_request=request, close_reason="met", by=request.owner, at=NOON)

    with pytest.raises(MoveRefused, match="closed"):
        talk.write_to_desk(assistance_request=request, text=WORDS, press=uuid.uuid4(), at=NOON)


def test_many_unread_messages_ask_for_a_call_instead():
    request = stories.taken()
    for _each in range(talk.MOST_UNREAD):
        talk.write_to_desk(assistance_request=request, text=WORDS, press=uuid.uuid4(), at=NOON)

    with pytest.raises(MoveRefused, match="Please call"):
        talk.write_to_desk(assistance_request=request, text=WORDS, press=uuid.uuid4(), at=NOON)


def hidden(page, name):
    value = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]
    return value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def test_what_was_typed_on_a_page_that_had_closed_waits_behind_the_code(noon):
    request = stories.taken()
    client, address = opened(request)
    noon.shift(timedelta(hours=12))

    closed = client.post(f"{address}message/", {"text": WORDS})

    assert not DeskMessage.objects.exists()
    assert "nothing was sent" in said(closed)
    then, carried = hidden(closed, "then"), hidden(closed, "carried")
    asked = client.post(f"{address}code/", {"then": then, "carried": carried})
    assert json.loads(hidden(asked, "carried")) == {"text": [WORDS]}
    wrong = client.post(f"{address}open/", {"code": "1", "then": then, "carried": carried})
    assert json.loads(hidden(wrong, "carried")) == {"text": [WORDS]}
    code = codes.send_code(assistance_request=request, at=NOON + timedelta(hours=12))
    form = client.post(f"{address}open/", {"code": code.digits(), "then": then, "carried": carried})
    assert WORDS in said(form)
    assert not DeskMessage.objects.exists()

    client.post(f"{address}message/", {"text": WORDS})
    assert DeskMessage.objects.get().text == WORDS


@pytest.mark.parametrize(
    "carried",
    ["[1]", "null", "{", '{"text": 3}', "[" * 5000, "x" * 30_000, '{"text": ["\\ud800"]}'],
)
def test_nonsense_in_place_of_what_was_typed_is_no_broken_page(client, carried):
    request = stories.taken()
    _client, address = opened(request, client)
    code = codes.send_code(assistance_request=request, at=NOON)

    answer = client.post(
        f"{address}open/", {"code": code.digits(), "then": "message", "carried": carried}
    )

    assert answer.status_code in (200, 303)
