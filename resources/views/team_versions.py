"""What a newer version of the item changes, line beside line; the team picks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from resources.actions import team_versions as actions
from resources.forms.team import PickForm
from resources.models import TeamChecklist
from resources.views.team import for_the_team
from resources.views.team_pages import see_other


@for_the_team
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    newer = actions.newest(checklist, with_drafts=settings.DEMO)
    offer = actions.offer_of(checklist, newer) if newer else None
    if newer is None or not offer:
        return see_other("resources:team", token)
    if request.method == "POST":
        form = PickForm(request.POST, codes=offer.codes())
        # One that was edited again meanwhile is shown again before anything is taken from it.
        if form.is_valid() and request.POST.get("edition") == f"{newer.pk}-{newer.revision}":
            actions.take_over(
                checklist=checklist,
                edition=newer,
                picked=form.cleaned_data["pick"],
                at=timezone.now(),
            )
            return see_other("resources:team", token, query="#lines")
    context = {"checklist": checklist, "token": token, "newer": newer, "offer": offer}
    return render(request, "resources/team_version.html", context)
