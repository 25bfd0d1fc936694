"""HTTP to addresses that people typed in: never to the inside, never along a redirect by itself.

The name is resolved, judged and connected to in one step, so that an answer that changes between
two look-ups leads nowhere new.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
from django.conf import settings

SECONDS = 5.0  # for each step
LARGEST_ANSWER = 64 * 1024  # bytes; more is not read


class Inside(Exception):
    """The address leads to this machine, a private network, or nowhere."""


class Unreachable(Exception):
    """No connection was made: nothing can have arrived."""


class Unanswered(Exception):
    """Something was sent, and no proper answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: str
    location: str = ""  # where a redirect leads, as it was said


class _Outward(httpcore.NetworkBackend):
    """Connects to the outside only, and to the places (host:port) of `inside`.

    With `until`, a moment of the monotonic clock, everything has an end by then: a server that
    says a letter every few seconds holds nobody.
    """

    def __init__(self, inside: Collection[str], until: float | None = None) -> None:
        self._plain = httpcore.SyncBackend()
        self._inside, self._until = inside, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if f"{host}:{port}" in self._inside:
            return self._timed(self._plain.connect_tcp(host, port, timeout, local_address))
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(type(error).__name__) from None
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(is_outside(address) for address in addresses):
            raise Inside(host)
        return self._timed(
            self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        )

    def _timed(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        return stream if self._until is None else _Timed(stream, self._until)

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a moment."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left(timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return min(left, timeout or left)


def is_outside(address: str) -> bool:
    """Whether anybody may be sent there: a public address, and not one that wraps an inner one."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return (inner or parsed).is_global and not (inner or parsed).is_multicast


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send `body` as JSON. Raises Inside, Unreachable or Unanswered; redirects aren't followed."""
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    try:
        with (
            httpcore.ConnectionPool(network_backend=_Outward(settings.WEBHOOKS_INSIDE)) as pool,
            pool.stream(
                "POST",
                url,
                headers=[("Content-Type", "application/json"), *headers.items()],
                content=body,
                extensions={"timeout": timeout},
            ) as answer,
        ):
            read = 0
            for part in answer.iter_stream():
                read += len(part)
                if read > LARGEST_ANSWER:
                    break
            wish = dict(answer.headers).get(b"retry-after", b"").decode("ascii", "replace")
            return Answer(answer.status, wish)
    except Inside:
        raise
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol) as error:
        raise Unreachable(type(error).__name__) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise Unanswered(type(error).__name__) from None


def look(url: str, *, method: str, seconds: float, inside: Collection[str] = ()) -> Answer:
    """Ask for an address and read what stands before its body, within `seconds` for everything.

    Raises Inside, Unreachable or Unanswered; a redirect isn't followed: the caller judges it.
    """
    backend = _Outward(inside, time.monotonic() + seconds)
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), min(SECONDS, seconds))
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream(
                method,
                url,
                headers=[("User-Agent", "MVAI-link-check/1"), ("Accept", "*/*")],
                extensions={"timeout": timeout},
            ) as answer,
        ):
            said = {name.lower(): value for name, value in answer.headers}
            location = said.get(b"location", b"").decode("latin-1")
            return Answer(answer.status, "", location)
    except Inside:
        raise
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol) as error:
        raise Unreachable(type(error).__name__) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise Unanswered(type(error).__name__) from None
    except (ValueError, TypeError) as error:  # an address that httpcore can't take apart
        raise Unreachable(type(error).__name__) from None
