"""A scanner that speaks clamd's INSTREAM, and can be away, hang or talk nonsense."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.resources.made_files import EICAR


class Clamd(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mood = "well"  # "well", "hanging", "hanging up" or "odd"
        self.seen: list[bytes] = []
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            return
        if self.server.mood == "hanging up":
            self.request.shutdown(socket.SHUT_RDWR)
            return
        if self.server.mood == "hanging":
            self.server.released.wait(30)
            return
        data = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
        self.server.seen.append(data)
        if self.server.mood == "odd":
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in data or b"looks like a virus" in data:
            self.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@contextmanager
def running() -> Iterator[Clamd]:
    server = Clamd()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
