"""The staff's pages on messages: what waits, what was sent, what was not and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from mvai.audit import log
from mvai.outbox import actions, archiving, purposes, writing
from mvai.outbox.forms import MessageFilter
from mvai.outbox.models import MAY_SEE, ArchivedMessage, Message, MessageQuerySet
from mvai.outbox.states import GROUPS, WAITING, Group
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
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    if group is Group.ARCHIVED:
        found = _archived(request.user, form, before)
    else:
        found = _recent(visible, group, form, before)
    page = found[:PER_PAGE]
    context = {
        "tabs": _tabs(visible, group),
        "group": group,
        "form": form,
        "rows": [(message, purposes.words(message.purpose)) for message in page],
        "older_than": page[-1].pk if len(found) > PER_PAGE else None,
        "is_first_page": before is None,
        "archived_after": archiving.AFTER.days,
    }
    template = "outbox/_messages.html" if request.htmx else "outbox/messages.html"
    return render(request, template, context)


@require_GET
def message(request: SignedIn, pk: int) -> HttpResponse:
    """One message and each try; its text in the demonstration only, and reading it is logged.

    An archived one keeps its address.
    """
    visible = _visible(request).select_related("person", "room", "contact_point", "again")
    found = visible.filter(pk=pk).first()
    if found is None:
        archived = ArchivedMessage.objects.visible_to(request.user).select_related("person")
        kept = get_object_or_404(archived, message_id=pk)
        found, tries = kept.as_it_was(), kept.tries()
    else:
        tries = list(found.tries.all())
    letter = None
    if settings.DEMO and found.contact_point is not None and not found.is_archived:
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
        "tries": tries,
        "letter": letter,
        "shows_text": settings.DEMO and not found.is_archived,
        "archived_after": archiving.AFTER.days,
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
    waiting, unsent = visible.underway().count(), visible.unsent().count()
    return [
        (Group.WAITING, _("Waiting"), waiting, current is Group.WAITING),
        (Group.SENT, _("Sent"), None, current is Group.SENT),
        (Group.UNSENT, _("Unsent"), unsent, current is Group.UNSENT),
        (Group.LEFT_OUT, _("Left out"), None, current is Group.LEFT_OUT),
        (Group.ARCHIVED, _("Archive"), None, current is Group.ARCHIVED),
    ]


def _recent(
    visible: MessageQuerySet, group: Group, form: MessageFilter, before: int | None
) -> list[Message]:
    """A page and one more, newest first; `before` is the last message of the page before."""
    among = visible.unsent() if group is Group.UNSENT else visible.filter(state__in=GROUPS[group])
    rows = form.apply(among).select_related("person", "room", "again")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PER_PAGE + 1])


def _archived(user: Any, form: MessageFilter, before: int | None) -> list[Message]:
    """As `_recent`, from the archive."""
    rows = form.apply(ArchivedMessage.objects.visible_to(user))
    if before is not None:
        rows = rows.filter(message_id__lt=before)
    return rows.order_by("-message_id")[: PER_PAGE + 1].as_they_were()


def _waits_until(found: Message) -> datetime | None:
    """The end of the quiet hours that hold a message back now."""
    if found.urgent or found.person is None or found.state not in WAITING:
        return None
    return quiet_until(found.person, timezone.now())


def _letter(found: Message) -> writing.Letter | None:
    try:
        return writing.write(found)
    except writing.NotWritten:
        return None  # what it was about has gone since
