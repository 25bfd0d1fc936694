"""The name a request goes by: short, easily read out, and not to be guessed in sequence."""

import secrets

# Neither look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) nor vowels, which make words.
ALPHABET = "34679CDFGHJKMNPQRTWXY"
USUAL = 4
CROWDED = 5


def draw(symbols: int = USUAL) -> str:
    """A random reference, such as MV-7K4Q."""
    return "MV-" + "".join(secrets.choice(ALPHABET) for _ in range(symbols))
