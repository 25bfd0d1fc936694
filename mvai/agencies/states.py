"""States and territories, as names, as they stand in ORIs, and as time zones."""

# Postal code, name, and the zone of most of its people.
_TABLE = """
AL|Alabama|America/Chicago
AK|Alaska|America/Anchorage
AS|American Samoa|Pacific/Pago_Pago
AZ|Arizona|America/Phoenix
AR|Arkansas|America/Chicago
CA|California|America/Los_Angeles
CO|Colorado|America/Denver
CT|Connecticut|America/New_York
DC|District of Columbia|America/New_York
DE|Delaware|America/New_York
FL|Florida|America/New_York
GA|Georgia|America/New_York
GU|Guam|Pacific/Guam
HI|Hawaii|Pacific/Honolulu
ID|Idaho|America/Boise
IL|Illinois|America/Chicago
IN|Indiana|America/Indiana/Indianapolis
IA|Iowa|America/Chicago
KS|Kansas|America/Chicago
KY|Kentucky|America/New_York
LA|Louisiana|America/Chicago
ME|Maine|America/New_York
MD|Maryland|America/New_York
MA|Massachusetts|America/New_York
MI|Michigan|America/Detroit
MN|Minnesota|America/Chicago
MS|Mississippi|America/Chicago
MO|Missouri|America/Chicago
MP|Northern Mariana Islands|Pacific/Saipan
MT|Montana|America/Denver
NE|Nebraska|America/Chicago
NV|Nevada|America/Los_Angeles
NH|New Hampshire|America/New_York
NJ|New Jersey|America/New_York
NM|New Mexico|America/Denver
NY|New York|America/New_York
NC|North Carolina|America/New_York
ND|North Dakota|America/Chicago
OH|Ohio|America/New_York
OK|Oklahoma|America/Chicago
OR|Oregon|America/Los_Angeles
PA|Pennsylvania|America/New_York
PR|Puerto Rico|America/Puerto_Rico
RI|Rhode Island|America/New_York
SC|South Carolina|America/New_York
SD|South Dakota|America/Chicago
TN|Tennessee|America/Chicago
TX|Texas|America/Chicago
UT|Utah|America/Denver
VT|Vermont|America/New_York
VA|Virginia|America/New_York
VI|U.S. Virgin Islands|America/St_Thomas
WA|Washington|America/Los_Angeles
WV|West Virginia|America/New_York
WI|Wisconsin|America/Chicago
WY|Wyoming|America/Denver
"""
_ROWS = [line.split("|") for line in _TABLE.split("\n") if line]

NAMES: dict[str, str] = {code: name for code, name, _zone in _ROWS}
CODES_BY_NAME: dict[str, str] = {name.lower(): code for code, name in NAMES.items()}
MAIN_ZONES: dict[str, str] = {code: zone for code, _name, zone in _ROWS}
# The Canal Zone is no more, yet still stands in published directories.
_GONE = frozenset({"CZ"})
TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"}) | _GONE

# Counties lie in two zones here, so the county is asked before the state.
SPLIT = frozenset(["AK", "FL", "ID", "IN", "KS", "KY", "MI", "ND", "NE", "OR", "SD", "TN", "TX"])

# Letters an ORI begins with that are not the postal ones.
_ORI_LETTERS = {"NB": "NE", "GM": "GU", "CM": "MP"}
ORI_LETTERS_OF = {code: letters for letters, code in _ORI_LETTERS.items()}


def state_code(text: str) -> str:
    """The postal code for a code or a name, "" for neither."""
    text = " ".join(text.split())
    code = _ORI_LETTERS.get(text.upper(), text.upper())
    return code if code in NAMES or code in _GONE else CODES_BY_NAME.get(text.lower(), "")


def state_of_ori(ori: str) -> str:
    return state_code(ori[:2])


def codes_beginning(text: str) -> frozenset[str]:
    """The codes of states whose name begins so, or whose code does when it is one letter."""
    text = text.lower()
    return frozenset(
        code
        for code, name in NAMES.items()
        if name.lower().startswith(text) or (len(text) == 1 and code.lower().startswith(text))
    )
