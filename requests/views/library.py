"""The library beside a request: what fits its hour, and sending a page to its leader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.taxonomy.phases import phase_at
from mvai.web.refusals import beside
from requests.actions import sending
from requests.forms.sending import LibrarySearchForm, SendItemForm
from requests.models import AssistanceRequest, Engagement, SentItem
from requests.views.records import engagement_or_404, request_or_404
from requests.views.replies import see_other
from requests.views.workspace import phase_label
from resources.actions.finding import for_the_hour, search
from resources.actions.searching import page_of
from resources.models import CatalogRow
from resources.models.catalog import CatalogRowQuerySet

SHOWN = 8
_STAFF_READ = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose library page it is: the desk's for a request, or an advisor's on their engagement."""

    assistance_request: AssistanceRequest
    engagement: Engagement | None = None

    @property
    def name(self) -> str:
        return "engagement_library" if self.engagement else "library"

    @property
    def key(self) -> Any:
        return self.engagement.pk if self.engagement else self.assistance_request.reference

    def address(self, verb: str = "", *more: int) -> str:
        name = f"requests:{self.name}{verb and '_'}{verb}"
        return reverse(name, args=[self.key, *more])

    def sent(self, one: SentItem) -> bool:
        """Whether it was sent from here: an advisor takes back what they sent themselves."""
        return self.engagement is None or one.engagement_id == self.engagement.pk

    @property
    def send_address(self) -> str:
        return self.address("send")


@require_safe
def for_request(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_VIEW_ALL)
    return _page(request, Place(found))


@require_POST
def send(request: SignedInRequest, reference: str) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    return _send(request, Place(found))


@require_POST
def take_back(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    return _take_back(request, Place(found), pk)


@require_safe
def for_engagement(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    return _page(request, Place(found.assistance_request, found))


@require_POST
def send_by_advisor(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    return _send(request, Place(found.assistance_request, found))


@require_POST
def take_back_by_advisor(request: SignedInRequest, pk: int, sent: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    return _take_back(request, Place(found.assistance_request, found), sent)


def _send(request: SignedInRequest, place: Place) -> HttpResponse:
    form = SendItemForm(request.POST, on_show=_on_show())
    if form.is_valid():
        with beside(form):
            sending.send_item(
                assistance_request=place.assistance_request,
                item=form.cleaned_data["row"].item,
                was_asked=form.cleaned_data["was_asked"],
                engagement=place.engagement,
                by=request.user,
                at=timezone.now(),
            )
            return see_other(f"requests:{place.name}", place.key, query="?sent=1#sent")
    return _page(request, place, form)


def _take_back(request: SignedInRequest, place: Place, pk: int) -> HttpResponse:
    rows = SentItem.objects.filter(assistance_request=place.assistance_request)
    if place.engagement:
        rows = rows.filter(engagement=place.engagement)
    sending.take_back(sent=get_object_or_404(rows, pk=pk), by=request.user, at=timezone.now())
    return see_other(f"requests:{place.name}", place.key, query="?back=1#sent")


def _page(request: SignedInRequest, place: Place, form: SendItemForm | None = None) -> HttpResponse:
    now = timezone.now()
    found = place.assistance_request
    log.record_read(
        verb="request.read",
        target=found,
        by=request.user,
        at=now,
        label=found.reference,
        part="library",
    )
    asked = LibrarySearchForm(request.GET)
    words = asked.cleaned_data["q"].strip() if asked.is_valid() else ""
    context: dict[str, Any] = {
        "assistance_request": found,
        "engagement": place.engagement,
        "place": place,
        "search_form": asked,
        "words": words,
        "phase": phase_label(found, now),
        "free_from": sending.free_from(found, now=now),
        "may_send": found.is_open and _may_send(request, place),
        "form": form,
        "was_sent": "sent" in request.GET,
        "was_taken_back": "back" in request.GET,
        "sent": _sent(request, place),
        "suggested": _found(words) if words else _for_its_hour(found, now),
    }
    return render(request, "requests/library.html", context)


def _may_send(request: SignedInRequest, place: Place) -> bool:
    if place.engagement:
        return place.engagement.is_active and request.user.may(Permission.ENGAGEMENT_LOG)
    return request.user.may(Permission.REQUEST_WORK)


def _on_show() -> CatalogRowQuerySet:
    return CatalogRow.objects.on_show(language=_STAFF_READ, with_drafts=settings.DEMO)


def _sent(request: SignedInRequest, place: Place) -> list[tuple[SentItem, CatalogRow, str]]:
    """What stands on the leader's page, and where to take it back; blank for who may not."""
    standing = SentItem.objects.standing().filter(assistance_request=place.assistance_request)
    sent = list(standing.select_related("by__person"))
    on_show = _on_show().filter(item__in=[one.item_id for one in sent])
    rows = {row.item_id: row for row in on_show.without_words()}
    may = place.assistance_request.is_open and _may_send(request, place)
    return [
        (one, rows[one.item_id], place.address("back", one.pk) if may and place.sent(one) else "")
        for one in sent
        if one.item_id in rows
    ]


def _for_its_hour(found: AssistanceRequest, now: datetime) -> list[tuple[CatalogRow, str]]:
    suggestions = for_the_hour(
        phase=phase_at(found.happened_at or found.submitted_at, now),
        needs=set(found.needs.values_list("pk", flat=True)),
        settings={found.setting_id} if found.setting_id else set(),
        language=_STAFF_READ,
        with_drafts=settings.DEMO,
        limit=SHOWN,
    )
    return [(one.row, one.why) for one in suggestions]


def _found(words: str) -> list[tuple[CatalogRow, str]]:
    matches = search(text=words, language=_STAFF_READ, with_drafts=settings.DEMO).matches
    pks = page_of(matches, {}, start=0, size=SHOWN)
    found = _on_show().select_related("edition").filter(pk__in=pks)
    rows = {row.pk: row for row in found}
    return [(rows[pk], "") for pk in pks if pk in rows]
