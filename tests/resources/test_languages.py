"""Which language has to catch up."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from resources.rules.languages import behind
from tests.resources.desk import AT


def editions(*said):
    """ "en" publishes, "es?" is looked at again: one a day, in this order."""
    made, last = [], {}
    for day, what in enumerate(said):
        at = AT + timedelta(days=day)
        language = what[:2]
        if what.endswith("?"):
            last[language].last_reviewed_date = at.date()
            continue
        if language in last:
            last[language].is_published = False
        last[language] = SimpleNamespace(
            language=language,
            published_at=at,
            last_reviewed_date=at.date(),
            is_published=True,
        )
        made.append(last[language])
    return made


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ((), ""),
        (("en",), ""),
        (("en", "en"), ""),
        (("en", "es"), ""),
        (("en", "es", "en"), "es"),
        (("en", "es", "en", "en"), "es"),
        (("en", "es", "en", "es"), ""),
        (("en", "es", "es"), "en"),
        (("en", "es", "en", "es?"), ""),
        (("en", "es", "en", "en?"), "es"),
        (("en", "es", "es?", "en?"), ""),
        (("en", "en", "es"), ""),
        (("es", "en", "es"), "en"),
    ],
)
def test_the_language_that_missed_something_is_behind(said, late):
    assert behind(editions(*said)) == late


def test_a_language_that_is_off_show_is_not_behind():
    made = editions("en", "es", "en")
    made[1].is_published = False

    assert behind(made) == ""
