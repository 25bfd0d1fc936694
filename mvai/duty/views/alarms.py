"""What rings now, and "I have it", with a sign-in or by the link in a page."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.duty import actions, desk, kinds, paging, roster
from mvai.duty.history import histories
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox.models import Message
from mvai.web.refusals import Refused

_SETTLED_SHOWN = 10
_HISTORIES = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An alarm with what the page says about it."""

    alarm: Alarm
    title: str
    path: str
    pages: list[Message]
    rings_later: bool = False  # it waits for the desk to open
    settled_by_hand: bool = False


@require_safe
@permission_required(Permission.ALARM_TAKE)
def now(request: SignedInRequest) -> HttpResponse:
    """Every alarm that rings or is with somebody; whom it paged, how, when, and why not."""
    alarms = Alarm.objects.visible_to(request.user).select_related(
        "taken_by__person", "given_back_by__person"
    )
    groups = {
        "ringing": list(alarms.ringing().order_by("rang_at")),
        "taken": list(alarms.filter(state=AlarmState.TAKEN).order_by("-taken_at")[:20]),
        "settled": list(
            alarms.filter(state=AlarmState.SETTLED).order_by("-rang_at")[:_SETTLED_SHOWN]
        ),
    }
    told = paging.messages_of([alarm for group in groups.values() for alarm in group])
    rows = {
        name: [_row(alarm, told[alarm.pk]) for alarm in group] for name, group in groups.items()
    }
    standing = desk.standing(timezone.now())
    template = "duty/_alarms.html" if request.htmx else "duty/now.html"
    return render(request, template, {**rows, "closed": roster.closed_words(standing)})


@require_safe
@permission_required(Permission.ALARM_TAKE)
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """One alarm from its beginning: who was told, how, when, and why not."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    return _history(request, [alarm], alarm.label)


@require_safe
@permission_required(Permission.ALARM_TAKE)
def history_of(request: SignedInRequest, label: str) -> HttpResponse:
    """Every alarm of one reference, the newest first."""
    visible = Alarm.objects.visible_to(request.user)
    alarms = list(visible.filter(label=label).order_by("-raised_at", "-pk")[:_HISTORIES])
    return _history(request, alarms, label)


@require_POST
@permission_required(Permission.ALARM_TAKE)
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    try:
        actions.take(alarm=alarm, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("duty:now")
    messages.success(request, _("You have it. The others can rest."))
    return redirect(kinds.path_of(alarm) or "duty:now")


@require_POST
@permission_required(Permission.ALARM_TAKE)
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    try:
        actions.give_back(alarm=alarm, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You gave it back. The next person is being paged."))
    return redirect("duty:now")


@require_POST
@permission_required(Permission.ALARM_TAKE)
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    try:
        actions.settle_by_hand(alarm=alarm, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It is settled."))
    return redirect("duty:now")


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_http_methods(["GET", "HEAD", "POST"])
def alarm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a page: GET says what waits, POST takes it for the person paged.

    No sign-in: at night the link is all they have. It opens nothing but this page.
    """
    moment = timezone.now()
    found = paging.read_link(token, now=moment)
    if found is None:
        return _by_link(request, {"is_gone": True}, status=404)
    alarm, user, is_current = found
    refusal = ""
    if request.method == "POST" and is_current:
        try:
            alarm = actions.take(alarm=alarm, by=user, at=moment)
        except Refused as refused:
            refusal = str(refused)
            alarm.refresh_from_db()
    return _by_link(request, _link_page(alarm, user, is_current, refusal))


def _link_page(alarm: Alarm, user: User, is_current: bool, refusal: str) -> dict[str, object]:
    return {
        "alarm": alarm,
        "person": user,
        "is_ringing": is_current and alarm.is_ringing,
        "is_mine": alarm.taken_by_id == user.pk,
        "refusal": refusal,
        "path": kinds.path_of(alarm),
    }


def _by_link(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "duty/alarm_by_link.html", context, status=status)


def _history(request: SignedInRequest, alarms: list[Alarm], label: str) -> HttpResponse:
    found = histories(alarms, zone=timezone.get_current_timezone_name())
    return render(request, "duty/history.html", {"histories": found, "label": label})


def _row(alarm: Alarm, pages: list[Message]) -> Row:
    return Row(
        alarm,
        kinds.title_of(alarm),
        kinds.path_of(alarm),
        pages,
        rings_later=alarm.is_ringing and alarm.rang_at > timezone.now(),
        settled_by_hand=kinds.is_settled_by_hand(alarm),
    )
