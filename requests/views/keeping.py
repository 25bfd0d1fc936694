"""The records of one request: the legal hold, a copy for the requester, the removal of names."""

import io
import json
import zipfile
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, step_up
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from requests.actions import records as actions
from requests.models import AssistanceRequest, RecordsAsk, RecordsKind, RecordsOutcome
from requests.views.records import request_or_404
from requests.views.replies import see_other


@require_safe
def records(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    asks = list(found.records_asks.select_related("asked_by__person", "decided_by__person"))
    since = timezone.now() - actions.COPY_LASTS
    context = {
        "assistance_request": found,
        "is_held": actions.is_held(found),
        "asks": asks,
        "open_kinds": {one.kind for one in asks if not one.outcome},
        "may_decide": request.user.may(Permission.RECORDS_DECIDE),
        "copy_is_there": any(_is_copy(one, since) for one in asks),
    }
    return render(request, "requests/records.html", context)


@require_POST
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    kind = request.POST.get("kind", "")
    if kind not in RecordsKind.values:
        messages.error(request, _("Choose what they ask for."))
        return see_other("requests:records", reference)
    try:
        actions.ask(assistance_request=found, kind=kind, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. A program manager other than you has to confirm it."))
    return see_other("requests:records", reference)


@require_POST
@step_up
def decide(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = request_or_404(request, reference, Permission.RECORDS_DECIDE)
    asked = _ask_or_404(found, pk)
    does = request.POST.get("does") == "1"
    try:
        actions.decide(asked=asked, does=does, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is done.") if does else _("Kept: it is not done."))
    return see_other("requests:records", reference)


@require_POST
def hold(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.RECORDS_DECIDE)
    on = request.POST.get("on") == "1"
    actions.set_hold(assistance_request=found, on=on, by=request.user, at=timezone.now())
    words = _("Nothing of this request is removed now.") if on else _("The hold is lifted.")
    messages.success(request, words)
    return see_other("requests:records", reference)


@require_POST
def copy(request: SignedInRequest, reference: str) -> HttpResponse:
    """The copy, as a file to hand over. A POST, since opening it is logged."""
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        content = actions.copy_of(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other("requests:records", reference)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{reference}.json", json.dumps(content, indent=2, ensure_ascii=False))
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{reference}.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _is_copy(one: RecordsAsk, since: datetime) -> bool:
    """One that two agreed to, lately enough."""
    is_done = one.kind == RecordsKind.COPY and one.outcome == RecordsOutcome.DONE
    return is_done and one.decided_at is not None and one.decided_at > since


def _ask_or_404(found: AssistanceRequest, pk: int) -> RecordsAsk:
    asked = found.records_asks.filter(pk=pk).first()
    if asked is None:
        raise Http404
    return asked
