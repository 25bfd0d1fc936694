"""The desk's verbs: a POST each, one call to the domain, and back to the workspace."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from requests.actions import calling as dialing
from requests.actions import closing, delegates, desk, follow_ups, same, triage
from requests.actions import identity as identities
from requests.forms.triage import TriageForm
from requests.models import AssistanceRequest
from requests.states import IdentityOutcome
from requests.views import next_steps
from requests.views.records import (
    follow_up_of_request_or_404,
    one_or_404,
    request_or_404,
    shown_request_or_404,
)
from requests.views.replies import see_other
from requests.views.workspace import open_form, render_workspace

Act = Callable[[AssistanceRequest, dict[str, Any], dict[str, Any]], Any]


@require_POST
def take(request: SignedInRequest, reference: str) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        desk.take(assistance_request=assistance_request, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return see_other("requests:workspace", reference)


@require_POST
def calling(request: SignedInRequest, reference: str) -> HttpResponse:
    """ "I am calling now": then the number to dial, what to say, and the form to log it."""
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        dialing.calling_now(
            assistance_request=assistance_request, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return see_other("requests:workspace", reference)
    return see_other("requests:workspace", reference, query=f"?do={next_steps.LOG_CALL}#do")


@require_POST
def log_call(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.LOG_CALL,
        lambda found, said, who: desk.log_call(
            assistance_request=found,
            outcome=said["outcome"],
            minutes=said["minutes"] or 0,
            note=said["note"],
            leader_agrees=said.get("leader_agrees", False),
            **who,
        ),
    )


@require_POST
def identity(request: SignedInRequest, reference: str) -> HttpResponse:
    def act(found: AssistanceRequest, said: dict[str, Any], who: dict[str, Any]) -> None:
        facts = {"assistance_request": found, "method": said["method"], "note": said["note"]}
        match said["outcome"]:
            case IdentityOutcome.CONFIRMED:
                desk.confirm_identity(**facts, **who)
            case IdentityOutcome.NO_ANSWER:
                identities.tried(**facts, **who)
            case _:
                desk.not_confirmed(**facts, **who)

    return act_once(request, reference, next_steps.IDENTITY, act)


@require_POST
def identity_code(request: SignedInRequest, reference: str) -> HttpResponse:
    """Send a code to the agency; the form to type it in comes next."""
    return act_once(
        request,
        reference,
        next_steps.IDENTITY_CODE,
        lambda found, said, who: identities.send_code(
            assistance_request=found, address=said["address"], **who
        ),
        field="address",
        then=f"?do={next_steps.CHECK_CODE}#do",
    )


@require_POST
def check_code(request: SignedInRequest, reference: str) -> HttpResponse:
    """What the caller read out."""
    return act_once(
        request,
        reference,
        next_steps.CHECK_CODE,
        lambda found, said, who: identities.enter_code(
            assistance_request=found, code=said["code"], **who
        ),
        field="code",
    )


@require_POST
def merge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Close this one for another one that is the same."""
    found = request_or_404(request, reference, Permission.REQUEST_CLOSE)
    into = request_or_404(
        request, request.POST.get("into", "").replace("\x00", ""), Permission.REQUEST_CLOSE
    )
    try:
        same.merge(assistance_request=found, into=into, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return see_other("requests:workspace", reference)
    words = {"reference": found.reference, "other": into.reference}
    messages.success(request, _("%(reference)s is closed and goes on here, as %(other)s.") % words)
    return see_other("requests:workspace", into.reference)


@require_POST
def write_triage(request: SignedInRequest, reference: str) -> HttpResponse:
    def act(found: AssistanceRequest, form: TriageForm, who: dict[str, Any]) -> None:
        triage.triage(
            assistance_request=found,
            fields=form.facts(),
            urgency_override=form.cleaned_data["urgency_override"],
            override_reason=form.cleaned_data["override_reason"],
            **who,
        )

    return act_once(request, reference, next_steps.TRIAGE, act, whole_form=True)


@require_POST
def write_brief(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.BRIEF,
        lambda found, said, who: triage.write_brief(
            assistance_request=found, brief=said["brief"], **who
        ),
        field="brief",
    )


@require_POST
def next_action(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.NEXT_ACTION,
        lambda found, said, who: desk.set_next_action(assistance_request=found, **said, **who),
        field="due_at",
    )


@require_POST
def delegate(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.DELEGATE,
        lambda found, said, who: desk.name_delegate(assistance_request=found, **said, **who),
        field="name",
    )


@require_POST
def remove_delegate(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    delegate = one_or_404(found.delegates.select_related("assistance_request"), pk)
    delegates.remove_delegate(delegate=delegate, by=request.user, at=timezone.now())
    return see_other("requests:workspace", reference)


@require_POST
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.HAND_OVER,
        lambda found, said, who: desk.hand_over(assistance_request=found, **said, **who),
        field="to",
    )


@require_POST
def give_back(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.GIVE_BACK,
        lambda found, said, who: desk.give_back(assistance_request=found, **said, **who),
    )


@require_POST
def close(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.CLOSE,
        lambda found, said, who: closing.close(
            assistance_request=found, close_reason=said["reason"], note=said["note"], **who
        ),
        needs=Permission.REQUEST_CLOSE,
    )


@require_POST
def reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.REOPEN,
        lambda found, said, who: closing.reopen(assistance_request=found, **said, **who),
        field="note",
    )


@require_POST
def stop_follow_ups(request: SignedInRequest, reference: str) -> HttpResponse:
    return act_once(
        request,
        reference,
        next_steps.STOP_FOLLOW_UPS,
        lambda found, said, who: follow_ups.stop(assistance_request=found, **said, **who),
    )


@require_POST
def follow_up(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    def act(found: AssistanceRequest, said: dict[str, Any], who: dict[str, Any]) -> None:
        one = follow_up_of_request_or_404(found, pk)
        match said["what"]:
            case "done":
                follow_ups.done(follow_up=one, note=said["note"], **who)
            case "move":
                follow_ups.move(follow_up=one, due_at=said["to"], note=said["note"], **who)
            case _:
                follow_ups.skip(follow_up=one, note=said["note"], **who)

    return act_once(request, reference, next_steps.FOLLOW_UP, act, follow_up_id=pk)


def act_once(
    request: SignedInRequest,
    reference: str,
    verb: str,
    act: Act | Callable[..., Any],
    *,
    field: str | None = None,
    needs: Permission = Permission.REQUEST_WORK,
    whole_form: bool = False,
    follow_up_id: int | None = None,
    then: str = "",
) -> HttpResponse:
    """Check the form and do it once; what is refused shows beside the field, as typed."""
    assistance_request = shown_request_or_404(request, reference, needs)
    now = timezone.now()
    form = open_form(verb, assistance_request, request.user, now, data=request.POST)
    if form.is_valid() and not getattr(form, "kept_back", None):
        who = {"by": request.user, "at": now}
        try:
            act(assistance_request, form if whole_form else form.cleaned_data, who)
        except Refused as refusal:
            form.add_error(field, str(refusal))
            assistance_request = shown_request_or_404(request, reference, needs)
        else:
            return see_other("requests:workspace", reference, query=then)
    return render_workspace(
        request, assistance_request, do=verb, form=form, follow_up_id=follow_up_id
    )
