"""HTTP to addresses that people typed in: never to the inside, never along a redirect.

The name is resolved, judged and connected to in one step, so that an answer that changes between
two look-ups leads nowhere new.
"""

import ipaddress
import socket
from collections.abc import Iterable, Mapping
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


class _Outward(httpcore.NetworkBackend):
    """Connects to the outside only."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if f"{host}:{port}" in settings.WEBHOOKS_INSIDE:
            return self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(type(error).__name__) from None
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(is_outside(address) for address in addresses):
            raise Inside(host)
        return self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


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
            httpcore.ConnectionPool(network_backend=_Outward()) as pool,
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
