"""One-click sign-in for the demonstration. Everything else about signing in is allauth's."""

from typing import Any

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    record_authentication,
)
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts import second_factor
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log

# What each role is for, in the order in which the main job meets them.
_SHOWN = (
    Role.DUTY_OFFICER,
    Role.PROGRAM_MANAGER,
    Role.ADVISOR,
    Role.CONTENT_EDITOR,
    Role.WELLNESS_COORDINATOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
_SHOWN_PER_ROLE = 8


@login_not_required
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """The people of the demonstration, by role."""
    _only_in_the_demonstration()
    return render(request, "account/demo.html", {"groups": _people_by_role()})


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the chosen person, without a password: nothing here is real."""
    _only_in_the_demonstration()
    user = get_object_or_404(_people(), pk=_number(request.POST.get("user", "")))
    logout(request)
    clear_authentication_records(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, second_factor.DEMO)
    log.record(verb="account.signed_in_to_demonstration", target=user, by=user, at=timezone.now())
    return redirect(settings.LOGIN_REDIRECT_URL)


def _only_in_the_demonstration() -> None:
    if not settings.DEMO:
        raise Http404


def _people():
    return User.objects.active().exclude(roles__contains=[Role.SYSTEM]).select_related("person")


def _people_by_role() -> list[dict[str, Any]]:
    people = list(_people().order_by("date_joined", "pk"))
    groups = []
    shown: set[int] = set()
    for role in _SHOWN:
        found = [user for user in people if role in user.roles and user.pk not in shown]
        shown.update(user.pk for user in found)
        if found:
            first, others = found[:_SHOWN_PER_ROLE], found[_SHOWN_PER_ROLE:]
            groups.append({"label": role.label, "parts": [first, others] if others else [first]})
    return groups


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
