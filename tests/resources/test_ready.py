"""The readiness check: answered on the page, shown to the person alone, kept nowhere."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.actions.loading import FIRST_ITEMS
from resources.rules.readiness import QUESTIONS, Said, result_of
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
