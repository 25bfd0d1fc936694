"""The first card: what to do while the call is on its way. The same for everybody, kept offline."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def first_hour(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, so that it is there when that is away (domain.md, 7.1)."""
    return render(request, "requests/first_hour.html")
