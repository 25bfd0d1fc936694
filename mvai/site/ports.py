"""Free ports on this machine. Standard library only: it is used before anything is installed."""

import socket


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refusal(port: int, host: str = "127.0.0.1") -> str:
    """What to say when the wished port is taken; empty when it is free."""
    if is_free(port, host):
        return ""
    other = next((each for each in range(port + 1, min(port + 100, 65536)) if is_free(each)), 8001)
    return f"Port {port} is taken. Try: PORT={other} make run"
