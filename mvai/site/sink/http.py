"""As much of HTTP/1.1 as the gateway side needs, quick enough to be measured against."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

LARGEST_BODY = 256 * 1024  # bytes
LONGEST_HANG = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `fields` are a form's or a JSON object's; None when they can't be read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # by their names in lower case
    fields: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back, and how badly."""

    status: int
    content: Any = None  # sent as JSON
    body: str | None = None  # or this, as it is
    headers: dict[str, str] = field(default_factory=dict)
    way: str = "proper"  # or: half, closed, hang, drop


Handle = Callable[[Asked], Awaitable[Answered]]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handle: Handle) -> None:
    """Answer one connection's requests until either side closes it."""
    try:
        while asked := await _read(reader):
            answer = await handle(asked)
            if not await _write(answer, reader, writer):
                break
            if asked.headers.get("connection", "").lower() == "close":
                break
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # the other side has gone, or speaks something else
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = f"{first}  ".split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _colon, value in (line.partition(":") for line in lines if line)
    }
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    body = await reader.readexactly(int(length))
    parts = urlsplit(target)
    return Asked(
        method=method,
        path=unquote(parts.path).rstrip("/"),
        query=dict(parse_qsl(parts.query)),
        headers=headers,
        fields=_fields(body.decode(errors="replace"), headers.get("content-type", "")),
    )


def _fields(body: str, content_type: str) -> dict[str, Any] | None:
    if "json" not in content_type:
        return dict(parse_qsl(body, keep_blank_values=True))
    try:
        fields = json.loads(body or "{}")
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


async def _write(
    answer: Answered, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Send the answer; whether the connection may go on."""
    if answer.way == "drop":
        writer.transport.abort()
        return False
    if answer.way in ("closed", "hang"):
        if answer.way == "closed":
            writer.write_eof()
        # Until the other side has had enough.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), LONGEST_HANG)
        return False
    is_text = answer.body is not None
    body = (answer.body if answer.body is not None else json.dumps(answer.content)).encode()
    if answer.status == HTTPStatus.NO_CONTENT:
        body = b""
    headers = {
        "Date": formatdate(usegmt=True),
        "Content-Type": "text/plain" if is_text else "application/json",
        "Content-Length": str(len(body)),
        **answer.headers,
    }
    phrase = HTTPStatus(answer.status).phrase if answer.status in _STATUSES else "Unknown"
    head = f"HTTP/1.1 {answer.status} {phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if answer.way == "half":
        writer.write(head.encode() + b"\r\n" + body[: len(body) // 2])
        await writer.drain()
        return False
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    return True


_STATUSES = frozenset(HTTPStatus)
