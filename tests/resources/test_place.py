"""Where an item stands among the others: editors say it, readers see it."""

import pytest
import time_machine
from django.urls import reverse

from mvai.audit.models import AuditEntry
from resources.models import CatalogRow
from tests.resources.desk import AT, at_desk, begun, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(writer):
    return at_desk(writer)


def test_a_smaller_number_moves_it_up_for_readers_at_once(client, writer, reviewer):
    first = published(begun(writer, "a", title="First so far"), reviewer).item
    later = published(begun(writer, "b", title="Then this"), reviewer).item

    client.post(reverse("resources:place", args=[later.pk]), {"place": first.sort - 1})

    assert list(CatalogRow.objects.filter(for_language="en")) == [
        later.rows.get(for_language="en"), first.rows.get(for_language="en")
    ]  # fmt: skip
    assert AuditEntry.objects.filter(verb="library.item_placed").count() == 1


def test_the_same_number_again_is_no_change(client, writer):
    item = begun(writer, "a", title="One").item

    client.post(reverse("resources:place", args=[item.pk]), {"place": item.sort})

    assert not AuditEntry.objects.filter(verb="library.item_placed").exists()


@pytest.mark.parametrize("wrong", ["", "first", "-1", "30001"])
def test_what_is_no_number_comes_back_with_a_sentence(client, writer, wrong):
    item = begun(writer, "a", title="One").item

    page = client.post(reverse("resources:place", args=[item.pk]), {"place": wrong})

    assert "number" in page.text.split('id="id_place', 1)[1].split("</form>")[0]
    assert f'value="{wrong}"' in page.text or not wrong
    item.refresh_from_db()
    assert item.sort == 100
