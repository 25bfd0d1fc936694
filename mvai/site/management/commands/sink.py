"""`manage.py sink`: takes the demonstration's mail, texts and calls, and keeps them here."""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mvai.site.sink import Sink


class Command(BaseCommand):
    help = "Take mail (SMTP), texts and calls (HTTP) on this machine; nothing leaves it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--smtp-port", type=int, default=int(os.environ.get("SINK_SMTP_PORT", "1025"))
        )
        parser.add_argument(
            "--http-port", type=int, default=int(os.environ.get("SINK_HTTP_PORT", "1026"))
        )
        parser.add_argument(
            "--imap-port", type=int, default=int(os.environ.get("SINK_IMAP_PORT", "1027"))
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sink = Sink(
            keep_in=Path(settings.VAR) / "sink.jsonl",
            smtp_port=options["smtp_port"],
            http_port=options["http_port"],
            imap_port=options["imap_port"],
            account=settings.GATEWAY_ACCOUNT,
            token=settings.GATEWAY_TOKEN,
            portal=settings.SITE_URL,
            mailbox=settings.INBOX_ADDRESS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        )
        self.stdout.write(
            f"Mail on 127.0.0.1:{options['smtp_port']}, "
            f"texts, calls and /messages on 127.0.0.1:{options['http_port']}, "
            f"the program's mailbox (IMAP) on 127.0.0.1:{options['imap_port']}."
        )
        sink.run()
