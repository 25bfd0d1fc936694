"""What an answer says about an address, and when an address counts as broken. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from resources.models import Edition, Link
from resources.rules import markdown
from resources.states import LinkResult

MOST_REDIRECTS = 5
LONGEST = 1000  # characters of an address
APART = timedelta(days=1)  # between the two failures that make it broken
# Asked for by a program these say no, or not now; a reader's browser may well get in.
_CANNOT_SAY = frozenset({401, 402, 403, 405, 406, 407, 418, 421, 425, 429, 451, 501, 503, 999})
WHY = {
    "gone": _("It isn’t there any more."),
    "error": _("The other server answered with an error."),
    "no_answer": _("Nobody answered."),
    "unreachable": _("There is no such server, or it can’t be reached."),
    "circle": _("It redirects in a circle."),
    "inside": _("It leads to a private network."),
    "elsewhere": _("It redirects to something that is no web address."),
    "refused_us": _("The other server doesn’t answer programs. Open it yourself."),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    result: LinkResult
    status: int | None = None
    why: str = ""
    redirected_to: str = ""


def addresses_of(edition: Edition) -> list[str]:
    """Every address that the edition shows."""
    found = [edition.address, *(str(source.get("address", "")) for source in edition.sources)]
    found += markdown.addresses(edition.card) + markdown.addresses(edition.text)
    return list(dict.fromkeys(one for one in found if host_of(one) and len(one) <= LONGEST))


def host_of(address: str) -> str:
    """The server, as whoever asks one at a time must know it; "" where it is no web address."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "")[:300] if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def next_address(address: str, location: str) -> str:
    """Where a redirect leads, without its fragment; "" where that is no web address."""
    try:
        found = urljoin(address, location.strip()).partition("#")[0]
        found.encode("ascii")
    except ValueError:
        return ""
    return found if host_of(found) and len(found) <= LONGEST else ""


def is_redirect(status: int) -> bool:
    return status in (301, 302, 303, 307, 308)


def verdict_of(status: int, redirected_to: str) -> Verdict:
    if 200 <= status < 300 or status == 304:
        return Verdict(LinkResult.GOOD, status, "", redirected_to)
    if status in _CANNOT_SAY:
        return Verdict(LinkResult.UNCHECKED, status, "refused_us", redirected_to)
    why = "gone" if status in (404, 410) else "error"
    return Verdict(LinkResult.FAILING, status, why, redirected_to)


def note(link: Link, verdict: Verdict, *, now: datetime) -> None:
    """Write the verdict into the row; a first failure is looked at again a day later."""
    link.result, link.status, link.why = verdict.result, verdict.status, verdict.why
    link.redirected_to = verdict.redirected_to[:LONGEST]
    link.checked_at, link.due_at = now, None
    if verdict.result == LinkResult.GOOD:
        link.last_good_at, link.failing_since, link.broken_since = now, None, None
    elif verdict.result == LinkResult.FAILING:
        link.failing_since = link.failing_since or now
        if now - link.failing_since >= APART:
            link.broken_since = link.broken_since or link.failing_since
        else:
            link.due_at = link.failing_since + APART
