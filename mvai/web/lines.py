"""One line of text, as anybody may send it."""

from typing import Any

from django import forms


class LineField(forms.CharField):
    """Text in one line. Characters that nobody can see, or that turn a line around, are left out;
    what holds nothing else counts as empty."""

    def to_python(self, value: Any) -> str:
        seen = "".join(
            one if one.isprintable() else " " if one.isspace() else "" for one in str(value or "")
        )
        return super().to_python(" ".join(seen.split())) or ""
