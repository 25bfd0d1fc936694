"""What fits the hour somebody is in, and why, in a sentence. Pure.

A page that is about what was asked for counts most, then one written for this hour, then one for
such a place. Ours come before links to others' work.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.states import Audience, Kind

HOURS: dict[str, str | Promise] = {
    "PREP": gettext_lazy("nothing has happened yet"),
    "HOUR": gettext_lazy("it has just happened"),
    "DAY1": gettext_lazy("it is the first day"),
    "DAY3": gettext_lazy("these are the first three days"),
    "WEEK1": gettext_lazy("it is the first week"),
    "MONTH1": gettext_lazy("it is the first month"),
    "MONTHS": gettext_lazy("months have passed"),
    "YEAR1": gettext_lazy("it is about a year ago"),
    "LONG": gettext_lazy("it is more than a year ago"),
}
ASKED: dict[str, str | Promise] = {
    "LEADER": gettext_lazy("a peer who has been through this"),
    "INCIDENT": gettext_lazy("running the response"),
    "MEDIA": gettext_lazy("the media"),
    "INVEST": gettext_lazy("the investigation"),
    "VICTIMS": gettext_lazy("families"),
    "WELLNESS": gettext_lazy("your people"),
    "COMMUNITY": gettext_lazy("the community"),
    "VOLUNTEERS": gettext_lazy("offers of help"),
    "PROSECUTE": gettext_lazy("court"),
    "OFFICIALS": gettext_lazy("officials and partners"),
    "INFRA": gettext_lazy("threats that follow"),
    "AAR": gettext_lazy("a review"),
    "MILESTONE": gettext_lazy("an anniversary, trial or release"),
    "FUNDING": gettext_lazy("money and federal help"),
}
# Nobody is shown these unasked.
_ONLY_IF_ASKED = frozenset(
    {Audience.FAMILY.value, Audience.ADVISOR.value, Audience.SUCCESSOR.value}
)


class Row(Protocol):
    facets: Any
    kind: Any
    sort: Any
    slug: Any


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[AnyRow]):
    row: AnyRow
    why: str


def fitting(
    rows: Iterable[AnyRow],
    *,
    phase: str,
    needs: Collection[str] = (),
    settings: Collection[str] = (),
    audiences: Collection[str] = (),
) -> list[Suggestion[AnyRow]]:
    """The best first; of equals the library's own order."""
    found = []
    for row in rows:
        its = set(row.facets)
        about = [need for need in ASKED if need in needs and f"need:{need}" in its]
        is_now = f"phase:{phase}" in its
        if not _is_for(its, audiences) or not _is_at(its, settings) or not (about or is_now):
            continue
        worth = 1 if needs and not about else 4 * min(len(about), 2) + 3 * is_now
        if any(f"at:{place}" in its for place in settings):
            worth += 1
        found.append((row.kind == Kind.EXTERNAL, -worth, row.sort, row.slug, row, about, is_now))
    found.sort(key=lambda one: one[:4])
    return [
        Suggestion(row, why(phase=phase if is_now else "", needs=about))
        for *_order, row, about, is_now in found
    ]


def _is_for(its: Collection[str], audiences: Collection[str]) -> bool:
    """For everybody, for one of those asked for, or for somebody who is shown pages unasked."""
    said = {facet.removeprefix("for:") for facet in its if facet.startswith("for:")}
    return not said or bool(said & set(audiences)) or not said <= _ONLY_IF_ASKED


def _is_at(its: Collection[str], settings: Collection[str]) -> bool:
    """What is written for other kinds of place is left out, where the place is known."""
    said = {facet.removeprefix("at:") for facet in its if facet.startswith("at:")}
    return not said or not settings or bool(said & set(settings))


def why(*, phase: str, needs: Collection[str]) -> str:
    """ "Because it is the first day and you asked about families." """
    asked = [str(ASKED[need]) for need in needs]
    about = get_text_list(asked, _("and"))
    now = str(HOURS.get(phase, ""))
    if now and about:
        return _("Because %(now)s and you asked about %(about)s.") % {"now": now, "about": about}
    if about:
        return _("Because you asked about %(about)s.") % {"about": about}
    return _("Because %(now)s.") % {"now": now} if now else ""
