"""The desk's page of channels: what waits on each, and pausing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mvai.outbox import figures, gates
from mvai.outbox.forms import PauseForm
from mvai.outbox.models import MAY_SEE
from mvai.people.models import Channel


@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    _may(request)
    return _render(request)


@require_POST
def pause(request: HttpRequest, channel: str) -> HttpResponse:
    _may(request)
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            gates.pause(
                channel=_known(channel), reason=form.cleaned_data["reason"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except gates.CannotPause as refusal:
            form.add_error("reason", str(refusal))
        else:
            words = _("%(channel)s is paused. Messages wait; nothing is lost.")
            notes.success(request, words % {"channel": Channel(channel).label})
            return redirect("outbox:channels")
    return _render(request, channel=_known(channel), form=form)


@require_POST
def resume(request: HttpRequest, channel: str) -> HttpResponse:
    _may(request)
    try:
        gates.resume(channel=_known(channel), by=request.user, at=timezone.now())
    except gates.CannotPause as refusal:
        notes.error(request, str(refusal))
    else:
        words = _("%(channel)s is in use again.")
        notes.success(request, words % {"channel": Channel(channel).label})
    return redirect("outbox:channels")


def _may(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.may(MAY_SEE):
        raise PermissionDenied


def _known(channel: str) -> str:
    # What is shown in the portal itself can't be paused: nothing leaves.
    if channel not in Channel.values or gates.limit_of(channel) is None:
        raise Http404
    return channel


def _render(request: HttpRequest, channel: str = "", form: PauseForm | None = None) -> HttpResponse:
    rows = [
        (row, form if row.channel == channel and form else PauseForm(auto_id=f"{row.channel}-%s"))
        for row in figures.by_channel(timezone.now())
        if gates.limit_of(row.channel) is not None
    ]
    return render(request, "outbox/channels.html", {"rows": rows, "form": form})
