"""Pages of the library that are put before a leader: what is asked for at once, else sparingly."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from requests.actions import sending
from requests.actions.moves import MoveRefused
from requests.models import SentItem
from requests.rules import sending as rules
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.resources import EditionFactory
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]


def kit(slug="kit", **given):
    return EditionFactory(slug=slug, **{"title": "A kit for briefings"} | given).item


def send(request, item, *, was_asked=True, at=NOON, **given):
    return sending.send_item(
        assistance_request=request,
        item=item,
        was_asked=was_asked,
        at=at,
        **{"by": request.owner} | given,
    )


def test_it_stands_on_the_leaders_page_behind_the_code():
    request = stories.taken()
    client, address = opened(request)

    send(request, kit())

    page = said(client.get(address))
    assert "From the library, for you" in page
    assert "A kit for briefings" in page
    assert "A kit for briefings" not in said(browser(None).get(address))


def test_the_message_is_a_link_alone():
    request = stories.taken()

    send(request, kit())

    assert stories.messaged("item_sent") == {request.leader.full_name}
    assert not Message.objects.filter(label__icontains="kit").exists()


def test_the_workspace_says_who_sent_it():
    request = stories.taken()
    send(request, kit())

    page = said(browser(request.owner).get(f"/requests/{request.reference}/"))

    assert f"{request.owner.person.full_name} sent “A kit for briefings”" in page
    assert "They asked for it." in page


def test_sent_twice_it_stands_there_once():
    request = stories.taken()
    item = kit()

    assert send(request, item) == send(request, item)

    assert SentItem.objects.count() == 1
    assert Message.objects.filter(purpose="item_sent").count() == 1


def test_unasked_nothing_goes_in_the_first_hours():
    request = stories.taken()

    with pytest.raises(MoveRefused, match="first hours"):
        send(request, kit(), was_asked=False, at=NOON + timedelta(hours=5, minutes=59))

    send(request, kit("other"), was_asked=False, at=NOON + timedelta(hours=6))


def test_unasked_one_page_a_day_is_enough():
    request = stories.triaged()
    send(request, kit(), was_asked=False)

    with pytest.raises(MoveRefused, match="One page a day"):
        send(request, kit("other"), was_asked=False, at=NOON + timedelta(hours=23))

    send(request, kit("third"), at=NOON + timedelta(minutes=1))  # asked for
    send(request, kit("fourth"), was_asked=False, at=NOON + timedelta(days=1))


def test_what_was_taken_back_is_off_the_page_and_is_not_announced():
    request = stories.taken()
    client, address = opened(request)
    sent = send(request, kit())

    for _ in range(2):
        sending.take_back(sent=sent, by=request.owner, at=NOON)

    assert "A kit for briefings" not in said(client.get(address))
    message = Message.objects.filter(purpose="item_sent").first()
    assert sending._while_it_stands(message, NOON)
    assert AuditEntry.objects.filter(verb="item.taken_back").count() == 1
    send(request, sent.item)


def test_an_advisor_sends_on_their_own_engagement_only():
    request = stories.engaged()
    engagement = request.engagements.get()
    advisor = engagement.advisor.person.user

    sent = send(request, kit(), engagement=engagement, by=advisor)

    assert sent.engagement == engagement
    with pytest.raises(PermissionDenied):
        send(request, kit("other"), engagement=engagement, by=UserFactory(advisor=True))
    with pytest.raises(PermissionDenied):
        send(request, kit("third"), by=advisor)


def test_what_is_withdrawn_from_the_library_leaves_the_page(settings):
    settings.DEMO = False
    request = stories.taken()
    client, address = opened(request)
    send(request, kit(state="draft"))

    assert "From the library" not in said(client.get(address))


@pytest.mark.parametrize(
    ("began", "last", "free"),
    [
        (timedelta(hours=-7), None, None),
        (timedelta(hours=-2), None, timedelta(hours=4)),
        (timedelta(days=-9), timedelta(hours=-3), timedelta(hours=21)),
        (timedelta(hours=-1), timedelta(hours=-23), timedelta(hours=5)),
        (timedelta(days=-9), timedelta(days=-1), None),
    ],
)
def test_from_when_the_next_one_may_go_unasked(began, last, free):
    found = rules.free_from(began_at=NOON + began, last_unasked_at=last and NOON + last, now=NOON)

    assert found == (free and NOON + free)
