"""Reads one mail as it came: who wrote, what, and whether a machine did. Pure.

Mail is written by strangers and by broken programs, so nothing here trusts a header to be there
or to be well formed. Attachments are never looked into.
"""

import email.policy
import hashlib
import html
import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr
from enum import StrEnum
from typing import Any
from uuid import UUID

import nh3

LARGEST = 256 * 1024  # bytes of one mail that are looked at
LONGEST_ID = 200

# "On Mon, Nov 23, 2026 at 5:00 PM Dana Ruiz <…> wrote:", also broken over lines, also in Spanish.
_ATTRIBUTION = re.compile(r"^\s*(On|El)\s.{6,300}?\s(wrote|escribi[óo]):\s*$", re.S)
_ORIGINAL = re.compile(r"^\s*-{2,}\s*(Original Message|Mensaje original)\s*-{2,}\s*$", re.I)
_OUTLOOK_RULE = re.compile(r"^\s*_{10,}\s*$")
_OUTLOOK_HEADER = re.compile(r"^\s*\*?(From|De):\*?\s", re.I)
_OUTLOOK_SENT = re.compile(r"^\s*\*?(Sent|Date|Enviado|Fecha):\*?\s", re.I)
_OUR_ID = re.compile(r"<([0-9a-f-]{36})@([^>\s]+)>", re.I)
_BREAKS = re.compile(r"<\s*(br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.I)


class Kind(StrEnum):
    """Who wrote it, as far as it says."""

    PERSON = "person"
    BOUNCE = "bounce"  # says what became of another mail
    AUTOMATIC = "automatic"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says about a mail of ours."""

    about: UUID | None  # our reference, when it names a mail of ours
    is_final: bool  # it will not arrive; otherwise it is late, or arrived
    status: str = ""  # as in "5.1.1"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read."""

    identifier: str  # its Message-ID; made from its bytes when it has none
    address: str = ""  # of the sender, lower case
    name: str = ""
    subject: str = ""
    text: str = ""  # without quoted history
    kind: Kind = Kind.PERSON
    had_attachments: bool = False
    own: UUID | None = None  # it is a mail of ours, come round
    answers: UUID | None = None  # it answers a mail of ours
    bounce: Bounce | None = None


def read(raw: bytes, *, host: str) -> Mail:
    """The mail in `raw`. `host` is what our own Message-IDs end with. Never raises."""
    try:
        return _read(raw[:LARGEST], host)
    except Exception:  # the parser stumbles over some of what the world sends
        return Mail(identifier=_made_up(raw))


def _read(raw: bytes, host: str) -> Mail:
    mail = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(raw)
    identifier = " ".join(_header(mail, "Message-ID").split()) or _made_up(raw)
    name, address = parseaddr(_header(mail, "From"))
    bounce = _bounce(mail, host)
    ours = _ours(identifier, host)
    return Mail(
        identifier=identifier if len(identifier) <= LONGEST_ID else _made_up(identifier.encode()),
        address=address.strip().lower()[:254],
        name=name.strip(),
        subject=_header(mail, "Subject"),
        text=_text(mail),
        kind=Kind.BOUNCE if bounce else _kind(mail),
        had_attachments=_has_attachments(mail),
        own=ours,
        answers=_answered(mail, host),
        bounce=bounce,
    )


def _header(mail: Any, name: str) -> str:
    """A header in words; one that can't be decoded as it came."""
    try:
        return str(mail.get(name, "") or "")
    except Exception:  # a header the parser can't take apart
        with suppress(Exception):
            return next(
                str(value) for key, value in mail.raw_items() if key.lower() == name.lower()
            )
    return ""


def _made_up(raw: bytes) -> str:
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>"


def _kind(mail: Message) -> Kind:
    says = _header(mail, "Auto-Submitted").strip().lower()
    if says and not says.startswith("no"):  # RFC 3834
        return Kind.AUTOMATIC
    if any(_header(mail, name) for name in ("List-Id", "List-Post", "List-Unsubscribe")):
        return Kind.LIST
    match _header(mail, "Precedence").strip().lower():
        case "list":
            return Kind.LIST
        case "bulk" | "junk" | "auto_reply":
            return Kind.AUTOMATIC
    if any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return Kind.AUTOMATIC
    return Kind.PERSON


# Bounces


def _bounce(mail: Message, host: str) -> Bounce | None:
    """What a report says; None when it is no report."""
    content = mail.get_content_type()
    is_report = content == "multipart/report"
    has_no_sender = _header(mail, "Return-Path").strip() == "<>"
    if not is_report and not has_no_sender:
        return None
    about = _reported(mail, host)
    fields = _report_fields(mail)
    if fields:
        action, status = fields
        return Bounce(about, action == "failed" and not status.startswith("4"), status)
    # Without a report in fields: what names the mail and has no sender has given it up, unless
    # it calls itself a warning. (Exim says whose address failed.)
    is_warning = re.search(r"warning|delay|retr", _header(mail, "Subject"), re.I) is not None
    gave_up = has_no_sender and not is_warning and _kind(mail) is not Kind.LIST
    failed = bool(_header(mail, "X-Failed-Recipients"))
    return Bounce(about, about is not None and (failed or (gave_up and not is_report)))


def _report_fields(mail: Message) -> tuple[str, str] | None:
    """Action and status of the recipient in a machine-readable report (RFC 3464)."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if action := _header(block, "Action").strip().lower():
                status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", _header(block, "Status").strip())
                return action, status.group() if status else ""
    return None


def _reported(mail: Message, host: str) -> UUID | None:
    """Our reference in the mail that a report returns, whole or as its headers."""
    for part in mail.walk():
        content = part.get_content_type()
        if content == "message/rfc822":
            inner = part.get_payload()
            for one in inner if isinstance(inner, list) else []:
                if found := _ours(_header(one, "Message-ID"), host):
                    return found
        elif content == "text/rfc822-headers" and (
            found := _first_ours(_decoded(part), host, after="message-id:")
        ):
            return found
    if found := _answered(mail, host):
        return found
    return _first_ours(_decoded_body(mail), host, after="message-id:")


def _answered(mail: Message, host: str) -> UUID | None:
    return _first_ours(f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}", host)


def _ours(identifier: str, host: str) -> UUID | None:
    found = _OUR_ID.fullmatch(identifier.strip())
    return _uuid(found, host) if found else None


def _first_ours(text: str, host: str, *, after: str = "") -> UUID | None:
    start = text.lower().find(after) if after else 0
    if start < 0:
        return None
    return next(
        (
            one
            for found in _OUR_ID.finditer(text[start : start + LARGEST])
            if (one := _uuid(found, host))
        ),
        None,
    )


def _uuid(found: re.Match[str], host: str) -> UUID | None:
    if found.group(2).lower() != host.lower():
        return None
    try:
        return UUID(found.group(1))
    except ValueError:
        return None


# Words


def _text(mail: EmailMessage) -> str:
    words = _decoded_body(mail)
    return without_history(words) or words.strip()


def _decoded_body(mail: Message) -> str:
    part: Message | None = None
    if isinstance(mail, EmailMessage):
        with suppress(Exception):  # a structure it can't follow
            part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        part = next((one for one in mail.walk() if _is_words(one)), None)
    if part is None:
        return ""
    words = _decoded(part)
    return plain(words) if part.get_content_type() == "text/html" else words


def _decoded(part: Message) -> str:
    """The part's words, whatever it says about its characters."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        with suppress(LookupError, UnicodeDecodeError, ValueError):
            return payload.decode(charset)
    # Neither what it says nor UTF-8: most such mail is Western.
    return payload.decode("cp1252", errors="replace")


def plain(page: str) -> str:
    """The words of a page of HTML, line by line."""
    lines = _BREAKS.sub("\n", re.sub(r"\s+", " ", page))
    bare = nh3.clean(lines, tags=set(), clean_content_tags={"script", "style", "title", "head"})
    words = html.unescape(bare).replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()


def without_history(words: str) -> str:
    """Without the quoted mail below an answer, or above it."""
    lines = words.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith(">"):
            number += 1
            continue
        if _ORIGINAL.match(line) or _is_outlook_header(lines, number):
            break
        length = _attribution(lines, number)
        if length:
            rest = [one for one in lines[number + length :] if one.strip()]
            if not rest or not rest[0].startswith(">"):
                break  # nothing marks the quoted lines: all that follows is quoted
            number += length
            continue
        kept.append(line)
        number += 1
    return "\n".join(kept).strip()


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from here are "On … wrote:"; 0 when they are not."""
    for length in (1, 2, 3):
        if _ATTRIBUTION.match("\n".join(lines[number : number + length])):
            return length
    return 0


def _is_outlook_header(lines: list[str], number: int) -> bool:
    start = number + 1 if _OUTLOOK_RULE.match(lines[number]) else number
    return (
        start + 1 < len(lines)
        and _OUTLOOK_HEADER.match(lines[start]) is not None
        and _OUTLOOK_SENT.match(lines[start + 1]) is not None
    )


def _has_attachments(mail: EmailMessage) -> bool:
    return any(
        not part.is_multipart() and (part.get_filename() is not None or not _is_words(part))
        for part in mail.walk()
    )


def _is_words(part: Message) -> bool:
    return part.get_content_type() in {"text/plain", "text/html"}
