"""`manage.py audit`: seal, verify, acknowledge, print the head, make a key."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mvai.audit import acknowledging, chain, verifying
from mvai.audit.models import AuditEntry, AuditSeal

WAIT = 15.0  # seconds for those who are adding an entry now
SHOWN = 100  # findings


class Command(BaseCommand):
    help = "Seal the log, verify it (exit 1 when something does not agree), or print its head."

    def add_arguments(self, parser: Any) -> None:
        parts = parser.add_subparsers(dest="what", required=True)
        parts.add_parser("seal", help="seal all that is settled now")
        verify = parts.add_parser("verify", help="compare every entry with its seal")
        verify.add_argument("--from-head", default="", help="a head that was kept elsewhere")
        acknowledge = parts.add_parser(
            "acknowledge", help="say of all that is found now that it was looked into"
        )
        acknowledge.add_argument("--case", required=True, help="where that is written down")
        parts.add_parser("head", help="print the head, to keep where the portal can't reach it")
        parts.add_parser("make_key", help="print a new key for AUDIT_KEYS")

    def handle(self, *, what: str, **options: Any) -> None:
        getattr(self, f"_{what}")(**options)

    def _seal(self, **_options: Any) -> None:
        sealed = _seal_all()
        # What is written by now can be sealed once whoever writes now is done.
        until, end = chain.last_number(), time.monotonic() + WAIT
        while time.monotonic() < end and _sealed_to() < until and _waiting(until):
            time.sleep(0.2)
            sealed += _seal_all()
        left = _waiting(until)
        self.stdout.write(f"Sealed {sealed} entries; {left} wait for somebody who is writing now.")

    def _verify(self, *, from_head: str, **_options: Any) -> None:
        found, known = 0, acknowledging.acknowledged()
        if from_head and verifying.head_is_missing(from_head):
            found += 1
            self.stdout.write(str(verifying.Finding("head_missing")))
        for number, finding in enumerate(verifying.findings()):
            found += finding not in known
            if number < SHOWN:
                at = known.get(finding)
                self.stdout.write(f"{finding}{f' Acknowledged {at:%Y-%m-%d}.' if at else ''}")
        if found:
            self.stdout.write(f"The log does not agree with its seals: {found} findings.")
            raise SystemExit(1)
        head = chain.head()
        sealed, number = (head.last_id, head.number) if head else (0, 0)
        waiting = AuditEntry.objects.filter(pk__gt=sealed).count()
        self.stdout.write(
            f"The log agrees with its {number} seals, up to entry {sealed};"
            f" {waiting} not sealed yet."
        )

    def _acknowledge(self, *, case: str, **_options: Any) -> None:
        known = acknowledging.acknowledged()
        new = [one for one in verifying.findings() if one not in known]
        for finding in new[:SHOWN]:
            self.stdout.write(str(finding))
        acknowledging.acknowledge(new, case=case, at=timezone.now())
        self.stdout.write(f"Acknowledged {len(new)} findings. The banner goes within a day.")

    def _head(self, **_options: Any) -> None:
        head = chain.head()
        if head is None:
            self.stdout.write("Nothing is sealed yet.")
            raise SystemExit(1)
        self.stdout.write(head.digest)

    def _make_key(self, **_options: Any) -> None:
        self.stdout.write(chain.make_key())


def _seal_all() -> int:
    sealed = 0
    while count := chain.seal(timezone.now()):
        sealed += count
    return sealed


def _sealed_to() -> int:
    last = AuditSeal.objects.order_by("-number").values_list("last_id", flat=True).first()
    return last or 0


def _waiting(until: int) -> int:
    return AuditEntry.objects.filter(pk__gt=_sealed_to(), pk__lte=until).count()
