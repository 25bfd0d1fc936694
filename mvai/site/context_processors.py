"""What base.html shows on every page. Nothing is asked of the database before it is shown."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mvai.accounts.lock.rules import applies_to
from mvai.accounts.reach import rules
from mvai.accounts.roles import Permission
from mvai.dashboard import unreachable
from mvai.duty import desk, roster
from mvai.outbox import health
from mvai.site import navigation


class Portal:
    """The program's settings, and what the reader of this page may know and reach."""

    demo = property(lambda self: settings.DEMO)
    program_number = property(lambda self: settings.PROGRAM_NUMBER)
    calls_come_from = property(lambda self: settings.CALLS_COME_FROM)
    program_page = property(lambda self: settings.PROGRAM_PAGE)
    award_number = property(lambda self: settings.AWARD_NUMBER)
    award_disclaimer = property(lambda self: settings.AWARD_DISCLAIMER)
    omb_number = property(lambda self: settings.OMB_NUMBER)
    omb_expires = property(lambda self: settings.OMB_EXPIRES)
    omb_burden = property(lambda self: settings.OMB_BURDEN)
    version = property(lambda self: settings.VERSION)

    @property
    def worker(self) -> str:
        """Where the offline worker is; blank while the site does without."""
        return reverse("site:worker") if settings.OFFLINE_COPY else ""

    def __init__(self, user: Any = None, path: str = "") -> None:
        self._user, self._path = user, path

    @property
    def home(self) -> str:
        """Each role's own first page; the landing page for everyone else."""
        return reverse("dashboard:home" if self._is_signed_in else "requests:landing")

    @property
    def locks(self) -> bool:
        """Whether this reader's session is locked when nobody uses it."""
        return self._is_signed_in and applies_to(self._user.roles)

    @cached_property
    def _places(self) -> tuple[list, list]:
        return navigation.places_for(self._user, self._path) if self._user else ([], [])

    @property
    def destinations(self) -> list[navigation.Destination]:
        return self._places[0]

    @property
    def further(self) -> list[navigation.Destination]:
        return self._places[1]

    @cached_property
    def late(self) -> list[str]:
        """What is late or does not get through, for staff."""
        if not (self._is_signed_in and self._user.is_staff_member):
            return []
        return [str(warning) for warning in health.state(self._standing.at)]

    @cached_property
    def warnings(self) -> list[str]:
        """What staff must see wherever they are: late messages, a desk without a person."""
        if not (self._is_signed_in and self._user.is_staff_member):
            return []
        if self._standing.is_attended or self._standing.is_closed:
            return self.late
        return [*self.late, _("Nobody is on duty now. New requests go to all staff.")]

    @cached_property
    def missed(self) -> list[str]:
        """What the reader needs to hear of and can't; asked for by their home only."""
        if not self._is_signed_in:
            return []
        return [str(topic.label) for topic in rules.missed_topics(self._user)]

    @cached_property
    def unreachable(self) -> int:
        """How many people can't be reached, for whom this is to know."""
        if not (self._is_signed_in and self._user.may(Permission.REACH_VIEW)):
            return 0
        return unreachable.count(timezone.now())

    @property
    def closed(self) -> str:
        """Until when the desk is closed by plan, in words for staff; blank while it isn't."""
        return roster.closed_words(self._standing)

    @cached_property
    def _standing(self) -> desk.Standing:
        return desk.standing(timezone.now())

    @property
    def _is_signed_in(self) -> bool:
        return bool(self._user and self._user.is_authenticated)


def site(request: HttpRequest) -> dict[str, Portal]:
    """`portal` in every template; allauth's views already call their host `site`."""
    return {"portal": Portal(getattr(request, "user", None), request.path)}
