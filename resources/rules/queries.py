"""PostgreSQL's tsquery as text: what stands between words once to_tsquery has cut them. Pure."""

import re

_LEXEME = re.compile(r"'[^']+'(?::\*)?")


def alternatives(query: str) -> list[str]:
    """Each once: both languages cut some words to the same."""
    return [one for one in dict.fromkeys(query.split(" | ")) if one]


def either(*queries: str) -> str:
    return " | ".join(f"({one})" for one in queries if one)


def at(query: str, place: str) -> str:
    """The same words in one place only: A, B, C or D."""
    return _LEXEME.sub(lambda found: found[0] + ("" if ":" in found[0] else ":") + place, query)
