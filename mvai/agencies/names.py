"""How agency names are folded, so that what is typed finds what is listed."""

import re
import unicodedata

# People write both; the directory is no more consistent than they are.
_SAME = {
    "dept": "department",
    "dpt": "department",
    "pd": "police department",
    "so": "sheriff",
    "sheriffs": "sheriff",
    "co": "county",
    "cnty": "county",
    "saint": "st",
    "mount": "mt",
    "fort": "ft",
    "univ": "university",
    "twp": "township",
    "hwy": "highway",
    "&": "and",
}
_APOSTROPHES = re.compile("['’‘`´ʻ]")
_NOT_A_WORD = re.compile(r"[^a-z0-9&]+")


def fold(text: str) -> str:
    """Lower case, without accents, punctuation or double spaces; common short forms made one.

    "St. Mary’s Co. Sheriff's Dept" and "Saint Marys County Sheriff Department" fold alike.
    """
    plain = unicodedata.normalize("NFKD", text.replace("&", " & "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    words = _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", plain)).split()
    return " ".join(_SAME.get(word, word) for word in words)
