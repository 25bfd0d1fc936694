"""The slow door, as the public sees it: asking to get ready, and what happens next."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from mvai.accounts.lockout.rates import Rate, count
from mvai.outbox import links
from requests.actions import inquiries as actions
from requests.forms.intake import IntakeForm
from requests.forms.prepare import PrepareForm
from requests.models import Inquiry, ReadyBy
from requests.rules.inquiries import answer_by
from requests.views import attempts
from requests.views.replies import see_other
from requests.views.tokens import gone
from resources.models import CatalogRow

PREPARE = Rate("prepare", by_an_address=12, in_all=200)
PREPARE_LINK = "prepare"
LASTS = timedelta(hours=24)
NOBODYS = 0  # in the link of what was not kept
FIRST_PAGES = 6


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _render(request, PrepareForm(initial={"ready_by": ReadyBy.OPEN}))
    form, now = PrepareForm(request.POST), timezone.now()
    if form.is_caught:
        return _sent(NOBODYS, now)
    if not form.is_valid():
        return _render(request, form)
    if form.says_it_happened:
        return _render(request, form, call_first=True)
    count(request, PREPARE, at=now)
    facts, token = form.facts(), request.POST.get("attempt", "")
    inquiry = actions.file_inquiry(
        attempt=attempts.identity(token, "prepare", facts["full_name"], facts["reach"]),
        **facts,
        language=get_language() or "",
        at=now,
    )
    return _sent(inquiry.pk, now)


@login_not_required
@require_safe
def prepare_sent(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next. It shows nothing of who asked."""
    now = timezone.now()
    link = links.read(PREPARE_LINK, token, now=now)
    if link is None:
        return gone(request)
    inquiry = Inquiry.objects.select_related("person").filter(pk=link.ids[0]).first()
    if inquiry is None and link.ids[0] != NOBODYS:
        return gone(request)
    rows = CatalogRow.objects.on_show(
        language=get_language() or settings.LANGUAGE_CODE, with_drafts=settings.DEMO
    ).select_related("edition")
    wanted = [f"need:{code}" for code in inquiry.needs] if inquiry else []
    about = rows.filter(facets__overlap=wanted) if wanted else rows.none()
    context = {
        "answer_by": inquiry.answer_by if inquiry else answer_by(now, settings.TIME_ZONE),
        "zone": inquiry.person.time_zone if inquiry else settings.TIME_ZONE,
        "by_mail": inquiry is None or inquiry.is_by_mail,
        "has_happened": inquiry is not None and inquiry.has_happened,
        "rows": about[:FIRST_PAGES] or rows.filter(facets__contains=["phase:PREP"])[:FIRST_PAGES],
    }
    return render(request, "requests/prepare_sent.html", context)


def _sent(pk: int, now: Any) -> HttpResponse:
    return see_other("requests:prepare_sent", links.make(PREPARE_LINK, pk, lasts=LASTS, now=now))


def _render(request: HttpRequest, form: PrepareForm, *, call_first: bool = False) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "attempt": request.POST.get("attempt", "") or attempts.new_token(),
        "call_first": call_first,
    }
    if call_first:
        reach = form.cleaned_data["reach"]
        known = {
            "call_name": form.cleaned_data["full_name"],
            "call_number": "" if "@" in reach else reach[:60],
        }
        context["call_form"] = IntakeForm(initial=known)
        context["call_attempt"] = attempts.new_token()
    response = render(request, "requests/prepare.html", context)
    add_never_cache_headers(response)  # two visitors must never share a token
    return response
