"""The mail side: an SMTP server that keeps what it takes."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP

from mvai.site.sink.keeping import Received

if TYPE_CHECKING:
    from mvai.site.sink.server import Sink

LONGEST_HANG = 120.0  # seconds


def protocol(sink: Sink) -> SMTP:
    """One conversation."""
    return SMTP(_Mail(sink), hostname="sink", ident="sink")


class _Mail:
    """aiosmtpd's side."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        manner = self._sink.behavior.next("email", ", ".join(envelope.rcpt_tos))
        if manner.seconds:
            await asyncio.sleep(manner.seconds)
        if manner.keeps:
            self._take(envelope)
        if manner.drop or manner.answer in ("closed", "half"):
            server.transport.abort()
        elif manner.answer == "hang":
            await asyncio.sleep(LONGEST_HANG)
        elif manner.answer == "nonsense":
            return "What?"
        if manner.status:
            return f"{manner.status} Refused by the sink"
        return "250 OK"

    def _take(self, envelope: Any) -> None:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        part = mail.get_body(preferencelist=("plain", "html"))
        for recipient in envelope.rcpt_tos:
            if recipient.lower() == self._sink.mailbox.address:
                self._sink.mailbox.deliver(envelope.content, sender=envelope.mail_from or "")
            self._sink.keeping.take(
                Received(
                    channel="email",
                    to=recipient,
                    sender=envelope.mail_from or "",
                    subject=str(mail.get("Subject", "")),
                    body=part.get_content() if part else "",
                    reference=str(mail.get("X-Reference", "") or mail.get("Message-ID", "")),
                ),
                status="taken",
            )
