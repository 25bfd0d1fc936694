"""Reading an item: what its page shows, what a withdrawn one says, and what is counted."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mvai.audit.models import AuditEntry
from resources.actions import use as uses
from resources.models import ItemUse
from resources.states import Use
from resources.views import reading
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.resources import EditionFactory, ItemFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)
CHECKLIST = (
    "## First hour\n\n- [ ] Name **one** commander.\n- [ ] Call [[who]].\n\n"
    "## Later\n\n- [ ] Rest.\n\n## Last\n\nNothing to tick."
)


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch):
    monkeypatch.setattr(reading, "PACE", reading.Pace(most=1000))


def opened(client, edition, language=""):
    return client.get(f"{language}/library/{edition.item.slug}/").content.decode()


def test_the_card_comes_first_then_the_chapters_then_the_text(client):
    page = opened(client, EditionFactory(text=CHECKLIST))

    card, chapters, text = (
        page.index(words) for words in ("Call somebody.", 'href="#t-first-hour"', 'id="t-later"')
    )
    assert card < chapters < text


def test_a_page_says_for_whom_and_when_it_is(client):
    edition = EditionFactory(
        audiences=["head"], needs=["MEDIA"], phases=["HOUR"], settings=["K12"], minutes=4
    )
    page = opened(client, edition)

    for words in ("4 minutes", "for: Agency head", "When:", "About:", "Where:"):
        assert words in page


def test_each_line_has_a_box_that_its_words_tick(client):
    page = opened(client, EditionFactory(text=CHECKLIST))

    assert page.count('<label><input type="checkbox"><span class="tick__words">') == 3
    assert "Name <strong>one</strong> commander." in page


def test_a_chapter_with_boxes_has_room_for_how_many_are_done(client):
    page = opened(client, EditionFactory(text=CHECKLIST))

    assert page.count('<p class="done"></p>') == 2


def test_before_a_hard_text_the_card_can_be_read_and_the_text_waits(client):
    page = opened(client, EditionFactory(text=CHECKLIST, advisory="It speaks of recordings."))

    card, advisory = page.index("Call somebody."), page.index("It speaks of recordings.")
    opens, text = page.index('<details class="read-on"'), page.index('id="t-first-hour"')
    assert card < advisory < opens < text
    assert "open" not in page[opens : page.index(">", opens)].replace("read-on", "")


def test_what_was_written_with_the_award_says_so_and_what_was_not_does_not(client, settings):
    settings.AWARD_NUMBER = "15PBJA-26"
    funded, other = EditionFactory(), EditionFactory(is_funded=False)

    said = "not the official position of the U.S. Department of Justice"
    assert said in opened(client, funded)
    assert said not in opened(client, other)


def test_counsel_s_own_disclaimer_takes_the_place_of_ours(client, settings):
    settings.AWARD_DISCLAIMER = "As counsel says."
    page = opened(client, EditionFactory())

    assert "As counsel says." in page[page.index("colophon") :]
    assert "not the official position" not in page


def test_a_page_says_who_wrote_it_when_and_when_it_is_looked_at_again(client):
    page = opened(
        client,
        EditionFactory(
            author="IACP",
            number=3,
            license="CC BY 4.0",
            last_reviewed_date=date(2026, 10, 1),
            review_by_date=date(2027, 10, 1),
            sources=[{"title": "A book", "address": "https://book.example/1"}],
        ),
    )

    for words in ("IACP", "version 3", "CC BY 4.0", "Oct. 1, 2026", "Oct. 1, 2027"):
        assert words in page
    assert '<a href="https://book.example/1" rel="noreferrer" lang="en">A book</a>' in page


def test_a_work_of_others_has_a_page_that_says_where_it_leads(client):
    edition = EditionFactory(
        kind="external", card="", address="https://www.work.example/page", author="OVC"
    )
    page = opened(client, edition)

    assert "Open at work.example" in page
    assert 'href="https://www.work.example/page" rel="noreferrer"' in page
    assert "It leaves this portal." in page


def test_callouts_are_named_in_the_language_of_their_text(client):
    item = ItemFactory(slug="kit")
    EditionFactory(item=item, text="::: care\nSlowly.\n:::")
    EditionFactory(item=item, language="es", card="::: care\nDespacio.\n:::")

    page = client.get("/es/library/kit/").content.decode()
    assert page.count("With care") == page.count("Con cuidado") == 1


def test_items_near_to_it_share_its_needs_and_times(client):
    here = EditionFactory(needs=["MEDIA"], phases=["DAY1"])
    same = EditionFactory(title="Near", needs=["MEDIA"], phases=["DAY1"])
    less = EditionFactory(title="Less near", needs=["MEDIA"], phases=["LONG"])
    EditionFactory(title="Far away", needs=["AAR"], phases=["DAY1"])
    page = opened(client, here)

    near = page[page.index('id="related"') :]
    assert near.index(same.item.slug) < near.index(less.item.slug)
    assert "Far away" not in near


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_what_was_on_show_and_is_not_any_more_says_so_and_offers_what_is_near(client, state):
    gone = EditionFactory(state=state, title="Old words", needs=["MEDIA"], published_at=NOON)
    EditionFactory(title="New words", needs=["MEDIA"])

    answer = client.get(f"/library/{gone.item.slug}/")
    page = answer.content.decode()

    assert answer.status_code == 410
    assert "was withdrawn" in page
    assert "Old words" in page
    assert "New words" in page
    assert "Call somebody." not in page


def test_what_was_never_on_show_is_not_there(client, settings):
    settings.DEMO = False
    draft = EditionFactory(state="draft")

    assert client.get(f"/library/{draft.item.slug}/").status_code == 404


def test_an_older_version_has_no_address(client):
    item = ItemFactory(slug="kit")
    EditionFactory(item=item, state="superseded", card="Old words.")
    EditionFactory(item=item, number=2, card="New words.")

    for query in ("", "?version=1", "?edition=1"):
        page = client.get(f"/library/kit/{query}").content.decode()
        assert "New words." in page
        assert "Old words." not in page


def test_a_device_learns_of_new_words_without_the_page(client):
    edition = EditionFactory(number=2, text=CHECKLIST)
    address = f"/library/{edition.item.slug}/"
    before = client.head(address)

    assert before["Item-Version"] == "2"
    assert f'data-stamp="{before["Item-Stamp"]}"' in client.get(address).content.decode()

    edition.review_by_date, edition.changed_at = None, edition.changed_at + timedelta(minutes=1)
    edition.save()
    assert client.head(address)["Item-Stamp"] != before["Item-Stamp"]


def test_a_page_is_the_same_for_everybody_who_is_not_signed_in(client):
    edition = EditionFactory(text=CHECKLIST)

    first, second = (opened(one, edition) for one in (client, client.__class__()))
    assert first == second
    assert "csrf" not in first


def test_a_page_takes_few_queries(client, django_assert_max_num_queries):
    edition = EditionFactory(
        text=CHECKLIST, needs=["MEDIA"], phases=["HOUR"], settings=["K12"], audiences=["head"]
    )
    with django_assert_max_num_queries(6):
        opened(client, edition)


def send(client, edition, use, **extra):
    return client.post(reverse("resources:used", args=[edition.item.slug]), {"use": use}, **extra)


def test_use_is_counted_by_item_and_day_and_nothing_else(client):
    edition = EditionFactory()
    before = AuditEntry.objects.count()
    for use in ("opened", "opened", "printed", "kept"):
        answer = send(client, edition, use)
        assert answer.status_code == 204
        assert not answer.cookies

    row = ItemUse.objects.get()
    assert (row.item, row.opened, row.printed, row.kept) == (edition.item, 2, 1, 1)
    assert {field.name for field in ItemUse._meta.fields} == {
        *("id", "legal_hold", "item", "day", "opened", "printed", "kept")
    }
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("use", ["", "read", "day", "\x00", "opened " * 100])
def test_what_is_no_use_is_not_counted(client, use):
    assert send(client, EditionFactory(), use).status_code == 204
    assert not ItemUse.objects.exists()


def test_of_an_item_that_is_not_there_nothing_is_counted(client):
    assert client.post("/library/nothing/used/", {"use": "opened"}).status_code == 204
    assert not ItemUse.objects.exists()


def test_one_address_can_t_make_up_numbers(client, monkeypatch):
    monkeypatch.setattr(reading, "PACE", reading.Pace(most=3))
    edition = EditionFactory()
    for _ in range(9):
        assert send(client, edition, "opened").status_code == 204
    send(client, edition, "opened", REMOTE_ADDR="198.51.100.7")

    assert ItemUse.objects.get().opened == 4


def test_opening_a_page_counts_nothing_by_itself(client):
    opened(client, EditionFactory())

    assert not ItemUse.objects.exists()


def test_a_row_of_use_says_something():
    with (
        pytest.raises(IntegrityError, match="resources_use_is_of_something"),
        transaction.atomic(),
    ):
        ItemUse.objects.create(item=ItemFactory(), day=TODAY)


def test_an_item_and_day_have_one_row():
    item = ItemFactory()
    uses.count(item=item, use=Use.OPENED, day=TODAY)
    with (
        pytest.raises(IntegrityError, match="resources_use_counted_by_day"),
        transaction.atomic(),
    ):
        ItemUse.objects.create(item=item, day=TODAY, opened=1)


def test_editors_see_what_is_used_most(client):
    most, less = EditionFactory(title="The kit"), EditionFactory(title="The card")
    for edition, times in ((most, 3), (less, 1)):
        for _ in range(times):
            send(client, edition, "opened")
    send(client, less, "kept")
    page = sign_in(client, UserFactory(content_editor=True)).get("/library/desk/use/")
    page = page.content.decode()

    assert "“The kit” is opened most" in page
    assert page.index("The kit</a>") < page.index("The card</a>")
    cells = re.findall(r'<td class="num">(\d+)</td>', page)
    assert cells == ["3", "0", "0", "1", "0", "1"]


def test_before_anything_was_opened_editors_see_what_will_be_there(client):
    page = sign_in(client, UserFactory(content_editor=True)).get("/library/desk/use/?days=x")

    assert "Numbers appear here" in page.content.decode()
