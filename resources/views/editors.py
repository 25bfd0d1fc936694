"""The editors' desk: what is being written, reviewed and published."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from resources.models import Edition


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def edition(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Edition.objects.visible_to(request.user).select_related("item", "changed_by"), pk=pk
    )
    return render(request, "editors/edition.html", {"edition": found})
