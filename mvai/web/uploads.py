"""The portal takes no files, but where a view says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., Any]
# What is beyond the limit is read and forgotten up to here, so that the browser hears a sentence
# and not a connection that breaks.
HEARD_OUT = 256 * 1024 * 1024


class NoFiles(FileUploadHandler):
    """Refuses a file at its first byte: a form's limit of size does not count files."""

    def new_file(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().new_file(*args, **kwargs)
        raise RequestDataTooBig("This site takes no files.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class OneFile(TemporaryFileUploadHandler):
    """Takes one file up to a limit, on the disk; what is larger is not kept."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most, self._count = most, 0

    def new_file(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self._count += 1
        if self._count > 1:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self._most:
            self.upload_interrupted()
            self.request.file_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def takes_one_file(most: int) -> Callable[[View], View]:
    """The view may be sent one file of up to `most` bytes.

    It stands inside whatever asks who may: a file of anybody else is not looked at. The form's key
    is checked here, since that reads the form.
    """

    def decorate(view: View) -> View:
        checked = csrf_protect(view)

        @wraps(view)
        def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or int(length) > HEARD_OUT:
                raise RequestDataTooBig("This is far more than any file here may be.")
            request.upload_handlers = [OneFile(request, most)]
            return checked(request, *args, **kwargs)

        taking.takes_a_file = True  # type: ignore[attr-defined]
        return csrf_exempt(taking)

    return decorate


def takes_a_file(request: HttpRequest) -> bool:
    """Whether the page's view may be sent one: nobody before it may read what was posted."""
    found = request.resolver_match
    return found is not None and getattr(found.func, "takes_a_file", False)


def was_too_large(request: HttpRequest) -> bool:
    return getattr(request, "file_too_large", False)
