"""Logs hold ids, never what opens a page or what somebody wrote."""

import logging
import re

# What stands in an address after these words opens something to whoever holds it.
_TOKEN = re.compile(
    r"(/(?:sent|status|o|alarms|reset/key)/)(?!\d+/|done/)[^/\s?'\"]+(?=[/\s?'\"]|$)"
)
_QUERY = re.compile(r"(?<=/)\?[^\s'\"]+")
# PostgreSQL quotes the row it refused: "Failing row contains (…)", "Key (email)=(…)".
_DETAIL = re.compile(r"^(\s*(?:DETAIL|CONTEXT|LINE \d+):).*$", re.MULTILINE)


class ScrubbingFormatter(logging.Formatter):
    """Takes tokens, queries and rows out of a line, whoever wrote it, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(super().format(record))


def scrubbed(text: str) -> str:
    """The text without what a log must not keep."""
    text = _TOKEN.sub(r"\1…", text)
    text = _QUERY.sub("?…", text)
    return _DETAIL.sub(r"\1 …", text)
