"""The desk's logbook."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.duty import kinds
from mvai.duty.models import Alarm, Shift
from requests.filters import COUNTED_TO, VIEWS, BoardFilter, counts, held_by
from requests.models import IS_OPEN, AssistanceRequest, FollowUp

PAGE = 25
MOST_ALARMS = 3


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
    planned = FollowUp.objects.open().filter(assistance_request=OuterRef("pk"))
    visible = AssistanceRequest.objects.visible_to(request.user).for_board()
    chosen = held_by(view, visible, request.user, now).annotate(
        planned=Subquery(planned.order_by("due_at").values("label")[:1])
    )
    narrowing = BoardFilter(request.GET, queryset=_ordered(chosen, view), request=request)
    is_counted = view != "closed" or held[view] <= COUNTED_TO
    is_known = is_counted and not narrowing.is_narrowed
    paginator = CountedPaginator(narrowing.qs, PAGE, known=held[view] if is_known else None)
    first = _to_take(request, held["unowned"])
    context = {
        "view": view,
        "tabs": [(name, label, _shown(name, held[name])) for name, label in VIEWS.items()],
        "counts": held,
        "filter": narrowing,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "shifts": Shift.objects.visible_to(request.user)
        .on_duty(now)
        .select_related("user__person")
        .order_by("-role"),  # primary, manager, backup
        "shows_filters": narrowing.is_filtered or "filters" in request.GET,
        "to_take": first,
        "alarms": _alarms(request, first.reference if first else "", now),
        "now": now,
    }
    return render(request, "requests/board.html", context)


def _shown(view: str, count: int) -> str:
    """A count as its tab shows it. Closed requests are counted to a limit only."""
    return f"{COUNTED_TO}+" if view == "closed" and count > COUNTED_TO else str(count)


def _ordered(found: QuerySet, view: str) -> QuerySet:
    if view == "closed":
        return found.order_by("-closed_at", "-pk")
    return found.order_by("board_rank", "submitted_at", "pk")


def _to_take(request: SignedInRequest, unowned: int) -> AssistanceRequest | None:
    """The request that has waited longest for an owner."""
    if not unowned or not request.user.may(Permission.REQUEST_WORK):
        return None
    return (
        AssistanceRequest.objects.visible_to(request.user)
        .filter(IS_OPEN, owner=None)
        .order_by("submitted_at", "pk")
        .only("reference")
        .first()
    )


def _alarms(request: SignedInRequest, taken_above: str, now: datetime) -> list[dict]:
    """What rings, the longest first, beside the request that the page's own button takes."""
    ringing = Alarm.objects.visible_to(request.user).ringing().exclude(label=taken_above)
    return [
        {
            "pk": alarm.pk,
            "label": alarm.label,
            "title": kinds.title_of(alarm),
            "path": _path(alarm),
            "rang_at": alarm.rang_at,
            "waits": alarm.rang_at > now,  # for the desk to open
        }
        for alarm in ringing.order_by("rang_at")[:MOST_ALARMS]
    ]


def _path(alarm: Alarm) -> str:
    """The page an alarm is about. A request's label is its reference: that needs no query."""
    if alarm.subject_type == AssistanceRequest._meta.label_lower:
        return reverse("requests:workspace", args=[alarm.label])
    return kinds.path_of(alarm)
