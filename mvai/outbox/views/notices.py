"""What the portal has to say to the person who is signed in, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mvai.outbox import notices as own
from mvai.outbox import purposes, writing
from mvai.outbox.models import Message

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice in words; `path` leads to what it is about, where that still exists."""

    message: Message
    title: str
    path: str
    is_new: bool


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    found = [_notice(message) for message in own.of(user.person)[:SHOWN]]
    context = {"notices": found, "has_new": any(notice.is_new for notice in found)}
    template = "outbox/notices.html"
    return render(request, template, context)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if own.mark_read(person=user.person, at=timezone.now()):
        notes.success(request, _("All notices are marked as read."))
    return redirect("outbox:notices")


def _notice(message: Message) -> Notice:
    purpose = purposes.find(message.purpose)
    path = ""
    if purpose is not None:
        try:
            path = writing.path_of(message, purpose)
        except Exception:  # what it was about has gone since; the app's own question failed
            path = ""
    return Notice(message, purposes.words(message.purpose), path, message.delivered_at is None)
