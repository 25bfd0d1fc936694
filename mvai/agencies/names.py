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
# Only in what is typed, and only beside what stands there: in a name these may be anything.
ALSO_TYPED = {
    "pd": ("police",),
    "p": ("police",),
    "so": ("sheriff", "south"),
    "sd": ("sheriff",),
    "sp": ("state police",),
    "hp": ("highway patrol",),
    "dps": ("department of public safety", "public safety"),
    "ps": ("public safety",),
    "st": ("state", "saint"),
    "ste": ("sainte",),
    "mt": ("mount", "mountain"),
    "mtn": ("mountain",),
    "ft": ("fort",),
    "pt": ("point", "port"),
    "twnshp": ("township",),
    "tshp": ("township",),
    "boro": ("borough",),
    "vlg": ("village",),
    "cty": ("county", "city"),
    "u": ("university",),
    "uni": ("university",),
    "cc": ("community college",),
    "coll": ("college",),
    "isd": ("independent school district",),
    "sch": ("school",),
    "dist": ("district",),
    "dep": ("department",),
    "depart": ("department",),
    "ofc": ("office",),
    "off": ("office",),
    "hts": ("heights",),
    "spgs": ("springs",),
    "spg": ("spring", "springs"),
    "bch": ("beach",),
    "ctr": ("center",),
    "cntr": ("center",),
    "jct": ("junction",),
    "vly": ("valley",),
    "lk": ("lake",),
    "rr": ("railroad",),
    "reg": ("regional",),
    "intl": ("international",),
    "nat": ("national",),
    "dnr": ("department of natural resources", "natural resources"),
    "n": ("north",),
    "s": ("south",),
    "e": ("east",),
    "w": ("west",),
    "no": ("north",),
    "centre": ("center",),
    "center": ("centre",),
    "saint": ("st",),
}
# What may be typed although the directory's name lacks it: it lists "Anchorage" and "Clover
# Village" beside "Riverton Police Department".
MAY_BE_MISSING = frozenset(
    {
        *("police", "pd", "p", "department", "dept", "dpt", "dep", "office", "ofc", "agency"),
        *("bureau", "force", "of", "the", "and", "for", "city", "town", "village"),
    }
)
# What kind of agency is meant: never what was typed for nothing.
KINDS = frozenset(
    {
        *("sheriff", "sheriffs", "so", "sd", "university", "univ", "college", "school", "campus"),
        *("tribal", "tribe", "park", "airport", "railroad", "patrol", "marshal", "constable"),
    }
)
_APOSTROPHES = re.compile("['’‘`´ʻ]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS_APART = re.compile(r"\b([a-z])\.\s*(?=[a-z]\b)", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Lower-case words without accents, apostrophes or other punctuation."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.replace("&", " and ")))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return _NOT_A_WORD.sub(" ", plain).split()


def typed_words(text: str) -> list[str]:
    """The words of what somebody typed: "P.D." is "pd"."""
    return words_of(_LETTERS_APART.sub(r"\1", text))


def key_for(name: str) -> str:
    """What is searched instead of the name. Each word, even the first, has a space before it.

    "St. Mary’s Co. Sheriff's Dept" and "Saint Marys County Sheriff Department" have one key.
    Names run together in the directory ("VanMeter") are found both ways.
    """
    words = words_of(name)
    if len(words) == 1 and len(parts := _RUN_TOGETHER.split(name)) > 1:
        words += words_of(" ".join(parts))
    return "".join(f" {SHORT_FORMS.get(word, word)}" for word in words)[:KEY_LENGTH]


def place_key_for(*, county: str, city: str) -> str:
    """The words of where it is, for whoever types them too."""
    words = dict.fromkeys(words_of(f"{city} {county}"))
    return "".join(f" {SHORT_FORMS.get(word, word)}" for word in words)[:KEY_LENGTH]
