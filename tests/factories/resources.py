from factory import LazyAttribute, LazyFunction, Sequence, post_generation
from factory.django import DjangoModelFactory

from resources.actions.catalog import put_on_show
from resources.models import Edition, EditionState, Item, MissedSearch, SynonymGroup
from tests.factories import NOON


class ItemFactory(DjangoModelFactory):
    """An item's address; its words are `EditionFactory`'s."""

    class Meta:
        model = Item

    slug = Sequence(lambda n: f"first-hours-{n}")
    created_at = NOON


class EditionFactory(DjangoModelFactory):
    """A published card in English, on show. `slug="kit"` names its item."""

    class Meta:
        model = Edition
        skip_postgeneration_save = True

    class Params:
        slug = None

    item = LazyAttribute(lambda made: ItemFactory(**({"slug": made.slug} if made.slug else {})))
    language = "en"
    number = 1
    state = EditionState.PUBLISHED
    title = "The first hours"
    kind = "card"
    summary = "What others did first."
    card = "Call somebody."
    changed_at = NOON
    published_at = LazyAttribute(
        lambda made: NOON if made.state in ("published", "superseded") else None
    )
    ended_at = LazyAttribute(
        lambda made: NOON if made.state in ("superseded", "withdrawn") else None
    )

    @post_generation
    def on_show(self, create, shown, **_kwargs):
        if create and shown is not False:
            put_on_show(self.item)


class SynonymGroupFactory(DjangoModelFactory):
    """Two words for the same, as they came with the portal."""

    class Meta:
        model = SynonymGroup

    terms = LazyFunction(lambda: ["media", "press"])
    changed_at = NOON


class MissedSearchFactory(DjangoModelFactory):
    """Words that found nothing, once, in English."""

    class Meta:
        model = MissedSearch

    words = Sequence(lambda n: f"zebra {n}")
    language = "en"
    first_on = last_on = NOON.date()
