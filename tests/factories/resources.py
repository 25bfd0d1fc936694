import hashlib
import io

from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait, post_generation
from factory.django import DjangoModelFactory

from resources.actions import stored
from resources.actions.catalog import put_on_show
from resources.actions.marking import mark_lists
from resources.models import (
    Attachment,
    Edition,
    EditionState,
    Item,
    LibraryImport,
    MissedSearch,
    SynonymGroup,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.resources.made_files import pdf, zip_of


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
        skip_postgeneration_save = True

    terms = LazyFunction(lambda: ["media", "press"])
    changed_at = NOON

    @post_generation
    def marked(self, create, _marked, **_kwargs):
        if create:
            mark_lists([self])


class MissedSearchFactory(DjangoModelFactory):
    """Words that found nothing, once, in English."""

    class Meta:
        model = MissedSearch

    words = Sequence(lambda n: f"zebra {n}")
    language = "en"
    first_on = last_on = NOON.date()


class AttachmentFactory(DjangoModelFactory):
    """A small PDF in quarantine. `released=True`: readers get it."""

    class Meta:
        model = Attachment

    class Params:
        data = LazyAttribute(lambda made: pdf())
        released = Trait(state="released", scan="clean", decided_at=NOON)

    edition = SubFactory(EditionFactory)
    name = Sequence(lambda n: f"plan-{n}.pdf")
    kind = "pdf"
    size = LazyAttribute(lambda made: len(made.data))
    sha256 = LazyAttribute(lambda made: hashlib.sha256(made.data).hexdigest())
    stored = LazyAttribute(lambda made: stored.keep(io.BytesIO(made.data), at=NOON))
    added_at = NOON


class LibraryImportFactory(DjangoModelFactory):
    """A zip that was read and waits for a yes."""

    class Meta:
        model = LibraryImport

    class Params:
        data = LazyAttribute(lambda made: zip_of({}))

    stored = LazyAttribute(lambda made: stored.keep(io.BytesIO(made.data), at=NOON))
    state = "read"
    by = SubFactory(UserFactory, content_editor=True)
    created_at = NOON
