"""People who may help one day: kept apart from advisors, confirmed by e-mail, never offered."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from advisors.actions import prospects
from advisors.forms.prospects import CouldHelpForm, NominateForm
from advisors.models import Advisor, Confirmation, Prospect, ProspectNote, ProspectState
from advisors.rules.gaps import gaps
from advisors.rules.prospects import MAY_BE_INVITED, MOVES
from mvai.accounts.models import User
from mvai.audit import purging
from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from mvai.outbox.writing import write
from mvai.people.models import ContactPoint, Person
from mvai.taxonomy.models import Discipline
from mvai.web.refusals import Refused
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.advisors import (
    AdvisorFactory,
    ConfirmationFactory,
    ProspectFactory,
    ProspectNoteFactory,
)

pytestmark = pytest.mark.django_db

TYPED = {
    "full_name": "Marion Steele",
    "title_line": "Chief (ret.)",
    "discipline_id": "LE_CHIEF",
    "agency_text": "Prairie Bend Police",
    "email": "marion@steele.example",
    "experience": "Led an agency after a school attack.",
    "needs": ["MEDIA", "VICTIMS"],
    "how_to_reach": "Evenings.",
}
NOMINATED = {
    **TYPED,
    "sender_name": "Kim Lee",
    "sender_email": "kim@agency.example",
    "relation": "We served together.",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def manager():
    return UserFactory(program_manager=True)


def offer_help(client=None, **changed):
    return (client or Client()).post("/could-help/", TYPED | changed)


def nominate(client=None, **changed):
    return (client or Client()).post("/could-help/nominate/", NOMINATED | changed)


def link_of(message):
    loaded = Message.objects.select_related("person", "contact_point", "room").get(pk=message.pk)
    text = write(loaded).text
    return text[text.index("/could-help/confirm/") :].split()[0]


def test_what_was_offered_waits_until_it_is_confirmed():
    offer_help()

    prospect = Prospect.objects.get()
    assert (prospect.full_name, prospect.needs) == ("Marion Steele", ["MEDIA", "VICTIMS"])
    assert prospect.state == ProspectState.NEW
    assert [message.urgent for message in Message.objects.all()] == [False]


def test_the_letter_says_nothing_of_what_was_sent():
    offer_help()

    letter = write(Message.objects.select_related("person", "contact_point", "room").get())
    for detail in ("Marion", "Prairie Bend", "school", "advisor"):
        assert detail not in letter.text + letter.subject


def test_opening_the_link_confirms_nothing_and_the_button_does_once():
    offer_help()
    address, client = link_of(Message.objects.get()), Client()

    assert "Was it you?" in client.get(address).content.decode()
    assert Prospect.objects.get().state == ProspectState.NEW
    assert client.post(address).status_code == 303
    prospect = Prospect.objects.get()
    assert (prospect.state, prospect.confirmed_at) == (ProspectState.CONFIRMED, NOON)
    assert ContactPoint.objects.get().is_proven
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_after_fourteen_days_the_link_leads_nowhere(clock):
    offer_help()
    address = link_of(Message.objects.get())

    clock.shift(timedelta(days=14, seconds=1))

    assert Client().get(address).status_code == 404


def test_what_nobody_confirmed_goes_after_fourteen_days_with_its_sender_and_letter():
    offer_help()
    rule = next(rule for rule in purging.registered() if rule.name == "unconfirmed")

    assert purging.run_batch(rule, NOON + timedelta(days=13)) == 0
    assert purging.run_batch(rule, NOON + timedelta(days=15)) == 1
    for model in (Prospect, Confirmation, Message, ContactPoint, Person):
        assert not model.objects.exists(), model


def test_what_was_confirmed_stays_when_its_link_goes():
    offer_help()
    prospects.confirm(confirmation=Confirmation.objects.get(), at=NOON)
    rule = next(rule for rule in purging.registered() if rule.name == "unconfirmed")

    assert purging.run_batch(rule, NOON + timedelta(days=15)) == 1
    assert Prospect.objects.get().state == ProspectState.CONFIRMED
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("held", ["prospect", "sent_by"])
def test_a_hold_keeps_what_nobody_confirmed(held):
    offer_help()
    prospect = Prospect.objects.get()
    row = prospect if held == "prospect" else prospect.sent_by
    row.legal_hold = True
    row.save()
    rule = next(rule for rule in purging.registered() if rule.name == "unconfirmed")

    assert purging.run_batch(rule, NOON + timedelta(days=15)) == 0


def test_prospects_never_stand_in_matching(manager):
    """A prospect is no advisor: matching has nothing of them to rank."""
    for state in set(ProspectState.values) - {ProspectState.INVITED}:
        ProspectFactory(state=state)

    assert not Advisor.objects.exists()
    assert Advisor.objects.as_candidates(loads={}, at=NOON) == []


def test_a_nominee_hears_nothing():
    nominate()
    prospects.confirm(confirmation=Confirmation.objects.get(), at=NOON)

    assert {point.value for point in ContactPoint.objects.all()} == {"kim@agency.example"}
    assert {message.person.full_name for message in Message.objects.all()} == {"Kim Lee"}
    prospect = Prospect.objects.get()
    assert prospect.is_nomination
    assert (prospect.full_name, prospect.sent_by.full_name) == ("Marion Steele", "Kim Lee")


def test_a_nominee_may_be_named_by_name_alone():
    nominate(email="", discipline_id="", needs=[], experience="")

    assert Prospect.objects.get().discipline is None


def test_known_and_unknown_addresses_hear_the_same():
    AdvisorFactory()
    UserFactory(email="known@agency.example")
    ProspectFactory(email="again@steele.example")

    answers = [
        offer_help(Client(), email=address, full_name=address)
        for address in ("known@agency.example", "again@steele.example", "new@agency.example")
    ]

    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, "/could-help/sent/")
    }
    assert Message.objects.count() == 3


def test_an_address_gets_three_letters_a_day_whoever_asks():
    for number in range(5):
        answer = nominate(Client(REMOTE_ADDR=f"203.0.113.{number}"), full_name=f"Nominee {number}")
        assert answer.headers["Location"] == "/could-help/sent/"

    assert Message.objects.count() == 3
    assert Prospect.objects.count() == 3


def test_sent_twice_is_kept_once_in_its_last_words():
    offer_help()
    offer_help(experience="Better words.")

    assert Prospect.objects.get().experience == "Better words."
    assert Message.objects.count() == 1


def test_one_address_of_the_network_asks_so_often():
    answers = [offer_help(full_name=f"A {n}", email=f"a{n}@b.example") for n in range(9)]

    assert [answer.status_code for answer in answers] == [303] * 8 + [429]


@pytest.mark.parametrize("door", [offer_help, nominate])
def test_a_program_that_fills_in_every_field_is_thanked_and_nothing_is_kept(door):
    assert door(topic="x").headers["Location"] == "/could-help/sent/"
    assert not Prospect.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("door", "changed", "sentence"),
    [
        (offer_help, {"full_name": " "}, "Give the name."),
        (offer_help, {"discipline_id": ""}, "Choose the closest one."),
        (offer_help, {"email": ""}, "we ask there whether it was you"),
        (offer_help, {"email": "marion@"}, "This isn’t an e-mail address"),
        (nominate, {"sender_email": "kim"}, "This isn’t an e-mail address"),
        (nominate, {"relation": ""}, "how you know each other"),
        (nominate, {"email": "marion@"}, "This isn’t an e-mail address"),
    ],
)
def test_what_is_missing_is_said_beside_it(door, changed, sentence):
    page = door(**changed).content.decode()

    assert sentence in page
    assert "Prairie Bend Police" in page
    assert not Prospect.objects.exists()


def test_the_second_wave_is_offered_only_while_the_setting_is_on(settings):
    Discipline.objects.filter(pk="FAITH").update(active=False)

    assert "Chaplain or clergy" not in Client().get("/could-help/").content.decode()
    settings.SECOND_WAVE = True
    assert "Chaplain or clergy" in Client().get("/could-help/").content.decode()
    assert offer_help(discipline_id="FAITH").status_code == 303


@pytest.mark.parametrize("state", ProspectState.values)
@pytest.mark.parametrize("to", ProspectState.values)
def test_the_conversation_goes_only_where_the_table_says(state, to, manager):
    invited = {"advisor": AdvisorFactory()} if state == ProspectState.INVITED else {}
    prospect = ProspectFactory(state=state, **invited)

    try:
        went = prospects.move(prospect=prospect, to=to, by=manager, at=NOON).state == to
    except Refused:
        went = False

    assert went is (to == state or to in MOVES[state])


def test_only_the_manager_writes_about_them():
    prospect, dana = ProspectFactory(), UserFactory(duty_officer=True)

    with pytest.raises(PermissionDenied):
        prospects.move(prospect=prospect, to="talking", by=dana, at=NOON)
    with pytest.raises(PermissionDenied):
        prospects.add_note(prospect=prospect, text="Spoke.", by=dana, at=NOON)
    with pytest.raises(PermissionDenied):
        prospects.invite(prospect=prospect, email="m@steele.example", by=dana, at=NOON)
    assert not Prospect.objects.visible_to(dana).exists()


def test_inviting_carries_over_what_is_known(manager):
    offer_help()
    prospect = prospects.confirm(confirmation=Confirmation.objects.get(), at=NOON)

    advisor = prospects.invite(
        prospect=prospect, email="marion@steele.example", by=manager, at=NOON
    )

    assert (advisor.title_line, advisor.former_agency) == ("Chief (ret.)", "Prairie Bend Police")
    assert [one.pk for one in advisor.disciplines.all()] == ["LE_CHIEF"]
    assert {(one.need_id, one.level) for one in advisor.expertise.all()} == {
        ("MEDIA", 1),
        ("VICTIMS", 1),
    }
    assert advisor.person == prospect.sent_by
    assert User.objects.get(person=advisor.person).email == "marion@steele.example"
    assert Message.objects.filter(purpose="invitation").exists()
    prospect.refresh_from_db()
    assert (prospect.state, prospect.advisor) == (ProspectState.INVITED, advisor)
    assert advisor.vetted_date is None


def test_a_nominee_becomes_a_person_of_their_own(manager):
    prospect = ProspectFactory(
        is_nomination=True, relation="Friends.", sent_by__full_name="Kim Lee", email=""
    )

    advisor = prospects.invite(prospect=prospect, email="m@steele.example", by=manager, at=NOON)

    assert advisor.person.full_name == "Marion Steele"
    assert advisor.person != prospect.sent_by


@pytest.mark.parametrize("state", sorted(set(ProspectState.values) - MAY_BE_INVITED))
def test_nobody_is_invited_before_they_confirmed_or_twice(state, manager):
    invited = {"advisor": AdvisorFactory()} if state == ProspectState.INVITED else {}
    prospect = ProspectFactory(state=state, **invited)

    with pytest.raises(Refused):
        prospects.invite(prospect=prospect, email="m@steele.example", by=manager, at=NOON)


def test_an_address_with_an_account_is_refused_and_nothing_is_half_done(manager):
    UserFactory(email="marion@steele.example")
    prospect, client = ProspectFactory(), sign_in(Client(), manager)

    page = client.post(f"/prospects/{prospect.pk}/invite/", {"email": "marion@steele.example"})

    assert page.status_code == 200
    assert not Advisor.objects.exists()
    prospect.refresh_from_db()
    assert prospect.state == ProspectState.CONFIRMED


def test_the_gaps_are_those_of_the_active_advisors():
    AdvisorFactory(disciplines=["LE_CHIEF"], expertise={"MEDIA": 2})
    AdvisorFactory(disciplines=["LE_CHIEF"], expertise={"VICTIMS": 1}, is_active=False)
    ProspectFactory(discipline_id="LE_PIO")
    ProspectFactory(discipline_id="LE_PIO", state=ProspectState.DECLINED)

    rows = {row.discipline.pk: row for row in gaps()}

    missing = {need.pk for need in rows["LE_CHIEF"].missing}
    assert rows["LE_CHIEF"].advisors == 1
    assert "MEDIA" not in missing
    assert "VICTIMS" in missing
    assert "UNSURE" not in missing
    assert rows["LE_PIO"].is_empty
    assert rows["LE_PIO"].could == 1


def test_the_board_lists_filters_and_opening_one_is_on_record(manager):
    pio = ProspectFactory(full_name="Pat Rivera", discipline_id="LE_PIO")
    ProspectFactory(full_name="Lou Chan")
    ProspectFactory(full_name="Not Confirmed", state=ProspectState.NEW)
    client = sign_in(Client(), manager)

    everybody = client.get("/prospects/").content.decode()
    assert "Pat Rivera" in everybody
    assert "Not Confirmed" not in everybody
    assert "Not Confirmed" in client.get("/prospects/?state=new").content.decode()
    some_of_them = client.get("/prospects/?discipline=LE_PIO").content.decode()
    assert "Lou Chan" not in some_of_them
    client.get(f"/prospects/{pio.pk}/")
    assert AuditEntry.objects.reads().filter(verb="prospect.read", target_id=str(pio.pk)).exists()


def test_the_board_takes_few_queries(manager, django_assert_max_num_queries):
    for _each in range(5):
        ProspectFactory()
    client = sign_in(Client(), manager)
    client.get("/prospects/")

    with django_assert_max_num_queries(22):
        client.get("/prospects/")


def test_an_address_that_an_advisor_has_is_pointed_out(manager):
    advisor = AdvisorFactory()
    ContactPoint.objects.create(
        person=advisor.person, channel="email", value="M@x.example", normalized="m@x.example"
    )
    prospect = ProspectFactory(email="m@x.example")

    page = sign_in(Client(), manager).get(f"/prospects/{prospect.pk}/").content.decode()

    assert "An advisor has this address." in page


def test_notes_are_kept_by_whoever_wrote_them(manager):
    prospect, client = ProspectFactory(), sign_in(Client(), manager)

    client.post(f"/prospects/{prospect.pk}/note/", {"text": "Spoke for an hour."})

    assert ProspectNote.objects.get().by == manager
    assert "Spoke for an hour." in client.get(f"/prospects/{prospect.pk}/").content.decode()


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("advisors_prospect_state_is_known", lambda: ProspectFactory(state="lost")),
        ("advisors_prospect_has_a_name", lambda: ProspectFactory(full_name="")),
        (
            "advisors_prospect_confirmed_iff_not_new",
            lambda: ProspectFactory(state="new", confirmed_at=NOON),
        ),
        (
            "advisors_prospect_is_an_advisor_iff_invited",
            lambda: ProspectFactory(state="invited"),
        ),
        (
            "advisors_prospect_nominated_by_somebody_who_says_how",
            lambda: ProspectFactory(is_nomination=True),
        ),
        (
            "advisors_confirmation_expires_after_it_was_asked",
            lambda: ConfirmationFactory(expires_at=NOON),
        ),
        (
            "advisors_confirmation_used_in_time",
            lambda: ConfirmationFactory(used_at=NOON + timedelta(days=15)),
        ),
        ("advisors_prospect_note_says_something", lambda: ProspectNoteFactory(text="")),
    ],
)
def test_what_cannot_be_is_refused_by_the_database(constraint, make):
    with pytest.raises(IntegrityError, match=constraint):
        make()


_WORDS = some.text(max_size=700) | some.sampled_from(["a@b.example", "LE_CHIEF", "MEDIA", "x"])


@given(typed=some.dictionaries(some.sampled_from(sorted(NOMINATED)), _WORDS), named=some.booleans())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_kept_or_refused_in_words(typed, named):
    known = {name: value for name, value in NOMINATED.items() if name != "needs"}
    form = (NominateForm if named else CouldHelpForm)(known | typed)

    if not form.is_valid():
        assert all(str(error) for errors in form.errors.values() for error in errors)
        return
    kept = prospects.put_forward(facts=form.facts(), **form.sender, is_nomination=named, at=NOON)
    assert kept is None or kept.full_name
