"""The gateway side: texts and calls over the Messages / Calls shape, and the sink's own pages."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import httpx

from mvai.site.sink.behavior import Behavior, Manner, NotUnderstood
from mvai.site.sink.http import Answered, Asked
from mvai.site.sink.keeping import Received, resource

if TYPE_CHECKING:
    from mvai.site.sink.server import Sink

CHANNELS = {"Messages": "sms", "Calls": "voice"}
PAGE = 50

_RESOURCE = re.compile(r"/Accounts/([^/]+)/(Messages|Calls)(?:/(\w+))?\.json")


class Refusal(Exception):
    """What the gateway says to a form it can't use: its code and its words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class GatewaySide:
    """Answers one request after another."""

    def __init__(self, sink: Sink, *, account: str, token: str) -> None:
        self._sink, self._account = sink, account
        self._key = base64.b64encode(f"{account}:{token}".encode())

    async def handle(self, asked: Asked) -> Answered:
        if found := _RESOURCE.fullmatch(asked.path):
            return await self._resource(asked, *found.groups())
        match asked.method, asked.path:
            case "GET", "/messages":
                return Answered(200, self._sink.keeping.all(**asked.query))
            case "DELETE", "/messages":
                self._sink.keeping.forget()
                return Answered(200, {"status": "empty"})
            case "GET", "/counts":
                return Answered(200, self._sink.keeping.counts())
            case "GET", "/healthz":
                return Answered(200, {"status": "ok"})
            case "GET", "/behavior":
                return Answered(200, self._sink.behavior.as_json())
            case "PUT", "/behavior":
                return self._behave(asked)
            case "POST", "/inbound":
                return await self._inbound(asked.fields or {})
        return Answered(
            404,
            {"error": "There are /Accounts/…, /messages, /counts, /behavior, /inbound, /healthz."},
        )

    def _behave(self, asked: Asked) -> Answered:
        try:
            if asked.fields is None:
                raise NotUnderstood("A behavior is a JSON object.")
            self._sink.behavior = Behavior(asked.fields)
        except (NotUnderstood, TypeError) as error:
            return Answered(422, {"error": str(error)})
        return Answered(200, self._sink.behavior.as_json())

    async def _inbound(self, asked: dict[str, Any]) -> Answered:
        try:
            status, body = await self._sink.telling.inbound(asked)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answered(502, {"error": f"The portal does not answer: {type(error).__name__}."})
        return Answered(200, {"status": status, "body": body})

    async def _resource(self, asked: Asked, account: str, kind: str, sid: str | None) -> Answered:
        given = asked.headers.get("authorization", "").encode()
        if account != self._account or not hmac.compare_digest(given, b"Basic " + self._key):
            return _error(401, 20003, "Authenticate")
        if asked.method == "POST" and sid is None:
            return await self._post(asked, kind)
        if asked.method == "GET":
            return await self._asked(asked, kind, sid)
        return _error(405, 20004, "Method not allowed")

    async def _post(self, asked: Asked, kind: str) -> Answered:
        channel = CHANNELS[kind]
        manner = self._sink.behavior.next(channel, (asked.fields or {}).get("To", ""))
        if manner.seconds:
            await asyncio.sleep(manner.seconds)
        if not manner.keeps:
            return _refused(manner)
        try:
            message = _received(channel, asked.fields or {})
        except Refusal as refusal:
            return _error(400, refusal.code, refusal.words)
        row = self._sink.keeping.take(message, status="queued")
        answer = self._taken(row, manner)
        to = str((asked.fields or {}).get("StatusCallback", ""))
        await self._sink.telling.receipts(row, to, manner)
        return answer

    def _taken(self, row: dict[str, Any], manner: Manner) -> Answered:
        if manner.status >= 400:
            return _refused(manner)
        if manner.answer == "error":
            return _error(200, manner.code or 20500, "Something went wrong", says=500)
        if manner.answer == "nonsense":
            return Answered(200, body="<html>It works</html>")
        shown = resource(row, self._account, echoes=self._sink.behavior.echoes)
        return Answered(manner.status or 201, shown, body=manner.body, way=manner.answer)

    async def _asked(self, asked: Asked, kind: str, sid: str | None) -> Answered:
        self._sink.questions.append(asked.query.get("Reference", ""))
        manner = self._sink.behavior.next("asking")
        if manner.seconds:
            await asyncio.sleep(manner.seconds)
        if manner.drop or manner.status >= 400:
            return _refused(manner)
        if manner.answer == "nonsense":
            return Answered(200, body="<html>It works</html>")
        answer = self._one(sid) if sid else self._list(asked.query, kind)
        return replace(answer, way=manner.answer, body=manner.body)

    def _one(self, sid: str) -> Answered:
        row = self._sink.keeping.get(sid)
        if row is None:
            return _error(404, 20404, "Not found")
        return Answered(200, resource(row, self._account, echoes=self._sink.behavior.echoes))

    def _list(self, query: dict[str, str], kind: str) -> Answered:
        echoes = self._sink.behavior.echoes
        wanted = {"channel": CHANNELS[kind]}
        if "To" in query:
            wanted["to"] = query["To"]
        reference = query.get("Reference", "")
        rows: Iterator[dict[str, Any]]
        if reference and echoes:
            known = self._sink.keeping.with_reference(reference)
            rows = (
                row for row in known if all(row[name] == value for name, value in wanted.items())
            )
        else:
            rows = self._sink.keeping.newest_first(**wanted)
        since = query.get("DateSent>") or query.get("StartTime>") or ""
        size = int(query.get("PageSize", PAGE)) if query.get("PageSize", "1").isdecimal() else PAGE
        shown: list[dict[str, Any]] = []
        more = False
        for row in rows:
            if since and datetime.fromisoformat(row["at"]).date().isoformat() < since:
                continue
            if len(shown) == size:
                more = True
                break
            shown.append(resource(row, self._account, echoes=echoes))
        path = f"/Accounts/{self._account}/{kind}.json?Page=1"
        return Answered(
            200,
            {kind.lower(): shown, "page_size": size, "next_page_uri": path if more else None},
        )


def _received(channel: str, fields: dict[str, Any]) -> Received:
    """The message in a form; raises Refusal with the codes that are known from the field."""
    to = str(fields.get("To", ""))
    if not to:
        raise Refusal(21604 if channel == "sms" else 21201, "A 'To' number is required.")
    if not re.fullmatch(r"\+[1-9]\d{6,14}", to):
        raise Refusal(21211, "The 'To' number is not a valid number.")
    if not fields.get("From"):
        raise Refusal(21603, "A 'From' number is required.")
    body = str(fields.get("Body", "")) if channel == "sms" else _said(str(fields.get("Twiml", "")))
    if not body:
        raise Refusal(21602 if channel == "sms" else 21205, "There is nothing to say.")
    return Received(
        channel=channel,
        to=to,
        sender=str(fields["From"]),
        subject="",
        body=body,
        reference=str(fields.get("Reference", "")),
    )


def _said(script: str) -> str:
    """What a call says until it repeats itself."""
    try:
        document = ElementTree.fromstring(script)  # noqa: S314 - the portal's own
    except ElementTree.ParseError:
        raise Refusal(12100, "The script can't be read.") from None
    said: list[str] = []
    for element in document.iter("Say"):
        if (text := element.text or "") in said:
            break
        said.append(text)
    return " ".join(said)


def _refused(manner: Manner) -> Answered:
    if manner.drop:
        return Answered(0, way="drop")
    headers = {} if manner.retry_after is None else {"Retry-After": str(manner.retry_after)}
    content = {"code": manner.code, "message": "Refused by the sink", "status": manner.status}
    return Answered(manner.status, content, body=manner.body, headers=headers)


def _error(status: int, code: int, words: str, *, says: int = 0) -> Answered:
    return Answered(status, {"code": code, "message": words, "status": says or status})
