"""What the sink has taken: in memory, and in a file, so that a killed one forgets nothing."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

KEPT = 50_000  # messages
PREFIXES = {"email": "EM", "sms": "SM", "voice": "CA"}


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it arrived; `at` is UTC. Of a call, `body` is what was said, once."""

    channel: str
    to: str
    sender: str
    subject: str
    body: str
    reference: str
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


class Keeping:
    """All messages, oldest first; also by reference and by id."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._rows: deque[dict[str, Any]] = deque()
        self._by_reference: dict[str, list[dict[str, Any]]] = {}
        self._by_id: dict[str, dict[str, Any]] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        for row in self._remembered():
            self._keep(row)
        self._open()

    def take(self, message: Received, status: str = "") -> dict[str, Any]:
        """Keep one message; its row, with the provider's id."""
        row = asdict(message)
        row["id"] = PREFIXES[message.channel] + uuid.uuid4().hex
        row["status"] = status
        self._keep(row)
        # One system call without a buffer: what was answered survives the end of the process.
        os.write(self._stream, json.dumps(row).encode() + b"\n")
        return row

    def all(self, **wanted: str) -> list[dict[str, Any]]:
        """Oldest first; keywords filter."""
        return [row for row in self._rows if _is(row, wanted)]

    def newest_first(self, **wanted: str) -> Iterator[dict[str, Any]]:
        return (row for row in reversed(self._rows) if _is(row, wanted))

    def with_reference(self, reference: str) -> list[dict[str, Any]]:
        """Newest first."""
        return self._by_reference.get(reference, [])[::-1]

    def get(self, identifier: str) -> dict[str, Any] | None:
        return self._by_id.get(identifier)

    def counts(self) -> dict[str, dict[str, int]]:
        """By channel: how many were taken, and how many different ones."""
        references: dict[str, set[str]] = {}
        taken: dict[str, int] = {}
        for row in self._rows:
            taken[row["channel"]] = taken.get(row["channel"], 0) + 1
            references.setdefault(row["channel"], set()).add(row["reference"])
        return {
            channel: {"taken": count, "different": len(references[channel])}
            for channel, count in taken.items()
        }

    def forget(self) -> None:
        self._rows.clear()
        self._by_reference.clear()
        self._by_id.clear()
        self.close()
        self._file.unlink(missing_ok=True)
        self._open()

    def close(self) -> None:
        os.close(self._stream)

    def _open(self) -> None:
        self._stream = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _keep(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        self._by_reference.setdefault(row["reference"], []).append(row)
        self._by_id[row["id"]] = row
        if len(self._rows) > KEPT:
            oldest = self._rows.popleft()
            self._by_id.pop(oldest["id"], None)
            copies = self._by_reference[oldest["reference"]]
            copies.pop(0)
            if not copies:
                del self._by_reference[oldest["reference"]]

    def _remembered(self) -> list[dict[str, Any]]:
        """What an earlier start took, shortened to what is kept."""
        if not self._file.exists():
            return []
        rows = []
        for line in self._file.read_text(encoding="utf-8").splitlines()[-KEPT:]:
            with contextlib.suppress(ValueError, KeyError):  # a line cut off by a crash
                row = json.loads(line)
                rows.append({"status": "", **row, "id": row["id"]})
        self._file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return rows


def resource(row: dict[str, Any], account: str, *, echoes: bool) -> dict[str, Any]:
    """A text or a call as the gateway's lists and answers show it."""
    shown = {
        "sid": row["id"],
        "account_sid": account,
        "to": row["to"],
        "from": row["sender"],
        "status": row["status"],
        "date_created": format_datetime(datetime.fromisoformat(row["at"])),
        "error_code": None,
        "error_message": None,
    }
    if row["channel"] == "sms":
        shown["body"] = row["body"]
    if echoes:
        shown["reference"] = row["reference"]
    return shown


def _is(row: dict[str, Any], wanted: dict[str, str]) -> bool:
    return all(row.get(name) == value for name, value in wanted.items())
