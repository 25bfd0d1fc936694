"""The lock page, and the page on which a kept form is looked at before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages as notes
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.lock import actions, marks, ways
from mvai.accounts.lock.forms import CodeForm
from mvai.accounts.lock.middleware import KEPT_FIELD
from mvai.accounts.lock.rules import IDLE
from mvai.accounts.lockout import guard
from mvai.accounts.models import User
from mvai.web import written


@dataclass(frozen=True)
class Shown:
    """A kept form as its page shows it."""

    form: actions.Written
    title: str  # what the step is called; "" when it is no more
    lines: list[tuple[str, str]]  # what a person typed or chose: label, value


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """Asks for a code. The middleware lets nobody but the locked session's own person here."""
    user: User | None = getattr(request, "locked_user", None)
    after = _next(request)
    if user is None:  # open: another tab was quicker
        return redirect(_after_unlocking(request, request.user, after))
    open_ways = ways.open_to(request, user)
    form = CodeForm()
    if request.method == "POST":
        way = next((one for one in open_ways if one.name == request.POST.get("way")), open_ways[0])
        at = timezone.now()
        error = way.prove(request, user, at)
        if not error:
            actions.unlock(user=user, session=request.session, way=way.name, at=at)
            guard.is_over(request, user)
            return redirect(_after_unlocking(request, user, after))
        form = CodeForm({"code": ""})
        form.errors["code"] = form.error_class([error])
    context = {
        "person": user,
        "ways": open_ways,
        "form": form,
        "next": after,
        "kept": _waiting(request, user),
    }
    for way in open_ways:
        context |= way.prepare(request, user)
    return render(request, "accounts/lock.html", context)


@never_cache
@require_safe
def state(request: SignedInRequest) -> HttpResponse:
    """For static/js/lock.js: whether the session is locked, and in how many seconds it will be."""
    times = marks.read(request.session)
    if hasattr(request, "locked_user") or times is None:
        return JsonResponse({"locked": True})
    left = (times.active_at + IDLE - timezone.now()).total_seconds()
    # A page that waited through a full sign-in holds an old token; it gets the new one.
    return JsonResponse(
        {
            "locked": False,
            "left": max(1, int(left)),
            "who": str(request.user.pk),
            "csrf": get_token(request),
        }
    )


@never_cache
@require_safe
def back(request: SignedInRequest) -> HttpResponse:
    """After unlocking beside a covered page: that page has gone on by itself."""
    return render(request, "accounts/back.html")


@never_cache
@require_safe
def kept(request: SignedInRequest) -> HttpResponse:
    """What met the lock, to be sent or discarded. Nothing is sent by itself."""
    forms = [
        Shown(form, written.title_of(form.path), written.lines_of(form.path, form.fields))
        for form in _waiting(request, request.user)
    ]
    marks.note_kept(request.session, bool(forms))
    if not forms:
        return redirect("dashboard:home")
    context = {"forms": forms, "kept_field": KEPT_FIELD, "next": _next(request)}
    return render(request, "accounts/kept.html", context)


@require_POST
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    gone = actions.forget_form(
        user=request.user, sign_in=marks.sign_in_of(request.session), pk=pk, at=timezone.now()
    )
    if not gone:
        raise Http404
    marks.note_kept(request.session, bool(_waiting(request, request.user)))
    notes.info(request, _("Discarded. Nothing was sent."))
    return redirect(_after_unlocking(request, request.user, _next(request)))


def _waiting(request, user: User) -> list[actions.Written]:
    sign_in = marks.sign_in_of(request.session)
    return actions.written_by(user=user, sign_in=sign_in, at=timezone.now())


def _after_unlocking(request, user: User, after: str) -> str:
    """First what was being sent; else where one was going. A covered page waits on its own."""
    if _waiting(request, user) and after != reverse("lock:back"):
        tail = f"?{urlencode({'next': after})}" if after else ""
        return reverse("lock:kept") + tail
    return after or reverse("dashboard:home")


def _next(request) -> str:
    after: str = request.POST.get("next", "") or request.GET.get("next", "")
    if not after.startswith("/"):
        return ""
    allowed = url_has_allowed_host_and_scheme(
        after, {request.get_host()}, require_https=request.is_secure()
    )
    return after if allowed else ""
