"""The desk's side of the leader's page: messages, whom we call, a code read aloud, a choice."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.web.private import keep_private
from mvai.web.refusals import Refused, beside
from requests.actions import choices, codes, engagements, talk
from requests.actions import contact as contacts
from requests.forms.leaders_page import ChoiceForm, ReadAloudForm
from requests.models import AssistanceRequest
from requests.views import next_steps
from requests.views.desk import act_once
from requests.views.records import one_or_404, request_or_404, shown_request_or_404
from requests.views.replies import see_other
from requests.views.workspace import render_workspace


@require_POST
def message(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.MESSAGE,
        lambda found, said, who: talk.write_to_leader(assistance_request=found, **said, **who),
        field="text",
    )


@require_POST
def messages_read(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    talk.mark_read(assistance_request=found, by=request.user, at=timezone.now())
    return see_other("requests:workspace", reference)


@require_POST
def contact(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.CONTACT,
        lambda found, said, who: contacts.change(assistance_request=found, **said, **who),
        field="number",
    )


@require_POST
def put_back(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    change = one_or_404(found.contact_changes.select_related("assistance_request"), pk)
    try:
        contacts.put_back(change=change, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return see_other("requests:workspace", reference)


@require_POST
def read_code(request: SignedInRequest, reference: str) -> HttpResponse:
    """The code, on this answer and nowhere else: asked for again, it is another one."""
    found = shown_request_or_404(request, reference, Permission.REQUEST_WORK)
    form = ReadAloudForm(request.POST)
    if form.is_valid():
        with beside(form):
            code, digits = codes.read_aloud(
                assistance_request=found,
                to_number_on_file=form.cleaned_data["on_file"],
                press=form.cleaned_data["press"],
                by=request.user,
                at=timezone.now(),
            )
            context = {"assistance_request": found, "code": code, "digits": digits}
            return keep_private(render(request, "requests/read_code.html", context))
    return render_workspace(request, found, do=next_steps.READ_CODE, form=form)


@require_POST
def choice(request: SignedInRequest, reference: str) -> HttpResponse:
    def act(found: AssistanceRequest, form: ChoiceForm, who: dict[str, Any]) -> None:
        choices.offer_choice(assistance_request=found, reasons=form.lines(), **who)

    return act_once(request, reference, next_steps.CHOICE, act, whole_form=True)


@require_POST
def replace_lead(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        engagements.replace(assistance_request=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return see_other("requests:workspace", reference)
