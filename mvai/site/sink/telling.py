"""What the gateway side posts to the portal: receipts, and what people send to the program."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import httpx

from mvai.outbox.channels.gateway import SIGNATURE_HEADER, signature
from mvai.site.sink.behavior import Manner

AT_ONCE = 8  # posts under way
TRIES = 3
PAUSE = 0.5  # seconds between them
INBOUND = "/hooks/gateway/message/"

STEPS = {"sms": ("queued", "sent", "delivered"), "voice": ("initiated", "ringing", "completed")}


class Telling:
    """Posts signed forms, a few at a time. Belongs to one event loop."""

    def __init__(self, *, account: str, portal: str) -> None:
        self._account, self._portal = account, portal.rstrip("/")
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._http = httpx.AsyncClient(timeout=10, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def has_told_all(self) -> bool:
        """No receipt is under way, or waits to be."""
        return not self._tasks

    async def receipts(self, row: dict[str, Any], to: str, manner: Manner) -> None:
        """Say how a message fares, as the manner has it."""
        if not to or manner.receipts == "forgotten":
            return
        telling = self._tell(row, to, manner)
        if manner.receipts_first:
            await telling
            return
        task = asyncio.create_task(telling)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def inbound(self, asked: dict[str, Any]) -> tuple[int, str]:
        """Send the portal what a person sent to the program; its answer.

        `from`, `to`, and `body` for a text or `voicemail` (with `seconds`) for a call; `sid` to
        say the same thing again, `times`, `forged` for a wrong signature, `portal` and `path`
        for another address, `more` for further fields.
        """
        is_call = "voicemail" in asked
        sid = str(asked.get("sid") or ("CA" if is_call else "SM") + uuid.uuid4().hex)
        form = {
            "AccountSid": self._account,
            "From": str(asked.get("from", "+15075550100")),
            "To": str(asked.get("to", "+18005550100")),
        }
        if is_call:
            form |= {
                "CallSid": sid,
                "RecordingSid": "RE" + sid[2:],
                "RecordingDuration": str(asked.get("seconds", 12)),
                "TranscriptionStatus": "completed" if asked["voicemail"] else "failed",
                "TranscriptionText": str(asked["voicemail"]),
            }
        else:
            form |= {"MessageSid": sid, "Body": str(asked.get("body", "")), "NumMedia": "0"}
        form |= {str(name): str(value) for name, value in (asked.get("more") or {}).items()}
        url = str(asked.get("portal", self._portal)) + str(asked.get("path", INBOUND))
        status, body = 0, ""
        for _each in range(int(asked.get("times", 1))):
            answer = await self._post(url, form, forged=bool(asked.get("forged")))
            status, body = answer.status_code, answer.text
        return status, body

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    async def _tell(self, row: dict[str, Any], to: str, manner: Manner) -> None:
        for status in _steps(row["channel"], manner):
            if manner.receipt_seconds:
                await asyncio.sleep(manner.receipt_seconds)
            row["status"] = status
            for _copy in range(2 if manner.receipts_twice else 1):
                await self._stubbornly(to, self._form(row, status, manner))

    def _form(self, row: dict[str, Any], status: str, manner: Manner) -> dict[str, str]:
        is_call = row["channel"] == "voice"
        form = {
            "AccountSid": self._account,
            "CallSid" if is_call else "MessageSid": row["id"],
            "CallStatus" if is_call else "MessageStatus": status,
            "To": row["to"],
            "From": row["sender"],
            "ApiVersion": "2010-04-01",
        }
        if manner.error_code and status == manner.ends:
            form["ErrorCode"] = str(manner.error_code)
        return form

    async def _stubbornly(self, to: str, form: dict[str, str]) -> None:
        for each in range(TRIES):
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._post(to, form)
                if answer.status_code < 500:
                    return
            await asyncio.sleep(PAUSE * (each + 1))

    async def _post(
        self, url: str, form: dict[str, str], *, forged: bool = False
    ) -> httpx.Response:
        headers = {
            SIGNATURE_HEADER: "AAAA" if forged else signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with self._turns:
            return await self._http.post(url, content=urlencode(form), headers=headers)


def _steps(channel: str, manner: Manner) -> Iterable[str]:
    steps = list(STEPS[channel])
    if manner.ends:
        steps[-1] = manner.ends
    return reversed(steps) if manner.receipts == "reversed" else steps
