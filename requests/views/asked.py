"""What the library lacks, by what leaders and their peers talk about."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.taxonomy.models import Need, Phase
from mvai.taxonomy.phases import phase_at
from requests.models import ContactLog
from requests.rules.asked import gaps
from resources.models import CatalogRow

LOOKS_BACK = timedelta(days=365)


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def asked(request: SignedInRequest) -> HttpResponse:
    """Counts of topics by phase, for editors; nothing of any request."""
    now = timezone.now()
    talks = ContactLog.objects.filter(at__gte=now - LOOKS_BACK, topics__isnull=False).values_list(
        "topics", "at", "engagement__assistance_request__happened_at"
    )
    published = CatalogRow.objects.on_show(language="en", with_drafts=False)
    found = gaps(
        ((need, phase_at(happened_at or at, at)) for need, at, happened_at in talks),
        published.values_list("facets", flat=True),
    )
    needs, phases = Need.objects.in_bulk(), Phase.objects.in_bulk()
    lines = [(str(needs[gap.need]), str(phases[gap.phase]), gap) for gap in found]
    return render(request, "requests/asked.html", {"lines": lines})
