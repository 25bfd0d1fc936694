"""Which language of an item has to catch up with the other. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone

from resources.models import Edition

# The day, whether it was a mere look, the moment, the language.
Event = tuple[date, bool, datetime, str]


def behind(editions: Iterable[Edition]) -> str:
    """The language whose readers miss what the other's got; "" where both are in step.

    Told from what was published in which order, and so without a fact that somebody has to keep
    up: the first to publish something new is ahead until the other publishes as well, or is
    looked at again and found right.
    """
    editions = list(editions)
    on_show = {edition.language: edition for edition in editions if edition.is_published}
    if len(on_show) < 2:
        return ""
    ahead = ""
    seen: set[str] = set()
    for _day, is_look, _moment, language in sorted(_events(editions)):
        if language not in seen:
            seen.add(language)
            ahead = ""  # written from what there was
        elif not ahead and not is_look:
            ahead = language
        elif ahead != language:
            ahead = ""
    return next((language for language in on_show if ahead and language != ahead), "")


def _events(editions: Iterable[Edition]) -> Iterator[Event]:
    for edition in editions:
        if not edition.published_at:
            continue
        day, looked = timezone.localdate(edition.published_at), edition.last_reviewed_date
        yield day, False, edition.published_at, edition.language
        if looked and looked > day:  # before, it is the look of whoever published it
            yield looked, True, edition.published_at, edition.language
