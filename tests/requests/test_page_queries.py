"""How often a page asks the database: what keeps the board flat at twenty thousand requests."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests.states import State
from tests.factories import NOON
from tests.factories.requests import AssistanceRequestFactory
from tests.requests import stories
from tests.requests.pages import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

MOST = 12


@pytest.fixture
def desk():
    return browser(stories.officer())


@pytest.mark.parametrize("view", ["open", "mine", "due", "quiet", "closed"])
def test_the_board_asks_at_most_twelve_times(desk, django_assert_max_num_queries, view):
    for state in State:
        for day in range(6):
            AssistanceRequestFactory(state=state, submitted_at=NOON - timedelta(days=day))
    for _ in range(3):
        stories.filed()

    with django_assert_max_num_queries(MOST):
        desk.get("/board/", {"view": view})


@pytest.mark.parametrize("story", ["filed", "taken", "triaged", "seeking", "engaged"])
def test_the_workspace_asks_at_most_twelve_times(desk, django_assert_max_num_queries, story):
    request = getattr(stories, story)()
    for _ in range(3):
        AssistanceRequestFactory()

    with django_assert_max_num_queries(MOST):
        desk.get(request.get_absolute_url())


@pytest.mark.parametrize("story", ["filed", "engaged"])
def test_the_log_costs_a_page_one_query(desk, story):
    request = getattr(stories, story)()
    with CaptureQueriesContext(connection) as queries:
        desk.get(request.get_absolute_url())

    assert sum("request.read" in query["sql"] for query in queries.captured_queries) == 1


def test_the_first_page_asks_nothing(client, django_assert_num_queries):
    client.get("/")

    with django_assert_num_queries(0):
        client.get("/")
