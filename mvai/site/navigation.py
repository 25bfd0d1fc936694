"""Where each role goes: at most four places in the masthead, the rest in the menu."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission

IN_MASTHEAD = 4


@dataclass(frozen=True)
class Place:
    """A page that the masthead may lead to, and who is shown the way."""

    url_name: str
    label: str | Promise
    is_for: Callable[[Any], bool]
    covers: tuple[str, ...] = ()  # beginnings of other addresses that belong to it
    leaves: tuple[str, ...] = ()  # and of those below it that are another place's
    only_in_menu: bool = False


@dataclass(frozen=True)
class Destination:
    path: str
    label: str | Promise
    is_current: bool


def _may(permission: Permission) -> Callable[[Any], bool]:
    return lambda user: user.is_authenticated and user.may(permission)


# In the order in which they are offered: a person of several roles sees the first four.
PLACES = (
    Place(
        "requests:board",
        _("Board"),
        _may(Permission.REQUEST_VIEW_ALL),
        ("/requests/MV", "/requests/new/"),
    ),
    Place("requests:inbox", _("Inbox"), _may(Permission.REQUEST_VIEW_ALL)),
    Place(
        "dashboard:advisor_home",
        _("Home"),
        _may(Permission.OWN_ADVISOR_PROFILE),
        ("/offers/", "/engagements/"),
    ),
    Place("advisors:my_time", _("My time"), _may(Permission.OWN_ADVISOR_PROFILE)),
    Place("advisors:roster", _("Advisors"), _may(Permission.ADVISOR_VIEW)),
    Place("duty:roster", _("Duty roster"), _may(Permission.SHIFT_EDIT), ("/duty/",)),
    Place("outbox:messages", _("Messages"), _may(Permission.MESSAGE_VIEW)),
    Place("members:list", _("Accounts"), _may(Permission.ACCOUNT_MANAGE)),
    Place("dashboard:audit", _("Audit log"), _may(Permission.AUDIT_VIEW)),
    Place("resources:desk", _("Library desk"), _may(Permission.LIBRARY_EDIT)),
    Place("resources:library", _("Library"), lambda user: True, leaves=("/library/desk/",)),
    Place(
        "duty:roster",
        _("Duty roster"),
        lambda user: _may(Permission.ALARM_TAKE)(user) and not user.may(Permission.SHIFT_EDIT),
        ("/duty/",),
        only_in_menu=True,
    ),
    Place(
        "requests:approaches",
        _("Approaches"),
        _may(Permission.REQUEST_VIEW_ALL),
        only_in_menu=True,
    ),
    Place(
        "advisors:my_limits",
        _("My limits"),
        _may(Permission.OWN_ADVISOR_PROFILE),
        only_in_menu=True,
    ),
    Place(
        "outbox:notices",
        _("Notices"),
        lambda user: user.is_authenticated,
        only_in_menu=True,
    ),
    Place("requests:concerns", _("Concerns"), _may(Permission.CONCERN_READ), only_in_menu=True),
    Place(
        "requests:inquiries",
        _("Getting ready"),
        _may(Permission.REQUEST_VIEW_ALL),
        only_in_menu=True,
    ),
    Place("advisors:prospects", _("Prospects"), _may(Permission.ADVISOR_EDIT), only_in_menu=True),
    Place("outbox:rooms", _("Staff chat rooms"), _may(Permission.ROOM_EDIT), only_in_menu=True),
    Place(
        "dashboard:retention",
        _("How long we keep records"),
        _may(Permission.RETENTION_VIEW),
        only_in_menu=True,
    ),
    Place(
        "reach:mine",
        _("How we reach you"),
        lambda user: user.is_authenticated,
        only_in_menu=True,
    ),
    Place(
        "requests:emergency",
        _("Emergency access"),
        _may(Permission.EMERGENCY_ACCESS),
        only_in_menu=True,
    ),
    Place(
        "requests:emergency_reviews",
        _("Emergency access"),
        _may(Permission.ACCESS_REVIEW),
        only_in_menu=True,
    ),
    Place(
        "dashboard:unreachable",
        _("Who can’t be reached"),
        _may(Permission.REACH_VIEW),
        only_in_menu=True,
    ),
    Place(
        "mfa_index",
        _("Security settings"),
        lambda user: user.is_authenticated,
        only_in_menu=True,
    ),
)


def places_for(user: Any, path: str) -> tuple[list[Destination], list[Destination]]:
    """The destinations of the masthead and of the person's menu, the page we are on marked."""
    shown: list[Destination] = []
    further: list[Destination] = []
    for place in PLACES:
        if place.is_for(user) and (found := _at(place, user, path)):
            has_room = len(shown) < IN_MASTHEAD and not place.only_in_menu
            (shown if has_room else further).append(found)
    return shown, further


def _at(place: Place, user: Any, path: str) -> Destination | None:
    address = _address(place.url_name, get_language())
    if not address:
        return None
    beginnings = (address, *place.covers)
    is_current = path.startswith(beginnings) and not path.startswith(place.leaves)
    return Destination(address, place.label, is_current)


@cache
def _address(url_name: str, language: str | None) -> str:
    """The address of a page; "" for one that this portal has not. It never changes."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
