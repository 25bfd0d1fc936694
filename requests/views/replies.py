"""Answers to a POST."""

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(name: str, *args: object, query: str = "") -> HttpResponse:
    """After a POST, a GET: whatever the browser does next, it sends nothing twice."""
    response = redirect(name, *args)
    response.status_code = 303
    response["Location"] += query
    return response
