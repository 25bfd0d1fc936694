import pytest
from django.apps import apps
from django.db import InternalError, transaction

from mvai.audit.models import AuditEntry, AuditSeal, Kept, RetentionClass
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


@pytest.mark.parametrize("retention", RetentionClass)
def test_every_retention_class_says_its_period(retention):
    assert str(retention.period)
    assert str(retention.label)


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
