"""How much the library is used, for its editors."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from resources.forms.use import UseForm
from resources.models import CatalogRow, ItemUse
from resources.models.use import ItemUseQuerySet

A_PAGE = 50
HEIGHT = 80  # of the picture, in its own units; a day is 8 wide


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def use(request: SignedInRequest) -> HttpResponse:
    form = UseForm(request.GET)
    days = form.chosen()
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    counted = ItemUse.objects.visible_to(request.user).since(first)
    page = Paginator(counted.totals(), A_PAGE).get_page(request.GET.get("page"))
    shown = [row["item_id"] for row in page]
    titles = dict(
        CatalogRow.objects.filter(item_id__in=shown, for_language="en").values_list(
            "item_id", "title"
        )
    )
    context = {
        "form": form,
        "days": days,
        "page": page,
        "rows": [row | {"title": titles.get(row["item_id"], "")} for row in page],
        "sums": counted.aggregate(opened=Sum("opened"), printed=Sum("printed"), kept=Sum("kept")),
        "bars": _bars(counted, first, days),
        "width": days * 8,
    }
    return render(request, "editors/use.html", context)


def _bars(counted: ItemUseQuerySet, first: date, days: int) -> list[dict[str, object]]:
    """A bar a day, as tall as how often items were opened."""
    opened = dict(
        counted.order_by().values("day").annotate(sum=Sum("opened")).values_list("day", "sum")
    )
    most = max(opened.values(), default=0) or 1
    bars = []
    for number in range(days):
        day = first + timedelta(days=number)
        tall = round(HEIGHT * opened.get(day, 0) / most)
        bars.append(
            {
                "x": 8 * number,
                "y": HEIGHT - tall,
                "height": tall,
                "day": day,
                "opened": opened.get(day, 0),
            }
        )
    return bars
