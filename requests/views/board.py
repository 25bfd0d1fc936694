"""The desk's logbook."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.duty import kinds
from mvai.duty.models import Alarm, DutyRole, Shift
from mvai.web.prepared import Given, Prepared, given_time
from requests.filters import (
    COUNTED_TO,
    READER,
    VIEWS,
    BoardFilter,
    bounds,
    counts,
    held_by,
    length_of,
)
from requests.models import IS_OPEN, AssistanceRequest
from requests.views.lines import lines_of, shown

PAGE = 25
MOST_ALARMS = 3
SHOWN_OF_ALARM = ("kind", "state", "label", "subject_type", "subject_id", "rang_at")


class CountedPaginator(Paginator):
    """A paginator that was told how many there are."""

    def __init__(self, *args, known: int | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if known is not None:
            self.__dict__["count"] = known  # in place of the cached property's own query


@permission_required(Permission.REQUEST_VIEW_ALL)
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    held = counts(request.user, now)
    reader: dict[str, Any] = {"user_id": request.user.pk, **bounds(now)}
    is_narrowed = BoardFilter.narrows(request.GET)
    stands_open = BoardFilter.stands_open(request.GET)
    is_whole = not (is_narrowed or stands_open)
    is_first = is_whole and request.GET.get("page", "1") == "1"
    filters = None
    found: QuerySet = AssistanceRequest.objects.none()
    if not is_first:
        found = held_by(view, AssistanceRequest.objects.visible_to(request.user), **reader)
    if not is_whole:  # making its form takes longer than most queries
        filters = BoardFilter(request.GET, queryset=found, request=request)
        found = filters.qs
    # A view's first page is what stands on the desk's screens all day.
    listed = () if is_first else shown(found)
    known = None if is_narrowed else length_of(view, held)
    page = CountedPaginator(listed, PAGE, known=known).get_page(request.GET.get("page"))
    rows = _FIRST_PAGES[view].rows(**reader) if is_first else page.object_list
    to_take = _to_take(request, held["unowned"])
    context = {
        "view": view,
        "tabs": [(name, label, _shown(name, held[name])) for name, label in VIEWS.items()],
        "counts": held,
        "words": request.GET.get("q", ""),
        "is_narrowed": is_narrowed,
        "filters": filters if stands_open else None,
        "page_obj": page,
        "lines": lines_of(rows, now),
        "shifts": _on_duty(now),
        "to_take": to_take,
        "alarms": _alarms(request, to_take, now),
        "now": now,
    }
    return render(request, "requests/board.html", context)


def _shown(view: str, count: int) -> str:
    """A count as its tab shows it. Closed requests are counted to a limit only."""
    return f"{COUNTED_TO}+" if view == "closed" and count > COUNTED_TO else str(count)


def _to_take(request: SignedInRequest, unowned: int) -> str:
    """The reference of the request that has waited longest for an owner."""
    if not unowned or not request.user.may(Permission.REQUEST_WORK):
        return ""
    return next((row["reference"] for row in _UNOWNED.rows()), "")


def _first_page(view: str) -> QuerySet:
    return shown(held_by(view, AssistanceRequest.objects.all(), **READER))[:PAGE]


def _on_duty(now: datetime) -> list[dict]:
    return [row | {"label": DutyRole(row["role"]).label} for row in _SHIFTS.rows(now=now)]


# The readers of the board see every request and every shift.
_FIRST_PAGES = {view: Prepared(partial(_first_page, view)) for view in VIEWS}
_SHIFTS = Prepared(
    lambda: (
        Shift.objects.on_duty(given_time("now"))
        .order_by("-role")  # primary, manager, backup
        .values("role", "ends_at", name=F("user__person__full_name"))
    )
)
_RINGING = Prepared(
    lambda: (
        Alarm.objects.ringing()
        .exclude(label=Given("label", CharField()))
        .only(*SHOWN_OF_ALARM)
        .order_by("rang_at")[:MOST_ALARMS]
    )
)
_UNOWNED = Prepared(
    lambda: (
        AssistanceRequest.objects.filter(IS_OPEN, owner=None)
        .order_by("check_first", "submitted_at", "pk")
        .values("reference")[:1]
    )
)


def _alarms(request: SignedInRequest, taken_above: str, now: datetime) -> list[dict]:
    """What rings, the longest first, beside the request that the page's own button takes."""
    if not Alarm.objects.are_seen_by(request.user):
        return []
    return [
        {
            "pk": alarm.pk,
            "label": alarm.label,
            "title": kinds.title_of(alarm),
            "path": _path(alarm),
            "rang_at": alarm.rang_at,
            "waits": alarm.rang_at > now,  # for the desk to open
        }
        for alarm in _RINGING.instances(label=taken_above)
    ]


def _path(alarm: Alarm) -> str:
    """The page an alarm is about. A request's label is its reference: that needs no query."""
    if alarm.subject_type == AssistanceRequest._meta.label_lower:
        return reverse("requests:workspace", args=[alarm.label])
    return kinds.path_of(alarm)
