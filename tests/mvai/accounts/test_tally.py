"""Counts that refuse nobody: how often something came lately."""

from datetime import timedelta

import pytest
from django.db import connection

from mvai.accounts.lockout.models import Try
from mvai.accounts.lockout.rates import Tally, tally
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def count(key="one", *, once, at=NOON, most=5, name="thing"):
    [found] = tally([Tally(name, key, most)], once=once, at=at)
    return found


def test_each_is_told_how_many_others_came_before():
    assert [count(once=str(number)) for number in range(4)] == [0, 1, 2, 3]


def test_counting_ends_at_the_most_that_matters():
    for number in range(8):
        found = count(once=str(number), most=3)

    assert found == 3


def test_what_comes_again_is_counted_once():
    for _ in range(3):
        count(once="same")

    assert count(once="other") == 1
    assert count(once="same") == 1


def test_what_came_longer_ago_counts_no_more():
    count(once="early")

    assert count(once="late", at=NOON + timedelta(minutes=15)) == 0


def test_keys_and_names_do_not_mix():
    count("one", once="a")

    assert count("two", once="b") == 0
    assert count("one", once="c", name="other thing") == 0


def test_several_are_counted_in_one_query(django_assert_num_queries):
    pair = [Tally("a", "x", 5), Tally("b", "y", 5)]
    tally(pair, once="first", at=NOON)

    with django_assert_num_queries(1):
        assert tally(pair, once="second", at=NOON) == [1, 1]


def test_nothing_of_what_was_counted_is_kept_in_clear():
    count("198.51.100.7", once="a")

    [row] = Try.objects.all()
    assert "198.51.100.7" not in f"{row.account} {row.address} {row.device}"


@pytest.mark.django_db(transaction=True)
def test_only_the_count_itself_does_not_wait_for_the_disk():
    count(once="a")

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
