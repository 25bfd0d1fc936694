"""What leaders wrote about their advisors: the program manager's page, and nobody else's."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import beside
from requests.actions import concerns as actions
from requests.forms.leaders_page import ConcernAnswerForm
from requests.models import Concern
from requests.views.records import one_or_404
from requests.views.replies import see_other

ON_A_PAGE = 25


@require_safe
def concerns(request: SignedInRequest) -> HttpResponse:
    rows = _visible(request).select_related("assistance_request__agency")
    rows = rows.order_by(F("settled_at").desc(nulls_first=True), "-raised_at", "-pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "requests/concerns.html", {"page_obj": page})


@require_safe
def concern(request: SignedInRequest, pk: int) -> HttpResponse:
    return _render(request, _found(request, pk))


@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = ConcernAnswerForm(request.POST)
    if form.is_valid():
        with beside(form, "text"):
            actions.answer(
                concern=found, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The leader is told that there is an answer."))
            return see_other("requests:concern", pk)
    return _render(request, found, form)


@require_POST
def settle(request: SignedInRequest, pk: int) -> HttpResponse:
    actions.settle(concern=_found(request, pk), by=request.user, at=timezone.now())
    return see_other("requests:concerns")


def _visible(request: SignedInRequest):
    if not request.user.may(Permission.CONCERN_READ):
        raise PermissionDenied
    return Concern.objects.visible_to(request.user)


def _found(request: SignedInRequest, pk: int) -> Concern:
    rows = _visible(request).select_related(
        "assistance_request__agency", "answered_by__person", "settled_by__person"
    )
    return one_or_404(rows, pk)


def _render(
    request: SignedInRequest, found: Concern, form: ConcernAnswerForm | None = None
) -> HttpResponse:
    # Of the concern, not of the request: whoever reads who looked at that must not learn of it.
    log.record_read(verb="concern.read", target=found, by=request.user, at=timezone.now())
    lead = found.assistance_request.engagements.select_related("advisor__person")
    context = {
        "concern": found,
        "form": form or ConcernAnswerForm(),
        "advisors": lead.order_by("started_at", "pk"),
    }
    return render(request, "requests/concern.html", context)
