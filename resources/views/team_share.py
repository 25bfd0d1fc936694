"""From an item to a team's own copy: what will be saved is said before anything is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mvai.accounts.lockout.rates import Rate, count
from mvai.audit import periods
from mvai.audit.models import RetentionClass
from mvai.web.refusals import beside
from mvai.web.scanning import for_the_page
from resources.actions import team as actions
from resources.actions.team_addresses import manage_token
from resources.actions.team_versions import lines_of, to_share
from resources.forms.team import ShareForm
from resources.models import CatalogRow, Edition
from resources.views.team_pages import see_other

SHARING = Rate("team checklists", by_an_address=12, in_all=200)


@login_not_required
@csrf_exempt  # nobody is signed in for it, and what it makes is its sender's alone
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, slug: str) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    found = to_share(slug, language=language, with_drafts=settings.DEMO)
    if found is None:
        raise Http404
    row, edition = found
    if request.method != "POST":
        return _render(request, row, edition, ShareForm())
    form = ShareForm(request.POST)
    if form.is_caught:
        return see_other("resources:item", slug)
    if form.is_valid() and not form.kept_back:
        now = timezone.now()
        count(request, SHARING, at=now)
        said = form.cleaned_data
        with beside(form):
            checklist = actions.share(
                edition=edition,
                lines=lines_of(edition),
                title=row.title,
                agency=said["agency"],
                time_zone=said["time_zone"],
                ticked=said["ticked"],
                press=said["press"],
                at=now,
            )
            return see_other("resources:team_manage", manage_token(checklist, now), query="?made=1")
    return _render(request, row, edition, form)


def _render(
    request: HttpRequest, row: CatalogRow, edition: Edition, form: ShareForm
) -> HttpResponse:
    period = periods.by_class().get(RetentionClass.TEAM)
    context = {
        "row": row,
        "edition": edition,
        "lines": len(lines_of(edition)),
        "form": form,
        "period": period.days if period and not period.years else 0,
        "patterns": for_the_page(),
    }
    response = render(request, "resources/team_share.html", context)
    add_never_cache_headers(response)  # two visitors must never share a press
    return response
