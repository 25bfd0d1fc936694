"""Who asks for which request's page: the token, and whether a code has opened its content."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from mvai.accounts.lockout.rates import Rate
from mvai.outbox import links
from requests.actions.messages import STATUS_LINK
from requests.models import AssistanceRequest, Delegate, StatusCode

# Asked for and entered, on every page that has them.
CODES = Rate("status codes", by_an_address=40, in_all=600)
GRANT_LASTS = timedelta(hours=12)
GRANTS = "status_grants"


@dataclass(frozen=True, slots=True)
class Page:
    """The leader's page as this reader may see it."""

    token: str
    assistance_request: AssistanceRequest
    is_open: bool = False
    delegate: Delegate | None = None  # who stands in for the leader, where it isn't the leader
    read_by: int = 0  # the officer whose read-aloud code opened it

    @property
    def is_leaders(self) -> bool:
        return self.is_open and self.delegate is None

    @property
    def facts(self) -> dict[str, Any]:
        """For the log: whose code opened it, when it isn't one sent to the leader."""
        said = {
            "delegate": self.delegate.pk if self.delegate else 0,
            "code_read_by": self.read_by,
        }
        return {name: value for name, value in said.items() if value}


def page_of(request: HttpRequest, token: str) -> Page | None:
    now = timezone.now()
    link = links.read(STATUS_LINK, token, now=now)
    if link is None:
        return None
    found = (
        AssistanceRequest.objects.select_related(
            "owner__person", "promised_by__person", "agency", "verification", "leader"
        )
        .filter(pk=link.ids[0], link_generation=link.generation)
        .first()
    )
    if found is None:
        return None
    return _opened(request, Page(token, found), now)


def grant(
    request: HttpRequest,
    assistance_request: AssistanceRequest,
    now: datetime,
    code: StatusCode | None = None,
) -> None:
    """Open this one request to this browser, until the time is up or it is revoked."""
    request.session.cycle_key()
    grants = request.session.get(GRANTS, {})
    grants[str(assistance_request.pk)] = [
        assistance_request.link_generation,
        assistance_request.grant_generation,
        (now + GRANT_LASTS).timestamp(),
        (code.delegate_id or 0) if code else 0,
        (code.read_by_id or 0) if code else 0,
    ]
    request.session[GRANTS] = grants


def end_grant(request: HttpRequest, assistance_request: AssistanceRequest) -> None:
    """The page shows steps again, and a fresh code opens it."""
    grants = request.session.get(GRANTS, {})
    if grants.pop(str(assistance_request.pk), None):
        request.session[GRANTS] = grants


def end_grants(request: HttpRequest) -> None:
    """Close every request that a code has opened to this browser."""
    request.session.pop(GRANTS, None)


def _opened(request: HttpRequest, page: Page, now: datetime) -> Page:
    found = page.assistance_request
    kept = request.session.get(GRANTS, {}).get(str(found.pk), ())
    if len(kept) != 5:  # none, or one of an earlier version
        return page
    link_generation, grant_generation, until, delegate_id, read_by = kept
    generations = (found.link_generation, found.grant_generation)
    if (link_generation, grant_generation) != generations or now.timestamp() >= until:
        return page
    delegate = None
    if delegate_id:
        standing_in = found.delegates.standing_in().select_related("person")
        delegate = standing_in.filter(pk=delegate_id).first()
        if delegate is None:
            return page
    return Page(page.token, found, is_open=True, delegate=delegate, read_by=read_by)
