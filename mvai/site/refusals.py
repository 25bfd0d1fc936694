"""Puts on record who was refused a page."""

from django.http import HttpRequest
from django.utils import timezone

from mvai.audit import log

SAFE = {"GET", "HEAD", "OPTIONS"}


def record(request: HttpRequest) -> None:
    """One entry with the page's name and, where it is about a request, its reference.

    Of somebody who isn't signed in there is nothing to say; what else stands in an address may
    open something.
    """
    user, match = getattr(request, "user", None), request.resolver_match
    if user is None or not user.is_authenticated or match is None:
        return
    write = log.record_read if request.method in SAFE else log.record
    write(
        verb="page.refused",
        target=None,
        by=user,
        at=timezone.now(),
        label=str(match.kwargs.get("reference", ""))[:60],
        result="refused",
        page=match.view_name,
    )
