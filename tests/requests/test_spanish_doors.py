"""What a leader does on the page, and the other doors, walked in Spanish."""

import re
import uuid
from datetime import timedelta

import pytest

from advisors.models import Confirmation
from mvai.outbox.models import Message
from requests.actions import (
    agreed,
    choices,
    closing,
    concerns,
    contact,
    delegates,
    desk,
    engagements,
    promises,
    talk,
)
from requests.actions import team_checklists as actions
from requests.models import AgreedTime, Concern
from requests.views.status import ENTRIES
from resources.rules.readiness import QUESTIONS
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.resources import EditionFactory, ItemFactory
from tests.mvai.web.test_languages import spoken_addresses
from tests.requests import stories
from tests.requests.spanish import opened, written
from tests.requests.test_team_checklists import share
from tests.resources.teams import item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

AIDE = {"name": "Aide Jo Park", "number": "(202) 555-0151"}
# What test_spanish_pages.py and this file open. Add a walk, then the address.
WALKED = {
    *(f"requests:status_{code}" for code in ENTRIES),
    "advisors:could_help",
    "advisors:could_help_confirm",
    "advisors:could_help_sent",
    "advisors:could_help_thanks",
    "advisors:nominate",
    "agencies:suggest",
    "requests:add_details",
    "requests:choose_time",
    "requests:confirmation",
    "requests:contact_card",
    "requests:desk_card",
    "requests:enter_code",
    "requests:file",
    "requests:first_hour",
    "requests:landing",
    "requests:leader_calls_off",
    "requests:leaders_call_file",
    "requests:mine",
    "requests:mine_close",
    "requests:mine_code",
    "requests:mine_open",
    "requests:prepare",
    "requests:prepare_sent",
    "requests:send_code",
    "requests:send_delegate_code",
    "requests:status",
    "resources:item",
    "resources:kept",
    "resources:library",
    "resources:missed",
    "resources:ready",
    "resources:share",
    "resources:team",
    "resources:team_add",
    "resources:team_aside",
    "resources:team_changes",
    "resources:team_close",
    "resources:team_line",
    "resources:team_manage",
    "resources:team_pdf",
    "resources:team_remove",
    "resources:team_removed",
    "resources:team_rename",
    "resources:team_replace",
    "resources:team_table",
    "resources:team_tick",
    "resources:team_version",
    "site:about",
    "site:accessibility",
    "site:other_help",
    "site:privacy",
    "site:support",
}


def test_every_address_that_speaks_each_language_is_walked():
    assert set(spoken_addresses()) == WALKED


def with_two():
    request = stories.engaged()
    stories.yes(stories.open_offer(request, "alternate"))
    return request


def name_aide(request):
    return delegates.name_delegate(
        assistance_request=request, **AIDE, consented=True, by=request.owner, at=NOON
    )


def write(request):
    talk.write_to_leader(
        assistance_request=request, text="Buenas.", press=uuid.uuid4(), by=request.owner, at=NOON
    )


def everything_there():
    """A request on whose page most of what can be done is there."""
    request = with_two()
    name_aide(request)
    write(request)
    active = list(request.engagements.active().order_by("pk"))
    reasons = {one.pk: f"Línea {place}" for place, one in enumerate(active)}
    choices.offer_choice(assistance_request=request, reasons=reasons, by=request.owner, at=NOON)
    item(slug="first-24-hours")
    for shown in (True, False):
        row = share(request, item())
        actions.show_to_advisors(shared=row, shown=shown, at=NOON)
    return request


def typed_for(code, request):
    first = request.follow_ups.open().order_by("due_at").first()
    return {
        "message": {"text": "Llamen a las seis."},
        "details": {"needs": ["MEDIA"], "zone": "America/Denver"},
        "choose": {"one": str(request.engagements.active().order_by("-pk").first().pk)},
        "follow_ups": {"one": str(first.pk), "what": "week"},
        "delegates": {**AIDE, "name": "Otra Persona", "consented": "on"},
        "remove_delegate": {"one": str(request.delegates.standing_in().first().pk)},
        "number": {"number": "(202) 555-0177"},
        "successor": {"name": "Jefa Ana Ruiz", "number": "(202) 555-0178", "agreed": "on"},
        "concern": {"text": "Habla poco."},
        "withdraw": {"sure": "on"},
        "team": {"item": "first-24-hours", "agency": "Policía de Riverton", "knows": "on"},
        "team_show": {"one": str(request.shared_checklists.get(invited_at=None).pk)},
        "team_hide": {"one": str(request.shared_checklists.exclude(invited_at=None).get().pk)},
    }.get(code, {})


@pytest.mark.parametrize("code", [code for code in ENTRIES if code != "again"])
def test_each_thing_a_leader_can_do(spanish, code):
    request = everything_there()
    address = opened(spanish, request)
    form = f"{address}{code.replace('_', '-')}/"

    typed = typed_for(code, request)
    spanish.get(form)
    spanish.post(form, {})
    page = spanish.post(form, typed)
    spanish.post(form, typed)

    assert page.redirect_chain


def test_a_closed_page_keeps_what_was_typed(spanish):
    request = everything_there()
    address = opened(spanish, request)
    spanish.client.cookies.clear()

    page = spanish.post(f"{address}message/", {"text": "Llamen a las seis."})

    assert "Llamen a las seis." in page.content.decode()


def test_asking_for_a_call_again(spanish):
    request = stories.taken()
    closing.close(
        assistance_request=request, close_reason="met", note="", by=request.owner, at=NOON
    )
    address = opened(spanish, request)

    spanish.get(f"{address}again/")
    spanish.post(f"{address}again/", {})
    spanish.get(address)


def test_odd_answers_on_the_leaders_page(spanish):
    request = everything_there()
    address = opened(spanish, request)
    first = request.follow_ups.open().order_by("due_at").first()
    day = {"one": str(first.pk), "what": "day"}

    spanish.post(f"{address}follow-ups/", day)
    spanish.post(f"{address}follow-ups/", {**day, "to_0": "2020-01-01", "to_1": "08:00"})
    spanish.post(f"{address}follow-ups/", {**day, "to_0": "never", "to_1": "soon"})
    spanish.post(f"{address}follow-ups/", {**day, "to_0": "2026-12-24"})
    spanish.post(f"{address}follow-ups/", {"one": "all", "what": "day"})
    spanish.post(f"{address}message/", {"text": "SSN 123-45-6789"})
    spanish.post(f"{address}concern/", {"text": "DOB 01/02/1980"})
    spanish.post(f"{address}number/", {"number": request.call_number})
    for place in range(5):
        aide = {"name": f"Ayudante {place}", "number": f"(202) 555-016{place}"}
        spanish.post(f"{address}delegates/", aide)


def test_what_the_program_manager_answered(spanish):
    request = with_two()
    for text in ("Uno.", "Dos."):
        concerns.raise_concern(
            assistance_request=request, delegate=None, text=text, press=uuid.uuid4(), at=NOON
        )
        row = Concern.objects.latest("pk")
        by = UserFactory(program_manager=True)
        concerns.answer(concern=row, text="Gracias.", by=by, at=NOON)
        spanish.get(opened(spanish, request))
        concerns.settle(concern=row, by=by, at=NOON)

    spanish.get(opened(spanish, request))


def test_whoever_stands_in(spanish):
    request = stories.taken()
    name_aide(request)
    address = opened(spanish, request)
    spanish.client.cookies.clear()

    spanish.post(f"{address}delegate-code/", {"own_number": ""})
    spanish.post(f"{address}delegate-code/", {"own_number": AIDE["number"]})
    spanish.get(address)


def test_a_successor_sees_what_was_promised(spanish):
    request = with_two()
    engagement = request.engagements.get(role="lead")
    engagements.log_contact(
        engagement=engagement, mode="PHONE", started_at=NOON, minutes=15, topics=[],
        by=engagement.advisor.person.user, at=NOON,
    )  # fmt: skip
    contact.change(
        assistance_request=request,
        number="(202) 555-0178",
        name="Jefa Ana Ruiz",
        press=uuid.uuid4(),
        by=None,
        at=NOON,
    )
    request.refresh_from_db()
    desk.log_call(
        assistance_request=request, outcome="reached", minutes=3, by=request.owner, at=NOON
    )
    desk.confirm_identity(
        assistance_request=request, method="published_number", by=request.owner, at=NOON
    )

    page = spanish.get(opened(spanish, request))

    assert "no tiene que contarlo de nuevo" in page.content.decode().lower()


def test_a_call_promised_and_missed(spanish, noon):
    ShiftFactory(user=stories.officer(), ends_at=NOON + timedelta(hours=8))
    request = stories.filed()
    noon.shift(timedelta(minutes=16))
    promises.tell_missed(NOON + timedelta(minutes=16))
    request.refresh_from_db()

    spanish.get(opened(spanish, request))


@pytest.mark.parametrize("video_url", ["", "https://video.example/room"])
def test_times_to_talk(spanish, video_url):
    request = with_two()
    engagement = request.engagements.get(role="lead")
    advisor = engagement.advisor.person
    advisor.time_zone = "America/Los_Angeles"
    advisor.reach_from = advisor.reach_until = None
    advisor.save()
    times = [NOON + timedelta(days=2, hours=hours) for hours in (0, 5, 9)]
    given = {"minutes": 30, "video_url": video_url, "by": advisor.user, "at": NOON}
    agreed.propose(engagement=engagement, times=times, **given)
    address = opened(spanish, request)
    spanish.get(address)
    spanish.post(f"{address}choose-time/", {"time": "0"})
    chosen = AgreedTime.objects.filter(state="proposed").order_by("starts_at")[1]

    page = spanish.post(f"{address}choose-time/", {"time": str(chosen.pk)})

    assert "hora del Pacífico" in page.content.decode()
    spanish.get(f"{address}call.ics")
    agreed.propose(engagement=engagement, times=times[:1], **given)
    spanish.get(address)
    spanish.post(f"{address}call-off/", {"time": str(chosen.pk)})
    spanish.post(f"{address}call-off/", {"time": str(chosen.pk)})
    spanish.post(f"{address}choose-time/", {"time": str(chosen.pk)})
    spanish.get(address)


def test_hours_at_which_a_peer_may_be_called(spanish):
    request = stories.engaged()
    advisor = request.engagements.get(role="lead").advisor
    advisor.reach_from, advisor.reach_until = "09:00", "17:00"
    advisor.save()
    advisor.person.time_zone = "America/Los_Angeles"
    advisor.person.save()

    page = spanish.get(opened(spanish, request))

    assert "horario para llamar" in page.content.decode()


def test_getting_ready(spanish):
    typed = {"full_name": "Jefa Rosa Lindqvist", "reach": "rosa@agency.example"}
    spanish.get("/es/prepare/")
    spanish.post("/es/prepare/", {})
    page = spanish.post("/es/prepare/", {**typed, "ready_by": "happened"})
    assert "Llámenme ahora" in page.content.decode()

    page = spanish.post(
        "/es/prepare/", {**typed, "needs": ["MEDIA"], "ready_by": "month", "note": "Una feria."}
    )

    assert "/es/prepare/sent/" in page.redirect_chain[-1][0]
    letter = written(Message.objects.get(purpose="inquiry_received"))
    assert "/es/library/" in letter.text
    spanish.get("/es/prepare/sent/nonsense/")


def test_offering_to_help(spanish):
    typed = {
        "full_name": "Marion Steele",
        "discipline_id": "LE_CHIEF",
        "email": "marion@steele.example",
        "needs": ["MEDIA"],
    }
    named = {"sender_name": "Kim Lee", "sender_email": "kim@a.example", "relation": "Colegas."}
    for address, answers in (("", typed), ("nominate/", typed | named)):
        spanish.get(f"/es/could-help/{address}")
        spanish.post(f"/es/could-help/{address}", {})
        spanish.post(f"/es/could-help/{address}", {**answers, "email": "nobody"})
        spanish.post(f"/es/could-help/{address}", answers)
    for message in Message.objects.filter(purpose="prospect_confirm"):
        letter = written(message)
        link = re.search(r"/es/could-help/confirm/\S+", letter.text)[0]
        spanish.get(link)
        spanish.post(link)
        spanish.get(link)
    assert Confirmation.objects.exclude(used_at=None).count() == 2


@pytest.mark.parametrize("address", ["/es/first-hour/", "/es/other-help/"])
def test_doors_that_stand_open(spanish, settings, address):
    settings.PROGRAM_NUMBER = "(800) 555-0100"

    spanish.get(address)


def test_a_text_that_is_english_only_stands_in_a_spanish_frame(spanish):
    edition = EditionFactory(
        slug="hours", advisory="It is hard.", title="Hours", text="## One\n\nShort."
    )
    page = spanish.get(f"/es/library/{edition.item.slug}/")

    assert '<article class="prose" lang="en"' in page.content.decode()


def test_an_item_in_full_a_work_of_others_and_one_that_was_withdrawn(spanish):
    facts = {"needs": ["MEDIA"], "phases": ["DAY1"], "audiences": ["head"], "settings": ["K12"]}
    facts["title"] = "Guía"  # the words of an edition may be English; here none are
    item = ItemFactory(slug="kit")
    EditionFactory(
        item=item, text="## Uno\n\n- [ ] Llame.\n\n## Dos\n\nA.\n\n## Tres\n\nB.", **facts
    )
    EditionFactory(
        item=item, language="es", summary="Lo primero.", card="Llame.",
        sources=[{"title": "Un libro", "address": "https://book.example/"}],
        license="CC BY 4.0", last_reviewed_date=NOON.date(), review_by_date=NOON.date(), **facts,
    )  # fmt: skip
    work = EditionFactory(kind="external", card="", address="https://work.example/", **facts)
    gone = EditionFactory(state="withdrawn", published_at=NOON, **facts)
    for edition in (work, gone, EditionFactory(item=item, number=9, state="superseded")):
        spanish.get(f"/es/library/{edition.item.slug}/")
    spanish.get("/es/library/kept/")


def test_finding_the_way_in_the_library(spanish):
    EditionFactory(slug="hours", title="Giraffe", phases=["DAY1"], needs=["MEDIA"])
    for query in ("", "?q=giraffe", "?q=girafe&kind=card", "?q=giraffe&need=AAR", "?q=nowhere"):
        spanish.get(f"/es/library/{query}")
    assert "Porque es el primer día" in spanish.get("/es/library/?hour=DAY1").content.decode()
    assert "todavía" in spanish.get("/es/library/?hour=LONG").content.decode().lower()
    thanks = spanish.post("/es/library/search/missed/", {"q": "nowhere"})

    assert "Gracias." in thanks.content.decode()


def test_asking_oneself_whether_one_is_ready(spanish):
    spanish.get("/es/library/ready/")
    spanish.post("/es/library/ready/", {})
    page = spanish.post(
        "/es/library/ready/", {QUESTIONS[0].code: "not_yet", QUESTIONS[1].code: "yes"}
    )

    assert str(QUESTIONS[0].first_step) not in page.content.decode()
