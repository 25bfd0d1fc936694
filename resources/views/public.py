"""The library's pages. Open to everyone: no sign-in stands between a leader and a checklist."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mvai.web.private import keep_private
from resources.forms.readiness import ReadyForm
from resources.models import CatalogRow
from resources.models.catalog import CatalogRowQuerySet
from resources.rules.readiness import QUESTIONS, parts_of, result_of, slugs


def on_show() -> CatalogRowQuerySet:
    """What this reader may see, in their language where there is one."""
    language = get_language() or settings.LANGUAGE_CODE
    return CatalogRow.objects.on_show(language=language, with_drafts=settings.DEMO)


@login_not_required
@csrf_exempt  # it changes nothing: what is answered comes back on the page, and nowhere else
@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: HttpRequest) -> HttpResponse:
    """The readiness check. With a script the answers stay on the device; without one they are
    posted, so that they stand in no address and no log."""
    form = ReadyForm(request.POST if request.method == "POST" else None)
    is_answered = form.is_valid() and any(form.cleaned_data.values())
    rows = on_show().filter(slug__in=slugs(QUESTIONS)).select_related("edition").without_words()
    result = result_of(form.cleaned_data if is_answered else {})
    context = {
        "form": form,
        "nothing_said": form.is_valid() and not is_answered,
        "is_answered": is_answered,
        "parts": parts_of(result, with_hidden=not is_answered),
        "pages": {row.slug: row for row in rows},
    }
    return keep_private(render(request, "resources/ready.html", context))
