"""The readiness check: answered on the page, shown to the person alone, kept nowhere."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from resources.actions.loading import FIRST_ITEMS
from resources.rules.readiness import QUESTIONS, Said, Topic, result_of
from tests.factories.resources import EditionFactory

pytestmark = pytest.mark.django_db


def entry(slug, **given):
    return EditionFactory(slug=slug, title=f"About {slug}", **given)


def answered(**answers):
    return Client().post("/library/ready/", answers)


def test_it_asks_ten_to_fifteen_questions_each_once():
    assert 10 <= len(QUESTIONS) <= 15
    assert len({question.code for question in QUESTIONS}) == len(QUESTIONS)


def test_every_question_leads_to_an_entry_that_the_library_begins_with():
    there = {path.name.partition(".")[0] for path in FIRST_ITEMS.glob("*.md")}

    assert {question.slug for question in QUESTIONS} <= there


def test_what_is_not_in_place_comes_with_a_first_step_and_a_page():
    entry("first-statement-kit")

    page = answered(first_words="not_yet", command="yes").content.decode()

    steps = {question.code: str(question.first_step) for question in QUESTIONS}
    assert steps["first_words"] in page
    assert "/library/first-statement-kit/" in page
    assert steps["command"] not in page


def test_a_draft_is_not_linked(settings):
    settings.DEMO = False
    entry("first-statement-kit", state="draft")

    assert "/library/first-statement-kit/" not in answered(first_words="no").content.decode()


def test_questions_stand_by_topic_and_each_topic_has_some():
    assert {question.topic for question in QUESTIONS} == set(Topic)
    assert sorted(QUESTIONS, key=lambda one: list(Topic).index(one.topic)) == list(QUESTIONS)


def test_the_page_holds_every_step_so_that_a_device_needs_to_tell_us_nothing():
    page = Client().get("/library/ready/").content.decode()

    assert all(escape(str(question.first_step)) in page for question in QUESTIONS)
    assert "js/ready" in page


def test_without_a_script_the_answers_come_back_by_topic():
    page = answered(first_words="not_yet", command="yes").content.decode()

    assert page.index("Worth doing next") < page.index("Speaking") < page.index("In place already")
    assert "Command and mutual aid" in page.split("In place already")[1]


def test_nothing_is_written_anywhere():
    with CaptureQueriesContext(connection) as asked:
        page = answered(first_words="not_yet", families="yes")

    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in asked)
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies


def test_there_are_no_points():
    page = answered(**dict.fromkeys((question.code for question in QUESTIONS), "yes"))

    text = page.content.decode().split("<main", 1)[1].split("</main", 1)[0]
    assert "%" not in text
    assert "12" not in text
    assert "score" not in text.lower()


def test_without_an_answer_it_asks_for_one():
    assert "Answer at least one" in answered().content.decode()


def test_an_answer_that_is_none_is_refused_in_words():
    assert "needs a look" in answered(command="maybe").content.decode()


def test_every_question_is_in_one_part_of_the_result():
    result = result_of({"command": Said.YES.value, "families": Said.NOT_SURE.value})

    parts = [*result.in_place, *result.next_steps, *result.not_said]
    assert sorted(one.code for one in parts) == sorted(one.code for one in QUESTIONS)
