"""How agency names are folded, so that what is typed finds what is listed."""

import re
import unicodedata

KEY_LENGTH = 400

# Short forms, written out: people write both, and the directory is no more consistent.
SHORT_FORMS = {
    "dept": "department",
    "dpt": "department",
    "pd": "police department",
    "so": "sheriff",
    "sheriffs": "sheriff",
    "co": "county",
    "cnty": "county",
    "st": "saint",
    "mt": "mount",
    "ft": "fort",
    "univ": "university",
    "twp": "township",
    "hwy": "highway",
    "natl": "national",
}
_APOSTROPHES = re.compile("['’‘`´ʻ]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of(text: str) -> list[str]:
    """Lower-case words without accents, apostrophes or other punctuation."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.replace("&", " and ")))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return _NOT_A_WORD.sub(" ", plain).split()


def key_for(name: str) -> str:
    """What is searched instead of the name. Each word, even the first, has a space before it.

    "St. Mary’s Co. Sheriff's Dept" and "Saint Marys County Sheriff Department" have one key.
    Names run together in the directory ("VanMeter") are found both ways.
    """
    words = words_of(name)
    if len(words) == 1 and len(parts := _RUN_TOGETHER.split(name)) > 1:
        words += words_of(" ".join(parts))
    return "".join(f" {SHORT_FORMS.get(word, word)}" for word in words)[:KEY_LENGTH]
