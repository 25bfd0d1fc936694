"""Finding what a page is about. Not yours is the same as not there."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.http import Http404

from mvai.accounts.access import SignedInRequest
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.web.prepared import Given, Prepared
from requests.models import AssistanceRequest, Engagement, FollowUp, Offer
from requests.models.assistance_request import AssistanceRequestQuerySet


def request_or_404(
    request: SignedInRequest,
    reference: str,
    needs: Permission,
    *,
    among: AssistanceRequestQuerySet | None = None,
) -> AssistanceRequest:
    """The request; 404 when it isn't this reader's, 403 when the verb isn't."""
    rows = AssistanceRequest.objects.all() if among is None else among
    return _allowed(request, rows.visible_to(_user(request)).filter(reference=reference)[:1], needs)


def shown_request_or_404(
    request: SignedInRequest, reference: str, needs: Permission
) -> AssistanceRequest:
    """The request with what its workspace shows of the row itself."""
    if not _user(request).may(Permission.REQUEST_VIEW_ALL):
        return request_or_404(request, reference, needs)
    return _allowed(request, _SHOWN.instances(reference=reference), needs)


_SHOWN = Prepared(
    lambda: AssistanceRequest.objects.select_related(
        "agency__agency_type", "agency__size_band", "setting", "verification"
    ).filter(reference=Given("reference", CharField()))
)


def _allowed(
    request: SignedInRequest, found: Iterable[AssistanceRequest], needs: Permission
) -> AssistanceRequest:
    for one in found:
        if not _user(request).may(needs):
            raise PermissionDenied
        return one
    raise Http404


def offer_or_404(request: SignedInRequest, pk: int) -> Offer:
    return one_or_404(
        Offer.objects.visible_to(_user(request)).select_related(
            "assistance_request__setting", "assistance_request__agency", "advisor__person"
        ),
        pk,
    )


def offer_of_request_or_404(assistance_request: AssistanceRequest, pk: int) -> Offer:
    """One of this request's own offers; the request was found for the reader before."""
    rows = assistance_request.offers.select_related("assistance_request", "advisor__person")
    return one_or_404(rows, pk)


def follow_up_of_request_or_404(assistance_request: AssistanceRequest, pk: int) -> FollowUp:
    """One of this request's own follow-ups."""
    return one_or_404(assistance_request.follow_ups.select_related("assistance_request"), pk)


def engagement_or_404(request: SignedInRequest, pk: int) -> Engagement:
    return one_or_404(
        Engagement.objects.visible_to(_user(request)).select_related(
            "assistance_request__setting",
            "assistance_request__agency",
            "assistance_request__owner__person",
            "assistance_request__leader",
            "advisor__person",
        ),
        pk,
    )


def one_or_404(rows: QuerySet, pk: int):
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _user(request: SignedInRequest) -> User:
    return request.user
