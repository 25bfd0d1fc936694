"""Suggestions for the agency field, on public pages and on the desk's."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mvai.agencies.matching import LEAST_LETTERS
from mvai.agencies.models import Agency

_LONGEST = 200


@login_not_required
@require_safe
@cache_control(max_age=300, private=True)
def suggest(request: HttpRequest) -> HttpResponse:
    """At most eight agencies of the public directory that fit what was typed so far."""
    text = request.GET.get("q", "").replace("\x00", "")[:_LONGEST]
    context = {
        "agencies": Agency.objects.matching(text),
        "is_long_enough": len(text.strip()) >= LEAST_LETTERS,
    }
    return render(request, "agencies/_suggestions.html", context)
