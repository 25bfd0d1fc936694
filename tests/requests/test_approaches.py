"""Offering help to an agency that has not asked."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models

from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from mvai.people.models import ContactPoint, Person
from requests.actions import approaches as actions
from requests.actions.approaches import ApproachRefused
from requests.models import Approach, ApproachTry, AssistanceRequest
from requests.models.approach import STALE_AFTER
from requests.states import ApproachState, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.duty import ShiftFactory
from tests.factories.requests import ApproachFactory, AssistanceRequestFactory
from tests.requests.pages import browser, said
from tests.requests.stories import officer
from tests.together import at_once

pytestmark = pytest.mark.django_db

CALLED = {"call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143"}


def begun(by=None, **given):
    facts = {"agency_text": "Riverton PD", "state_code": "MN", "learned_from": "Evening news"}
    return actions.begin(**(facts | {"by": by or officer(), "at": NOON} | given))


def accepted(approach, by, **given):
    return actions.accept(
        approach=approach, **(CALLED | {"agreed": True, "by": by, "at": NOON} | given)
    )


def test_whoever_writes_it_down_is_the_one_voice():
    by = officer()

    approach = begun(by)

    assert approach.holder == by
    assert approach.due_at > NOON


def test_before_a_yes_there_is_no_request_and_nobody_is_kept():
    by = officer()
    people = Person.objects.count()

    approach = begun(by)
    actions.log_try(approach=approach, outcome="left_word", by=by, at=NOON)

    assert not AssistanceRequest.objects.exists()
    assert Person.objects.count() == people
    assert not ContactPoint.objects.exists()
    assert not Message.objects.exists()


def test_there_is_no_column_for_a_person_or_a_note():
    texts = {
        field.name
        for model in (Approach, ApproachTry)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    assert texts == {"agency_text", "state_code", "published_number", "learned_from"}


def test_the_directory_knows_the_published_number_better():
    agency = AgencyFactory(published_number="(612) 555-0100")

    approach = begun(agency=agency, published_number="(202) 555-0143")

    assert approach.published_number == "(612) 555-0100"
    assert approach.agency_name == agency.name


@pytest.mark.parametrize("field", ["agency_text", "learned_from"])
@pytest.mark.parametrize("text", ["Alex, alex@agency.example", "Alex, 202-555-0143"])
def test_ways_to_reach_people_are_refused(field, text):
    with pytest.raises(ApproachRefused, match="No e-mail addresses or numbers"):
        begun(**{field: text})


@pytest.mark.parametrize("named", ["listed", "typed"])
def test_an_agency_is_asked_by_one_voice_at_a_time(named):
    by = officer(person__full_name="Dana Ruiz")
    agency = {"agency": AgencyFactory()} if named == "listed" else {}
    begun(by, **agency)

    with pytest.raises(ApproachRefused, match="Dana Ruiz has it"):
        begun(**agency | ({} if agency else {"agency_text": "Riverton Police Department"}))


def test_another_voice_waits_until_it_is_given_back():
    first, second = officer(), officer()
    approach = begun(first)
    with pytest.raises(ApproachRefused):
        actions.take(approach=approach, by=second, at=NOON)
    with pytest.raises(ApproachRefused):
        actions.log_try(approach=approach, outcome="no_answer", by=second, at=NOON)

    actions.give_back(approach=approach, by=first, at=NOON)

    assert actions.take(approach=approach, by=second, at=NOON).holder == second


def test_another_takes_over_what_was_left_lying():
    approach, second = begun(), officer()
    late = approach.due_at + STALE_AFTER

    with pytest.raises(ApproachRefused):
        actions.take(approach=approach, by=second, at=late)
    taken = actions.take(approach=approach, by=second, at=late + timedelta(seconds=1))

    assert taken.holder == second
    assert not taken.is_free(late + timedelta(seconds=1))


def test_whoever_leaves_the_desk_has_none_any_more():
    by = officer()
    approach = begun(by)

    actions.release(user=by, by=UserFactory(administrator=True), at=NOON)

    approach.refresh_from_db()
    assert approach.holder is None


def test_each_try_is_kept_and_the_next_one_is_due():
    by = officer()
    approach = begun(by)

    tried = actions.log_try(approach=approach, outcome="no_answer", by=by, at=NOON)

    assert tried.due_at == NOON + timedelta(hours=1)
    assert tried.tries.get().by == by


@pytest.mark.parametrize("due", [NOON, NOON + timedelta(days=61)])
def test_the_next_try_lies_ahead_and_not_too_far(due):
    by = officer()
    with pytest.raises(ApproachRefused, match="within the next 60 days"):
        actions.log_try(approach=begun(by), outcome="call_back", next_try_at=due, by=by, at=NOON)


def test_a_no_ends_it_and_asking_again_within_90_days_warns():
    by = officer()
    over = actions.log_try(approach=begun(by), outcome="declined", by=by, at=NOON)
    assert (over.state, over.holder, over.due_at) == (ApproachState.DECLINED, None, None)
    later = NOON + timedelta(days=89)

    with pytest.raises(ApproachRefused, match="They said no"):
        begun(by, at=later)
    assert begun(by, at=later, all_the_same=True).is_open


def test_after_90_days_nothing_warns():
    by = officer()
    actions.log_try(approach=begun(by), outcome="declined", by=by, at=NOON)

    assert begun(by, at=NOON + timedelta(days=91)).is_open


def test_whoever_has_asked_already_is_not_approached_by_accident():
    AssistanceRequestFactory(reference="MV-7K4Q", agency_text="Riverton Police Department")

    with pytest.raises(ApproachRefused, match="MV-7K4Q"):
        begun()


def test_their_yes_makes_the_request_and_the_voice_has_it():
    by = officer()
    approach = begun(by)

    made = accepted(approach, by)

    approach.refresh_from_db()
    assert (approach.state, approach.assistance_request) == (ApproachState.ACCEPTED, made)
    assert (made.state, made.owner) == (State.ACKNOWLEDGED, by)
    assert made.agency_text == "Riverton PD"
    assert made.next_action
    assert [one.outcome for one in approach.tries.all()] == ["accepted"]
    assert not Alarm.objects.exists()


def test_without_their_yes_nothing_is_made():
    by = officer()
    with pytest.raises(ApproachRefused, match="Without their yes"):
        accepted(begun(by), by, agreed=False)
    assert not AssistanceRequest.objects.exists()


def test_no_text_goes_unless_they_agreed_to_texts():
    by = officer()

    made = accepted(begun(by), by)

    assert list(made.leader.contact_points.values_list("channel", flat=True)) == ["voice"]


def test_only_the_desk_approaches():
    with pytest.raises(PermissionDenied):
        begun(UserFactory(advisor=True))


def test_the_holder_is_reminded_once_when_the_next_try_is_due():
    approach = begun()
    assert actions.remind(approach.due_at - timedelta(seconds=1)) == 0

    assert [actions.remind(approach.due_at), actions.remind(approach.due_at)] == [1, 0]

    message = Message.objects.filter(purpose="approach_due").first()
    assert message.person == approach.holder.person


def test_after_another_try_it_is_reminded_of_anew():
    by = officer()
    approach = begun(by)
    actions.remind(approach.due_at)
    tried = actions.log_try(approach=approach, outcome="no_answer", by=by, at=approach.due_at)

    assert actions.remind(tried.due_at) == 1


def test_what_nobody_has_is_brought_to_whoever_is_on_duty():
    by = officer()
    on_duty = ShiftFactory(
        user=officer(), starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=9)
    ).user
    approach = actions.give_back(approach=begun(by), by=by, at=NOON)

    actions.remind(approach.due_at)

    assert Message.objects.filter(purpose="approach_due").first().person == on_duty.person


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("named", ["listed", "typed"])
def test_two_who_heard_of_it_at_once_are_one_voice(named):
    agency = {"agency": AgencyFactory()} if named == "listed" else {}
    first, second = officer(), officer()

    answers = at_once(lambda: begun(first, **agency), lambda: begun(second, **agency))

    assert sum(isinstance(answer, ApproachRefused) for answer in answers) == 1
    assert Approach.objects.count() == 1


def test_one_that_is_listed_and_one_that_is_typed_are_one_agency():
    begun(agency=AgencyFactory(name="Riverton Police Department", state="MN"))
    with pytest.raises(ApproachRefused):
        begun(agency_text="Riverton PD")

    begun(agency_text="Milltown PD", state_code="OH")
    with pytest.raises(ApproachRefused):
        begun(agency=AgencyFactory(name="Milltown Police Department", state="OH"))


@pytest.mark.django_db(transaction=True)
def test_two_taps_on_yes_make_one_request():
    by = officer()
    approach = begun(by)

    at_once(*[lambda: accepted(approach, by)] * 2)

    assert AssistanceRequest.objects.count() == 1


def test_the_list_says_what_it_is_for_while_it_is_empty(noon):
    assert "Nobody is being approached" in said(browser(officer()).get("/approaches/"))


def test_the_page_of_another_says_who_has_it_and_offers_nothing(noon):
    approach = ApproachFactory(begun_by=officer(person__full_name="Dana Ruiz"))

    page = said(browser(officer()).get(approach.get_absolute_url()))

    assert "Dana Ruiz has it" in page
    assert "Save the try" not in page


def test_a_no_within_90_days_has_to_be_ticked_away(noon):
    ApproachFactory(state=ApproachState.DECLINED, agency_text="Riverton PD")
    desk = browser(officer())
    typed = {"agency": "Riverton PD", "state_code": "MN", "learned_from": "Evening news"}

    page = said(desk.post("/approaches/new/", typed))

    assert "They said no, thank you" in page
    assert "Ask them all the same" in page
    assert desk.post("/approaches/new/", typed | {"all_the_same": "on"}).status_code == 303


def test_from_the_page_a_yes_leads_to_the_request(noon):
    by = officer()
    approach = ApproachFactory(begun_by=by)

    answer = browser(by).post(f"/approaches/{approach.pk}/accept/", CALLED | {"agreed": "on"})

    assert answer["Location"] == AssistanceRequest.objects.get().get_absolute_url()
