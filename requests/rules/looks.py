"""Who may know who has looked at a request."""

from typing import Any

from mvai.accounts.roles import Permission
from requests.models import AssistanceRequest
from requests.models.assistance_request import AssistanceRequestQuerySet


def with_looks_for(user: Any) -> AssistanceRequestQuerySet:
    """Requests whose page of looks this user may ask for; for the auditor, nothing else of them."""
    if user.may(Permission.LOOKS_VIEW):
        return AssistanceRequest.objects.all()
    return AssistanceRequest.objects.visible_to(user)


def may_see_addresses(user: Any) -> bool:
    """From which network address somebody looked is for the auditor alone."""
    return user.may(Permission.AUDIT_VIEW)
