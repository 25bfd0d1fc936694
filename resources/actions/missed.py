"""Searches that found nothing, for the editors. The only writer of `MissedSearch`."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mvai.accounts.lockout.rates import Tally, tally
from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.scanning import scan
from resources.actions import finding
from resources.models import Item, MissedSearch
from resources.rules.editions import may_edit
from resources.rules.words import LONGEST, fold

A_DAY = 200  # new words
BY_AN_ADDRESS = 20  # of one address's searches in a quarter of an hour
_MOST_DIGITS = 4  # a year; more may be somebody's number


def report(*, text: str, language: str, with_drafts: bool, address: str, at: datetime) -> bool:
    """Count the words of one search that found nothing; whether they were counted.

    Nothing is kept of who asked: the address only bounds how much one sender can add. What may
    be a name or a number, is too long, or does find something is left out.
    """
    words = fold(text)
    if not words or len(text) > LONGEST or not _is_nobodys(text):
        return False
    found = finding.search(text=text, language=language, with_drafts=with_drafts)
    if not found.is_missed:
        return False
    by_words, by_address = tally(
        [
            Tally("missed search", f"{address} {words}", most=1),
            Tally("missed searches", address, most=BY_AN_ADDRESS, within=timedelta(minutes=15)),
        ],
        once=at.isoformat(),
        at=at,
    )
    if by_words or by_address >= BY_AN_ADDRESS:
        return False
    return _count(words, language, timezone.localtime(at).date())


def _is_nobodys(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return digits <= _MOST_DIGITS and "@" not in text and not scan(text)


def _count(words: str, language: str, today: date) -> bool:
    same = MissedSearch.objects.filter(words=words, language=language)
    if same.update(times=F("times") + 1, last_on=today):
        return True
    if MissedSearch.objects.filter(first_on=today).count() >= A_DAY:
        return False
    missed = MissedSearch(words=words, language=language, first_on=today, last_on=today)
    return bool(MissedSearch.objects.bulk_create([missed], ignore_conflicts=True))


@transaction.atomic
def settle(*, missed: MissedSearch, answer: Item | None, by: User, at: datetime) -> MissedSearch:
    """Say which item answers these words; without one they are not for us."""
    if not may_edit(by):
        raise PermissionDenied
    locked = MissedSearch.objects.select_for_update(no_key=True).get(pk=missed.pk)
    locked.answer, locked.settled_by, locked.settled_on = answer, by, timezone.localtime(at).date()
    locked.save(update_fields=["answer", "settled_by", "settled_on"])
    log.record(
        verb="library.missed_settled", target=locked, by=by, at=at, answered=answer is not None
    )
    return locked
