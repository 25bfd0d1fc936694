"""What a passphrase may not be, beside short and common: words of the program, keys in a row."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words that anybody who knows the program would try first (docs/security.md, V6.1.2).
CONTEXT = (
    "massviolence", "violence", "advisory", "initiative", "mvai", "iacp", "portal", "police",
    "sheriff", "chief", "advisor", "officer", "duty", "password", "passphrase", "welcome",
)  # fmt: skip
LEFT_AT_LEAST = 6  # letters and digits beside those words
DIFFERENT_AT_LEAST = 5  # characters
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_BESIDE = re.compile(r"[\W_]+")


class PassphraseValidator:
    """Refuses the program's words with little beside them, and the same few keys again."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = _BESIDE.sub("", password.casefold())
        left = plain
        for word in CONTEXT:
            left = left.replace(word, "")
        if len(left) < LEFT_AT_LEAST and left != plain:
            raise ValidationError(
                _("This is mostly words of this program. Add a few words of your own."),
                code="passphrase_of_the_program",
            )
        is_a_row = any(plain and (plain in row or plain[::-1] in row) for row in _ROWS)
        if is_a_row or len(set(password)) < DIFFERENT_AT_LEAST:
            raise ValidationError(
                _("These are keys in a row, or the same few again. Use a few words instead."),
                code="passphrase_repeats",
            )

    def get_help_text(self) -> str:
        return _("Several words that only you would put together are good. Spaces are fine.")
