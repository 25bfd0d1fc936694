from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import InternalError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mvai.audit import periods, purging
from mvai.audit.models import AuditEntry, AuditSeal, AwardEnd, Kept, RetentionClass, RetentionPeriod
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory

OURS = ("mvai.", "requests", "advisors", "resources")
MODELS = [
    model for model in apps.get_models() if model.__module__.split(".models")[0].startswith(OURS)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_kept_and_says_how_long(model):
    assert issubclass(model, Kept)
    assert isinstance(model.retention, RetentionClass)


@pytest.mark.parametrize(
    "model",
    [one for one in MODELS if one not in (AuditEntry, AuditSeal)],  # they are never deleted at all
    ids=lambda model: model._meta.label,
)
def test_every_model_is_guarded_by_the_hold(model):
    names = {guard.name for guard in model._meta.triggers}

    assert "keep_what_is_on_hold" in names


@pytest.mark.django_db
@pytest.mark.parametrize("retention", RetentionClass)
def test_every_retention_class_has_a_period_or_says_why_it_is_kept(retention):
    assert RetentionPeriod.objects.filter(code=retention).exists() or retention.why_kept
    assert str(retention.label)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_has_a_rule_that_removes_it_or_a_written_reason(model):
    removed = [rule for rule in purging.registered() if model in rule.models]

    assert bool(removed) != bool(purging.why_kept(model))


def test_a_rule_is_of_the_class_of_its_first_model():
    for rule in purging.registered():
        assert rule.models[0].retention == rule.retention, rule.name


@pytest.mark.django_db
def test_the_periods_are_those_of_the_award():
    assert {code: periods.in_words(one) for code, one in periods.by_class().items()} == {
        "request_core": "3 years after the end of the award",
        "program_record": "3 years after the end of the award",
        "message": "3 years after the end of the award",
        "account": "3 years after the day it was written or ended",
        "audit": "3 years after the day it was written or ended",
        "contact_token": "1 day after the day it was written or ended",
        "unconfirmed": "14 days after the day it was written or ended",
        "draft": "30 days after the day it was written or ended",
        "wellness": "90 days after the day it was written or ended",
        "search": "1 year after the day it was written or ended",
        "team": "400 days after the day it was written or ended",
    }


@pytest.mark.django_db
def test_before_the_end_of_the_award_is_known_nothing_counts_from_it():
    assert set(periods.cutoffs(NOON)) == {
        "account",
        "audit",
        "contact_token",
        "unconfirmed",
        "draft",
        "search",
        "team",
        "wellness",
    }


@pytest.mark.django_db
def test_three_years_after_the_award_what_was_before_its_end_may_go():
    periods.set_award_end(ends_on=date(2024, 2, 29), by=None, at=NOON)
    eastern = ZoneInfo("America/New_York")

    assert "request_core" not in periods.cutoffs(datetime(2027, 2, 28, 23, 59, tzinfo=eastern))
    free = periods.cutoffs(datetime(2027, 3, 1, tzinfo=eastern))
    assert free["request_core"] == datetime(2024, 3, 1, tzinfo=eastern)


@pytest.mark.django_db
def test_the_end_of_the_award_that_was_said_last_counts_and_is_in_the_log():
    by = UserFactory(program_manager=True)
    periods.set_award_end(ends_on=date(2020, 9, 30), by=by, at=NOON)
    periods.set_award_end(ends_on=date(2026, 9, 30), by=by, at=NOON)

    assert AwardEnd.objects.current() == date(2026, 9, 30)
    entry = AuditEntry.objects.get(facts__after="2026-09-30")
    assert (entry.verb, entry.actor_id) == ("retention.award_end_set", by.pk)
    assert entry.facts == {"before": "2020-09-30", "after": "2026-09-30"}


@given(
    day=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    years=st.integers(0, 50),
    days=st.integers(0, 400),
)
def test_a_period_is_never_over_before_its_years_are(day, years, days):
    period = RetentionPeriod(years=years, days=days, counted_from="award_end")

    lasted = periods.free_from(period, day).date() - day

    assert timedelta(days=365 * years + days) <= lasted <= timedelta(days=366 * years + days + 1)


@pytest.mark.django_db
def test_what_is_on_hold_cannot_be_deleted():
    person = PersonFactory(legal_hold=True)

    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        person.delete()

    assert type(person).objects.filter(full_name=person.full_name).exists()


@pytest.mark.django_db
def test_what_is_released_can_be_deleted():
    person = PersonFactory(legal_hold=True)
    person.legal_hold = False
    person.save()

    person.delete()

    assert not type(person).objects.exists()
