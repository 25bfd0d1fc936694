"""From draft to published and beyond. The only writer of an edition's words and state."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.refusals import Refused
from resources.actions import carrying
from resources.actions.catalog import put_on_show
from resources.models import Edition, EditionState, Item
from resources.models.item import OUR_PAGES
from resources.rules import editions as rules
from resources.rules.facts import words_of
from resources.states import MOVES


class EditionRefused(Refused):
    """The edition is not, or no longer, ready for this."""


class EditionClosed(EditionRefused):
    """It was published, replaced or withdrawn meanwhile, and nothing newer is being written."""


class Overtaken(EditionRefused):
    """Somebody else saved it since this person opened it. `now` is the edition as it stands."""

    def __init__(self, now: Edition) -> None:
        super().__init__(
            _("Somebody else saved this while you were writing. Nothing of yours is lost.")
        )
        self.now = now


@transaction.atomic
def new_item(
    *, slug: str, sort: int = 100, language: str, words: Mapping[str, Any], by: User, at: datetime
) -> Edition:
    """A new item with its first draft. Refused beside "slug" where that address is taken."""
    _check_editor(by)
    if slug in OUR_PAGES:
        raise EditionRefused(_("A page of the library has this address."), "slug")
    item, is_new = Item.objects.get_or_create(slug=slug, defaults={"sort": sort, "created_at": at})
    if not is_new:
        raise EditionRefused(_("Another item has this address."), "slug")
    return _draft(item, language, words, by, at)


@transaction.atomic
def set_place(*, item: Item, place: int, by: User, at: datetime) -> None:
    """Where the item stands in the library's lists: small numbers first."""
    _check_editor(by)
    locked = Item.objects.locked(item.pk)
    if locked.sort == place:
        return
    locked.sort = place
    locked.save(update_fields=["sort"])
    put_on_show(locked)
    log.record(verb="library.item_placed", target=locked, by=by, at=at, place=place)


@transaction.atomic
def new_edition(
    *, item: Item, language: str, like: Edition | None = None, by: User, at: datetime
) -> Edition:
    """The open edition of this item and language: the one there is, else a copy of the newest.

    With `like`, a copy of that one: what was replaced or withdrawn comes back as a draft.
    """
    _check_editor(by)
    item = Item.objects.locked(item.pk)
    editions = item.editions.filter(language=language)
    if is_open := editions.open().first():
        return is_open
    if like is not None and like.item_id != item.pk:
        raise PermissionDenied
    model = like or _newest(item, language)
    words = words_of(model) if model else {}
    if model and model.language != language:
        words |= {"card": "", "text": "", "keywords": []}
    draft = _draft(item, language, words, by, at)
    carrying.carry_over(model, draft)
    return draft


@transaction.atomic
def save(
    *, edition: Edition, revision: int, words: Mapping[str, Any], by: User, at: datetime
) -> Edition:
    """Keep what an editor wrote in an open edition; one in review is a draft again.

    `revision` is what the editor began from. Raises Overtaken where somebody saved since, or a
    newer edition is being written; EditionClosed where this one is over.
    """
    _check_editor(by)
    locked = _locked(edition)
    if not locked.is_open:
        _raise_overtaken(locked)
        raise EditionClosed(_("This version is closed. Begin a new one."))
    if not rules.differing(locked, words):
        return locked
    if locked.revision != revision:
        raise Overtaken(locked)
    for name, value in words.items():
        setattr(locked, name, value)
    locked.revision += 1
    _to_draft(locked)
    locked.changed_by, locked.changed_at = by, at
    locked.save()
    put_on_show(locked.item)
    log.record(verb="library.saved", target=locked, by=by, at=at, fields=sorted(words))
    return locked


def changed_by_files(*, edition: Edition, by: User, at: datetime) -> Edition:
    """A file comes or goes, inside the caller's transaction: who reviewed it reads it again."""
    draft = _locked(edition)
    if not draft.is_open:
        raise EditionRefused(_("This version is closed. Begin a new one."))
    draft.revision += 1
    _to_draft(draft)
    draft.changed_by, draft.changed_at = by, at
    draft.save()
    put_on_show(draft.item)
    return draft


@transaction.atomic
def save_anew(*, edition: Edition, words: Mapping[str, Any], by: User, at: datetime) -> Edition:
    """Keep what an editor wrote in an edition that was closed meanwhile as the next one."""
    _check_editor(by)
    locked = _locked(edition)
    _raise_overtaken(locked)
    draft = _draft(locked.item, locked.language, words_of(locked) | dict(words), by, at)
    carrying.carry_over(locked, draft)
    return draft


@transaction.atomic
def submit(*, edition: Edition, by: User, at: datetime) -> Edition:
    """Ask another editor to read it."""
    locked = _moving("submit", edition, by)
    if missing := rules.what_is_missing(locked):
        raise EditionRefused(missing)
    locked.submitted_by, locked.submitted_at, locked.note = by, at, ""
    return _moved("submit", locked, by, at)


@transaction.atomic
def send_back(*, edition: Edition, note: str, by: User, at: datetime) -> Edition:
    """Back to its author, with what to change."""
    locked = _moving("send_back", edition, by)
    _to_draft(locked)
    locked.note = note.strip()[:500]
    return _moved("send_back", locked, by, at)


@transaction.atomic
def publish(
    *, edition: Edition, revision: int, review_by: date | None, by: User, at: datetime, today: date
) -> Edition:
    """Put it on show in place of the one before. Somebody else than its author does.

    `revision` is what the reviewer read: where it was saved since, it is not published unread.
    """
    locked = _moving("publish", edition, by)
    if locked.revision != revision:
        raise Overtaken(locked)
    if missing := rules.what_is_missing(locked):
        raise EditionRefused(missing)
    before = locked.item.editions.filter(language=locked.language).published().first()
    if before:
        before.ended_at = at
        _moved("supersede", before, by, at)
    locked.published_by, locked.published_at = by, at
    locked.last_reviewed_date, locked.review_by_date = today, review_by
    return _moved("publish", locked, by, at)


@transaction.atomic
def withdraw(*, edition: Edition, reason: str, by: User, at: datetime) -> Edition:
    """Take it off the library, or give up a draft. It stays among the versions."""
    locked = _moving("withdraw", edition, by)
    locked.ended_at, locked.note = at, reason.strip()[:500]
    return _moved("withdraw", locked, by, at)


@transaction.atomic
def bring_back(*, edition: Edition, by: User, at: datetime) -> Edition:
    """A draft that was given up is a draft again."""
    locked = _moving("bring_back", edition, by)
    if not locked.was_given_up:
        raise EditionRefused(_("Readers have seen this version. Begin a new one from its words."))
    if locked.item.editions.filter(language=locked.language).open().exists():
        raise EditionRefused(_("Another version is being written. There is one at a time."))
    locked.ended_at, locked.note = None, ""
    return _moved("bring_back", locked, by, at)


@transaction.atomic
def put_back(*, edition: Edition, by: User, at: datetime) -> Edition:
    """On show again as it was: a second person had read it. For a day; then it is reviewed anew."""
    locked = _moving("put_back", edition, by)
    if why := rules.why_not_put_back(locked, at):
        raise EditionRefused(why)
    if locked.item.editions.filter(language=locked.language).published().exists():
        raise EditionRefused(_("Another version is on show by now."))
    locked.ended_at, locked.note = None, ""
    return _moved("put_back", locked, by, at)


@transaction.atomic
def still_right(
    *, edition: Edition, review_by: date | None, by: User, at: datetime, today: date
) -> Edition:
    """Reviewed, and nothing to change: a new day to look again."""
    _check_editor(by)
    locked = _locked(edition)
    if not locked.is_published:
        raise EditionRefused(_("Only what is published is reviewed again."))
    locked.last_reviewed_date, locked.review_by_date = today, review_by
    locked.save(update_fields=["last_reviewed_date", "review_by_date"])
    log.record(verb="library.reviewed", target=locked, by=by, at=at)
    return locked


def _draft(item: Item, language: str, words: Mapping[str, Any], by: User, at: datetime) -> Edition:
    last = item.editions.filter(language=language).newest_first().first()
    edition = item.editions.create(
        language=language,
        number=last.number + 1 if last else 1,
        changed_by=by,
        changed_at=at,
        **words,
    )
    put_on_show(item)
    log.record(verb="library.begun", target=edition, by=by, at=at, language=language)
    return edition


def _newest(item: Item, language: str) -> Edition | None:
    """What a next edition begins from: what readers see in this language, else what comes near."""
    editions = item.editions.filter(language=language)
    mine = editions.published().first() or editions.newest_first().first()
    if mine is not None:
        return mine
    return item.editions.published().first() or item.editions.newest_first().first()


def _raise_overtaken(edition: Edition) -> None:
    newer = edition.item.editions.filter(language=edition.language).open().first()
    if newer is not None:
        newer.item = edition.item
        raise Overtaken(newer)


def _to_draft(edition: Edition) -> None:
    edition.state = EditionState.DRAFT
    edition.submitted_by = edition.submitted_at = None


def _locked(edition: Edition) -> Edition:
    """The edition as it is now, its item's row held: what concerns two editions stays in step."""
    Item.objects.locked(edition.item_id)
    return Edition.objects.select_related("item").get(pk=edition.pk)


def _moving(name: str, edition: Edition, by: User) -> Edition:
    _check_editor(by)
    locked = _locked(edition)
    if why := rules.why_not(name, locked, by):
        raise EditionRefused(why)
    return locked


def _moved(name: str, edition: Edition, by: User, at: datetime) -> Edition:
    edition.state = MOVES[name].target
    edition.save()
    if name != "supersede":  # what replaces it is put on show with it
        put_on_show(edition.item)
    log.record(verb=f"library.{name}", target=edition, by=by, at=at, version=edition.number)
    return edition


def _check_editor(by: User) -> None:
    if not rules.may_edit(by):
        raise PermissionDenied
