"""What stands before Django in the web process."""

import re
from collections.abc import Callable, Iterable
from typing import Any

_CHARSET = re.compile(r";\s*charset\s*=\s*[^;]*", re.IGNORECASE)
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_utf_8(application: Application) -> Application:
    """The application, told that text is UTF-8 whatever the sender calls it.

    Django asks Python for any codec by name, before a middleware could step in: "hex" is none
    for text and ends in an error of ours, others bring half characters that can't be stored.
    """

    def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return application(environ, start_response)

    return told
