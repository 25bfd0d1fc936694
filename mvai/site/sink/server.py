"""Both sides in one process, on this machine's own address only."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mvai.site.sink import http, mail
from mvai.site.sink.behavior import Behavior
from mvai.site.sink.gateway import GatewaySide
from mvai.site.sink.keeping import Keeping
from mvai.site.sink.mailbox import Mailbox, MailboxServer
from mvai.site.sink.telling import Telling

HERE = "127.0.0.1"


class Sink:
    """A mail server and a gateway. `portal` is the site that hears what people send to it."""

    telling: Telling

    def __init__(
        self,
        *,
        keep_in: Path,
        smtp_port: int,
        http_port: int,
        account: str,
        token: str,
        portal: str,
        imap_port: int = 0,
        mailbox: str = "portal@mvai.example",
    ) -> None:
        self.mailbox = Mailbox(mailbox)
        self._imap = MailboxServer(self.mailbox, imap_port)
        self.behavior = Behavior()
        self.keeping = Keeping(keep_in)
        self.questions: deque[str] = deque(maxlen=1_000)  # references that were asked about
        self._smtp_port, self.http_port = smtp_port, http_port
        self._account, self._portal = account, portal
        self._side = GatewaySide(self, account=account, token=token)
        self._stopping: asyncio.Event | None = None
        self._conversations: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""

        async def until_a_signal() -> None:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._stop)
            await self._serve(threading.Event())

        asyncio.run(until_a_signal())

    @contextmanager
    def in_a_thread(self) -> Iterator[Sink]:
        """Serve beside the caller. A port of 0 is any; `http_port` says which."""
        loop, ready = asyncio.new_event_loop(), threading.Event()

        def serve() -> None:
            loop.run_until_complete(self._serve(ready))
            loop.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._stop)
            thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.telling = Telling(account=self._account, portal=self._portal)
        smtp = await loop.create_server(lambda: mail.protocol(self), HERE, self._smtp_port)
        web = await asyncio.start_server(self._converse, HERE, self.http_port, backlog=1024)
        self.http_port = web.sockets[0].getsockname()[1]
        self._imap.start()
        ready.set()
        try:
            await self._stopping.wait()
        finally:
            self._imap.stop()
            smtp.close()
            web.close()
            for conversation in list(self._conversations):
                conversation.cancel()
            await asyncio.gather(*self._conversations, return_exceptions=True)
            await self.telling.close()
            self.keeping.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations.add(task)
        try:
            with suppress(asyncio.CancelledError):  # we are stopping
                await http.serve(reader, writer, self._side.handle)
        finally:
            self._conversations.discard(task)

    def _stop(self) -> None:
        assert self._stopping is not None
        self._stopping.set()
