"""Guards for views: not your verb is a 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from mvai.accounts.models import User
from mvai.accounts.roles import Permission

View = Callable[..., Any]

# What can do great harm asks once more who is there, five minutes after signing in; the step
# itself waits and goes on afterward (product.md, R19 "step-up"). To look is free.
step_up = reauthentication_required(app="allauth.mfa", allow_get=True)


class SignedInRequest(HttpRequest):
    """What reaches a view that isn't public: the middleware lets nobody else through."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


def permission_required(permission: Permission) -> Callable[[View], View]:
    """Only for people who may do this; anybody else who is signed in gets the refusal page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request, *args: Any, **kwargs: Any) -> Any:
            user = request.user
            if not (user.is_authenticated and user.may(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
