"""Which addresses in the library still lead somewhere."""

from typing import Any

from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from resources.actions import links as actions
from resources.models import Edition, Link, LinkRound, LinkUse
from resources.rules.links import WHY
from resources.states import LinkResult


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def links(request: SignedInRequest) -> HttpResponse:
    """What is broken, what failed once, what couldn't be checked, and what moved."""
    round_ = LinkRound.objects.first()
    done, total = actions.progress(round_) if round_ else (0, 0)
    context: dict[str, Any] = {"round": round_, "done": done, "total": total}
    if request.htmx:
        return render(request, "editors/_links_progress.html", context)
    found = Link.objects.exclude(result="")
    failing = found.filter(result=LinkResult.FAILING)
    groups = (
        ("broken", _("Broken"), failing.exclude(broken_since=None)),
        ("failed", _("Failed once; tried again a day later"), failing.filter(broken_since=None)),
        ("unchecked", _("Could not be checked"), found.filter(result=LinkResult.UNCHECKED)),
        ("moved", _("Work, from another address"), _moved(found)),
    )
    context |= {
        "groups": [(code, title, rows) for code, title, some in groups if (rows := _rows(some))],
        "good": found.filter(result=LinkResult.GOOD).count(),
    }
    return render(request, "editors/links.html", context)


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def check_links(request: SignedInRequest) -> HttpResponse:
    actions.ask(by=request.user, at=timezone.now())
    notes.info(request, _("The addresses are being tried."))
    return redirect("resources:links")


def _moved(found: QuerySet[Link]) -> QuerySet[Link]:
    return found.filter(result=LinkResult.GOOD).exclude(redirected_to="")


def _rows(some: QuerySet[Link]) -> list[tuple[Link, str, list[Edition]]]:
    shown = list(some[:500])
    uses: dict[int, list[Edition]] = {}
    noted = LinkUse.objects.filter(link__in=shown).select_related("edition__item")
    for use in noted.order_by("edition__item__slug", "edition__language"):
        uses.setdefault(use.link_id, []).append(use.edition)
    return [(one, str(WHY.get(one.why, "")), uses.get(one.pk, [])) for one in shown]
