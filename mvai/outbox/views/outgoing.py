"""The staff's pages on messages: what waits, what was sent, what was not and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from mvai.audit import log
from mvai.outbox import actions, purposes, writing
from mvai.outbox.forms import MessageFilter
from mvai.outbox.models import MAY_SEE, Message, MessageQuerySet
from mvai.outbox.states import GROUPS, UNDERWAY, UNSENT, WAITING, Group
from mvai.people.quiet import quiet_until
from mvai.web.refusals import Refused

PER_PAGE = 50


class SignedIn(HttpRequest):
    """What the middleware makes of every request that reaches these views."""

    user: Any
    htmx: HtmxDetails


@require_GET
def messages(request: SignedIn) -> HttpResponse:
    """Newest first, a page at a time; older pages start after the last message of this one."""
    visible = _visible(request)
    group = _group(request.GET.get("show", ""))
    form = MessageFilter(request.GET)
    among = visible.unsent() if group is Group.UNSENT else visible.filter(state__in=GROUPS[group])
    rows = form.apply(among).select_related("person", "room", "again")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    page = found[:PER_PAGE]
    context = {
        "tabs": _tabs(visible, group),
        "group": group,
        "form": form,
        "rows": [(message, purposes.words(message.purpose)) for message in page],
        "older_than": page[-1].pk if len(found) > PER_PAGE else None,
        "is_first_page": not before,
    }
    template = "outbox/_messages.html" if request.htmx else "outbox/messages.html"
    return render(request, template, context)


@require_GET
def message(request: SignedIn, pk: int) -> HttpResponse:
    """One message and each try; its text in the demonstration only, and reading it is logged."""
    found = get_object_or_404(
        _visible(request).select_related("person", "room", "contact_point", "again", "again_of"),
        pk=pk,
    )
    letter = None
    if settings.DEMO and found.contact_point is not None:
        letter = _letter(found)
        log.record_read(
            verb="message.opened",
            target=found,
            by=request.user,
            at=timezone.now(),
            label=found.label,
        )
    context = {
        "message": found,
        "words": purposes.words(found.purpose),
        "tries": found.tries.all(),
        "letter": letter,
        "shows_text": settings.DEMO,
        "waits_until": _waits_until(found),
    }
    return render(request, "outbox/message.html", context)


@require_POST
def send_again(request: SignedIn, pk: int) -> HttpResponseRedirect:
    found = get_object_or_404(_visible(request), pk=pk)
    try:
        anew = actions.send_again(message=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        notes.error(request, str(refusal))
        return redirect("outbox:message", pk=found.pk)
    notes.success(request, _("It is being sent again."))
    return redirect("outbox:message", pk=anew.pk)


@require_POST
def told_by_phone(request: SignedIn, pk: int) -> HttpResponseRedirect:
    found = get_object_or_404(_visible(request), pk=pk)
    try:
        actions.told_by_phone(message=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        notes.error(request, str(refusal))
    else:
        notes.success(request, _("Kept: the person was told by phone."))
    return redirect("outbox:message", pk=found.pk)


def _visible(request: SignedIn) -> MessageQuerySet:
    # accounts.access has a decorator for this, but accounts lie above the outbox.
    if not request.user.may(MAY_SEE):
        raise PermissionDenied
    return Message.objects.visible_to(request.user)


def _group(asked: str) -> Group:
    return Group(asked) if asked in set(Group) else Group.WAITING


def _tabs(visible: MessageQuerySet, current: Group) -> list[tuple[Group, str, int | None, bool]]:
    counts = visible.unsettled().aggregate(
        waiting=Count("pk", filter=Q(state__in=UNDERWAY)),
        unsent=Count("pk", filter=Q(state__in=UNSENT, again=None, told_at=None)),
    )
    return [
        (Group.WAITING, _("Waiting"), counts["waiting"], current is Group.WAITING),
        (Group.SENT, _("Sent"), None, current is Group.SENT),
        (Group.UNSENT, _("Unsent"), counts["unsent"], current is Group.UNSENT),
        (Group.LEFT_OUT, _("Left out"), None, current is Group.LEFT_OUT),
    ]


def _waits_until(found: Message) -> datetime | None:
    """The end of the quiet hours that hold a message back now."""
    if found.urgent or found.person is None or found.state not in WAITING:
        return None
    return quiet_until(found.person, timezone.now())


def _letter(found: Message) -> writing.Letter | None:
    try:
        return writing.write(found, purposes.get(found.purpose))
    except (KeyError, writing.NotWritten):
        return None  # what it was about has gone since
