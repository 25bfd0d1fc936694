"""The program manager's page of staff chat rooms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mvai.outbox import rooms as actions
from mvai.outbox.forms import RoomForm
from mvai.outbox.models import Message, Room
from mvai.web.refusals import Refused


@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    _may_edit(request)
    return _render(request, RoomForm())


@require_POST
def add_room(request: HttpRequest) -> HttpResponse:
    """The one page that shows the new room's secret."""
    _may_edit(request)
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            added = actions.add_room(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.RoomRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _render(request, RoomForm(), added=added)
    return _render(request, form)


@require_POST
def turn_room(request: HttpRequest, pk: int) -> HttpResponse:
    _may_edit(request)
    on = request.POST.get("on") == "1"
    room = actions.turn(room=_room(pk), on=on, by=request.user, at=timezone.now())
    words = _("%(name)s is told again.") if on else _("%(name)s is no longer told.")
    notes.success(request, words % {"name": room.name})
    return redirect("outbox:rooms")


@require_POST
def test_room(request: HttpRequest, pk: int) -> HttpResponse:
    _may_edit(request)
    try:
        message = actions.send_test(room=_room(pk), by=request.user, at=timezone.now())
    except Refused as refusal:
        notes.error(request, str(refusal))
        return redirect("outbox:rooms")
    notes.success(request, _("A test is on its way. This page says what became of it."))
    return redirect("outbox:message", pk=message.pk)


def _may_edit(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.may(actions.MAY_EDIT):
        raise PermissionDenied


def _room(pk: int) -> Room:
    return get_object_or_404(Room, pk=pk)


def _render(
    request: HttpRequest, form: RoomForm, added: actions.Added | None = None
) -> HttpResponse:
    found = list(Room.objects.all())
    last: dict[int, Message] = {}
    latest = Message.objects.filter(room__in=found).order_by("room_id", "-pk").distinct("room_id")
    for message in latest:
        assert message.room_id is not None
        last[message.room_id] = message
    rows = [(room, last.get(room.pk)) for room in found]
    response = render(request, "outbox/rooms.html", {"form": form, "rows": rows, "added": added})
    if added:
        response["Cache-Control"] = "no-store"
    return response
