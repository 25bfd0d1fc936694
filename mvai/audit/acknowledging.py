"""What was found in the log and looked into: it stays found, and no longer asks for anybody.

An acknowledgement is an entry of the log, with a code that only a holder of AUDIT_KEYS can make:
else whoever may add entries could silence what they did.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime

from mvai.audit import chain, log
from mvai.audit.models import AuditEntry
from mvai.audit.verifying import Finding

VERB = "audit.acknowledged"


def acknowledge(findings: Iterable[Finding], *, case: str, at: datetime) -> int:
    """Say of each finding that it was looked into, as `case` tells; how many."""
    key = next(iter(chain.keys().values()))
    count = 0
    for one in findings:
        log.record(
            verb=VERB, at=at, case=case,
            what=one.code, seal=one.seal, entry=one.entry, until=one.until, proof=_proof(one, key),
        )  # fmt: skip
        count += 1
    return count


def acknowledged() -> dict[Finding, datetime]:
    """The findings that were looked into, and when that was said."""
    known: dict[Finding, datetime] = {}
    said = AuditEntry.objects.filter(verb=VERB).order_by("pk")
    for at, facts in said.values_list("at", "facts"):
        numbers = [facts.get(name) for name in ("seal", "entry", "until")]
        if not all(isinstance(number, int) for number in numbers):
            continue
        one = Finding(str(facts.get("what")), *numbers)
        proofs = [_proof(one, key) for key in chain.keys().values()]
        if any(hmac.compare_digest(str(facts.get("proof")), proof) for proof in proofs):
            known[one] = at
    return known


def _proof(one: Finding, key: bytes) -> str:
    said = f"acknowledged\n{one.code} {one.seal} {one.entry} {one.until}"
    return "p_" + hmac.digest(key, said.encode(), "sha256").hex()
