"""Files to download: rows as CSV, written while they are sent."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse

# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UTF8 = "\ufeff"  # without it, spreadsheets read UTF-8 as something else


def csv_file(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """The rows as a file for spreadsheets; they are asked for as the reader takes them."""
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "private, no-store",
        },
    )


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(_UTF8)
    for row in chain([header], rows):
        writer.writerow([harmless(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
