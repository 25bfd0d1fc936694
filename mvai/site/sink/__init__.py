"""A mail server and a gateway for texts and calls, for the demonstration and the tests.

All that is sent to it stays here. It keeps what it takes in memory and in a file and shows it at
GET /messages. PUT /behavior makes it as unreliable as real providers are (behavior.py).
"""

from mvai.site.sink.server import Sink

__all__ = ["Sink"]
