"""Compares the log with its seals, and says in sentences what does not agree."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from mvai.audit import chain
from mvai.audit.models import AuditEntry, AuditPosition, AuditSeal

READ = ("checking", "sending")  # positions that have seen seals up to their number


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that isn't as it was sealed; `code` and numbers are safe to keep anywhere."""

    code: str
    seal: int = 0
    entry: int = 0
    until: int = 0

    def __str__(self) -> str:
        return _SENTENCES[self.code]().format(
            seal=self.seal, entry=self.entry, until=self.until, before=self.seal - 1
        )


_SENTENCES = {
    "removed": lambda: _("Entry {entry} was removed: seal {seal} covers it."),
    "altered": lambda: _("Entry {entry} was altered since seal {seal}."),
    "inserted": lambda: _(
        "Entry {entry} was put in afterward: seal {seal} says that no entry has its number."
    ),
    "unsealed_number": lambda: _("Entry {entry} has a number that was never given out."),
    "seal_missing": lambda: _("Seals {seal} to {until} were removed."),
    "seal_unchained": lambda: _("Seal {seal} does not go on from seal {before}."),
    "seal_altered": lambda: _("Seal {seal} was altered."),
    "key_unknown": lambda: _("Seal {seal} was made with a key that is not in AUDIT_KEYS."),
    "head_missing": lambda: _(
        "No seal has the head that was kept elsewhere: the log was cut or written anew."
    ),
}


def findings() -> Iterator[Finding]:
    """Everything that does not agree, from the first seal to the last."""
    yield from loose_ends()
    before: AuditSeal | None = None
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=20):
        yield from in_seal(seal, before)
        before = seal


def loose_ends() -> Iterator[Finding]:
    """What no seal can show: numbers that none will ever cover, and seals missing at the end."""
    ends = AuditEntry.objects.aggregate(first=Min("pk"), last=Max("pk"))
    given = chain.last_number()  # after the entries: meanwhile more are added
    if ends["first"] is not None and (ends["first"] < 1 or ends["last"] > given):
        strange = AuditEntry.objects.filter(Q(pk__lt=1) | Q(pk__gt=given))
        for pk in strange.order_by("pk").values_list("pk", flat=True)[:100]:
            yield Finding("unsealed_number", entry=pk)
    seen = AuditPosition.objects.filter(name__in=READ).order_by("-number").first()
    last = chain.head()
    last_number = last.number if last else 0
    if seen is not None and seen.number > last_number:
        yield Finding("seal_missing", seal=last_number + 1, until=seen.number)


def head_is_missing(digest: str) -> bool:
    """Whether no seal has the digest that was kept elsewhere as the head."""
    return not AuditSeal.objects.filter(digest=digest.strip().lower()).exists()


def in_seal(seal: AuditSeal, before: AuditSeal | None) -> Iterator[Finding]:
    """What does not agree in one seal and the entries it covers. `before` is the seal in front."""
    expected = before.number + 1 if before else 1
    if seal.number > expected:
        yield Finding("seal_missing", seal=expected, until=seal.number - 1)
    elif (seal.previous, seal.first_id) != (
        (before.digest, before.last_id + 1) if before else ("", 1)
    ):
        yield Finding("seal_unchained", seal=seal.number)
    key = chain.keys().get(seal.key_id)
    if key is None:
        yield Finding("key_unknown", seal=seal.number)
        return
    yield from _in_entries(seal, key)


def _in_entries(seal: AuditSeal, key: bytes) -> Iterator[Finding]:
    marks = bytes(seal.marks)
    if _how_many(seal) != seal.count or len(marks) != seal.count * chain.MARK:
        yield Finding("seal_altered", seal=seal.number)
        return
    rows = list(chain.rows_between(seal.first_id, seal.last_id))
    codes = dict(zip((row[0] for row in rows), chain.codes_of(rows, key), strict=True))
    covered, differs = [], False
    for place, pk in enumerate(_covered(seal)):
        code = codes.pop(pk, b"")
        covered.append(code)
        if code[: chain.MARK] != marks[place * chain.MARK : (place + 1) * chain.MARK]:
            differs = True
            yield Finding("altered" if code else "removed", seal=seal.number, entry=pk)
    for pk in codes:
        yield Finding("inserted", seal=seal.number, entry=pk)
    # When an entry differs, the digest can't agree either.
    if not differs and not hmac.compare_digest(seal.digest, chain.digest_of(seal, covered, key)):
        yield Finding("seal_altered", seal=seal.number)


def _how_many(seal: AuditSeal) -> int:
    """Numbers covered less those in gaps: before they are listed, they may be far too many."""
    return seal.last_id - seal.first_id + 1 - sum(high - low + 1 for low, high in seal.gaps)


def _covered(seal: AuditSeal) -> Iterator[int]:
    """The numbers of the entries that were there when the seal was made."""
    start = seal.first_id
    for low, high in [*seal.gaps, [seal.last_id + 1, seal.last_id + 1]]:
        yield from range(start, low)
        start = high + 1
