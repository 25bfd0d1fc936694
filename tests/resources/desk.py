"""The people of the editors' desk, and what they send."""

from datetime import UTC, date, datetime

from django.test import Client
from django.urls import reverse

from mvai.accounts.models import User
from resources.actions import workflow
from resources.models import Edition
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import PersonFactory

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
A_YEAR_ON = date(2027, 11, 23)
WORDS = {"title": "A kit", "kind": "card", "summary": "What to say.", "card": "Say little."}


def editor(name: str) -> User:
    return UserFactory(content_editor=True, person=PersonFactory(full_name=name))


def at_desk(user: User) -> Client:
    return sign_in(Client(), user)


def begun(by: User, slug: str = "kit", language: str = "en", **words: object) -> Edition:
    return workflow.new_item(slug=slug, language=language, words=WORDS | words, by=by, at=AT)


def submitted(by: User, **words: object) -> Edition:
    return workflow.submit(edition=begun(by, **words), by=by, at=AT)


def published(edition: Edition, by: User, at: datetime = AT) -> Edition:
    if not edition.is_in_review:
        edition = workflow.submit(edition=edition, by=edition.changed_by, at=at)
    return workflow.publish(
        edition=edition, revision=edition.revision, review_by=A_YEAR_ON, by=by, at=at, today=TODAY
    )


def url(name: str, thing: object) -> str:
    return reverse(f"resources:{name}", args=[thing.pk])


def form_of(edition: Edition, **changed: object) -> dict[str, object]:
    """What a browser sends when the form is saved as it is shown, but for what was changed."""
    return {
        "title": edition.title,
        "kind": edition.kind,
        "summary": edition.summary,
        "author": edition.author,
        "address": edition.address,
        "needs": edition.needs,
        "phases": edition.phases,
        "audiences": edition.audiences,
        "settings": edition.settings,
        "keywords": ", ".join(edition.keywords),
        "minutes": edition.minutes,
        "advisory": edition.advisory,
        "card": edition.card.replace("\n", "\r\n"),
        "text": edition.text.replace("\n", "\r\n"),
        "sources": "\n".join(f"{one['title']} {one['address']}" for one in edition.sources),
        "license": edition.license,
        "is_funded": "on" if edition.is_funded else "",
        "revision": edition.revision,
    } | changed
