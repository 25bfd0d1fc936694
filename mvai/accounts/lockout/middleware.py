"""Answers whoever has tried too often, and lets a browser be known again."""

import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mvai.accounts.lockout import guard
from mvai.accounts.lockout.counting import TooManyTries
from mvai.accounts.lockout.rates import TooOften


class LockoutMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        guard.set_cookie(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyTries):
            return None
        seconds = max(1, math.ceil((exception.until - timezone.now()).total_seconds()))
        is_sign_in = not isinstance(exception, TooOften)
        context = {"until": exception.until, "is_sign_in": is_sign_in}
        response = render(request, "429.html", context, status=429)
        response["Retry-After"] = str(seconds)
        return response
