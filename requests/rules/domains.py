"""Whether an e-mail address can show that somebody belongs to an agency. Pure."""

# Where anybody gets an address: the largest, which are nearly all that a caller would name.
_ANYBODYS = frozenset({
    "aol.com", "att.net", "bellsouth.net", "comcast.net", "cox.net", "duck.com",
    "earthlink.net", "fastmail.com", "gmail.com", "gmx.com", "googlemail.com", "hey.com",
    "hotmail.com", "icloud.com", "live.com", "mac.com", "mail.com", "me.com", "msn.com",
    "outlook.com", "pm.me", "proton.me", "protonmail.com", "rocketmail.com", "sbcglobal.net",
    "tuta.com", "tutanota.com", "verizon.net", "yahoo.com", "ymail.com", "zoho.com",
})  # fmt: skip


def domain_of(address: str) -> str:
    """ "chief@police.riverton.gov" → "police.riverton.gov"."""
    return address.rpartition("@")[2].strip().lower().rstrip(".")


def is_anybodys(address: str) -> bool:
    """Whether the address is with a provider that asks nobody who they are."""
    domain = domain_of(address)
    return any(domain == one or domain.endswith(f".{one}") for one in _ANYBODYS)
