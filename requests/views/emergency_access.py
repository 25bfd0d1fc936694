"""Pages of emergency access: opening one request, reading it, reviewing that it was opened."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required, step_up
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.audit.models import AuditEntry
from requests.actions import emergency_access as actions
from requests.forms.emergency_access import EmergencyForm, ReviewForm
from requests.models import AssistanceRequest, EmergencyAccess
from requests.views.history import events_of
from requests.views.listed import listed_of
from requests.views.workspace import phase_label

PER_PAGE = 20
READ = "emergency_access.read"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.EMERGENCY_ACCESS)
@step_up
def emergency(request: SignedInRequest) -> HttpResponse:
    """What of one's own runs, what was, and the form that opens one more."""
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            opened = actions.open_request(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.EmergencyRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("requests:emergency_read", opened.pk)
    now = timezone.now()
    own = EmergencyAccess.objects.filter(by=request.user).select_related("assistance_request")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    running = own.running(now)
    context = {"form": form, "running": running, "page_obj": page, "now": now}
    return render(request, "requests/emergency.html", context)


@require_safe
@permission_required(Permission.EMERGENCY_ACCESS)
def emergency_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """The request, to read and nothing else; 404 as soon as the half hour is over."""
    now = timezone.now()
    running = EmergencyAccess.objects.filter(by=request.user).running(now)
    access = running.filter(pk=pk).first()
    if access is None:
        raise Http404
    found = AssistanceRequest.objects.select_related(
        "agency__agency_type", "agency__size_band", "setting", "verification", "brief_by"
    ).get(pk=access.assistance_request_id)
    log.record_read(verb=READ, target=found, by=request.user, at=now, label=found.reference)
    listed = listed_of(found)
    offers = found.offers.select_related("advisor__person").order_by("-offered_at", "-pk")
    context = {
        "access": access,
        "assistance_request": found,
        "listed": listed,
        "events": events_of(found, offers, listed),
        "phase": phase_label(found, now),
        "now": now,
    }
    return render(request, "requests/emergency_read.html", context)


@require_POST
@permission_required(Permission.EMERGENCY_ACCESS)
def emergency_end(request: SignedInRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(EmergencyAccess.objects.filter(by=request.user), pk=pk)
    actions.end(access=access, by=request.user, at=timezone.now())
    messages.success(request, _("It is closed. The program manager reviews that it was opened."))
    return redirect("requests:emergency")


@require_safe
@permission_required(Permission.ACCESS_REVIEW)
def emergency_reviews(request: SignedInRequest) -> HttpResponse:
    """Every request that was opened in an emergency, those to review first."""
    return _reviews(request)


@require_POST
@permission_required(Permission.ACCESS_REVIEW)
def emergency_review(request: SignedInRequest, pk: int) -> HttpResponse:
    access = get_object_or_404(EmergencyAccess.objects.visible_to(request.user), pk=pk)
    form = ReviewForm(request.POST, prefix=_prefix(pk))
    if form.is_valid():
        try:
            actions.review(access=access, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.EmergencyRefused as refusal:
            if refusal.field is None:
                messages.warning(request, str(refusal))
                return redirect("requests:emergency_reviews")
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your review is kept."))
            return redirect("requests:emergency_reviews")
    return _reviews(request, refused=(pk, form))


def _reviews(
    request: SignedInRequest, refused: tuple[int, ReviewForm] | None = None
) -> HttpResponse:
    now = timezone.now()
    found = EmergencyAccess.objects.visible_to(request.user).select_related(
        "assistance_request", "by__person", "reviewed_by__person"
    )
    waiting = list(found.unreviewed().order_by("began_at", "pk"))
    page = Paginator(found.exclude(reviewed_at=None), PER_PAGE).get_page(request.GET.get("page"))
    reads = _reads([*waiting, *page])
    forms = {one.pk: ReviewForm(prefix=_prefix(one.pk)) for one in waiting}
    if refused:
        forms[refused[0]] = refused[1]
    context = {
        "waiting": [(one, reads[one.pk], forms[one.pk]) for one in waiting],
        "reviewed": [(one, reads[one.pk]) for one in page],
        "page_obj": page,
        "form": refused[1] if refused else None,
        "now": now,
    }
    return render(request, "requests/emergency_reviews.html", context)


def _reads(accesses: list[EmergencyAccess]) -> dict[int, int]:
    """How often each was used to open the request's page."""
    targets = {str(one.assistance_request_id) for one in accesses}
    found = AuditEntry.objects.filter(
        verb=READ, target_type=AssistanceRequest._meta.label_lower, target_id__in=targets
    ).values_list("target_id", "actor_id", "at")
    entries = list(found)
    return {
        one.pk: sum(
            target == str(one.assistance_request_id)
            and actor == one.by_id
            and one.began_at <= at <= one.ends_at
            for target, actor, at in entries
        )
        for one in accesses
    }


def _prefix(pk: int) -> str:
    return f"review-{pk}"
