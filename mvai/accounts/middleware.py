"""Whoever sees more than their own request is signed in with a second factor, or goes no further.

allauth asks for the second factor once it is set up; that it must be set up is our rule.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from mvai.accounts import second_factor
from mvai.accounts.roles import needs_second_factor

# What somebody may open who has given the password only. Public pages are open to all.
OPEN_WITHOUT = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "site:support",
    }
)


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not needs_second_factor(user.roles):
            return None
        if not getattr(view, "login_required", True) or _name(request) in OPEN_WITHOUT:
            return None
        if second_factor.has_signed_in_by(request, second_factor.MFA):
            return None
        if second_factor.is_of_the_demonstration(request):
            return None
        if not second_factor.is_set_up(user):
            return redirect("mfa_activate_totp")
        after = f"?{urlencode({'next': request.get_full_path()})}" if _is_page(request) else ""
        return redirect(reverse("mfa_reauthenticate") + after)


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_page(request: HttpRequest) -> bool:
    return request.method == "GET"
