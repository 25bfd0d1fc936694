"""What can be told from a voicemail, a text or an e-mail alone. Pure."""

import re
import unicodedata
from enum import StrEnum

LONGEST_TEXT = 20_000  # characters that are kept
SILENCE = 2  # seconds: a voicemail this short, without words, was a hang-up

# Unreadable when more of it than this is neither letter, digit, sign nor picture.
_MOST_GARBLED = 0.3

# What stands in place of a number when a caller hides it: by name, or spelled on the keys
# ("ANONYMOUS", "RESTRICTED", "BLOCKED", "UNAVAILABLE", "UNKNOWN", "PRIVATE").
_WITHHELD = {
    "266696687", "7378742833", "2562533", "86282452253", "8656696", "7748283", "anonymous",
    "restricted", "blocked", "unavailable", "unknown", "private", "none",
}  # fmt: skip


class Keyword(StrEnum):
    """What carriers let anybody say to a number that sends texts."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# "Yes" is none: it is how people answer, and mustn't be taken for consent.
_KEYWORDS = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "ALTO"), Keyword.STOP
    ),
    **dict.fromkeys(("START", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO", "AYUDA"), Keyword.HELP),
}
SPANISH = frozenset({"ALTO", "AYUDA"})


def keyword_of(text: str) -> Keyword | None:
    """The keyword that is all a text says: "Stop.", " STOP ALL "; None for any other text."""
    return _KEYWORDS.get(_plain(text).upper()) if len(text) <= 40 else None


def is_spanish(text: str) -> bool:
    return _plain(text).upper() in SPANISH


def is_withheld(sender: str) -> bool:
    """Whether the caller hid the number."""
    return not sender.strip() or sender.strip().lstrip("+").lower() in _WITHHELD


def is_short_code(sender: str) -> bool:
    """Five or six digits: a machine's number, which nobody can call."""
    return bool(re.fullmatch(r"\+?\d{3,6}", sender.strip()))


def is_garbled(text: str) -> bool:
    """More of it lost than left, as after a wrong character set."""
    symbols = [symbol for symbol in text if not symbol.isspace()]
    lost = sum(symbol == "\ufffd" or unicodedata.category(symbol) in _LOST for symbol in symbols)
    return bool(symbols) and lost > _MOST_GARBLED * len(symbols)


def as_kept(text: str, length: int = LONGEST_TEXT) -> str:
    """Without what a database can't hold or a page can't show, and cut to `length`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(symbol for symbol in text if symbol in "\n\t" or not _is_control(symbol))
    shown = re.sub(r"\n{3,}", "\n\n", shown).strip()
    return shown if len(shown) <= length else shown[: length - 1].rstrip() + "…"


def as_line(text: str, length: int) -> str:
    return " ".join(as_kept(text, length * 4).split())[:length].strip()


def fingerprint(text: str) -> str:
    """The same for texts that differ in numbers, addresses and signs only; "" when too short."""
    words = re.sub(r"(https?://|www\.)\S+", " ", text.lower())
    letters = re.sub(r"[\W\d_]+", "", words)[:80]
    return letters if len(letters) >= 12 else ""


_LOST = frozenset({"Cn", "Co", "Cs"})


def _plain(text: str) -> str:
    """Without marks, spaces and accents: what is left of "¡Alto!" is "Alto"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(symbol for symbol in plain if symbol.isalnum())


def _is_control(symbol: str) -> bool:
    return unicodedata.category(symbol) in {"Cc", "Cs"}
