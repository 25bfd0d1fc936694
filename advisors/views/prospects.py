"""The program manager's list of people who may help one day, and what nobody covers yet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advisors.actions import prospects as actions
from advisors.forms.prospects import (
    ProspectFilter,
    ProspectInviteForm,
    ProspectMoveForm,
    ProspectNoteForm,
)
from advisors.models import Advisor, Prospect
from advisors.rules.gaps import gaps
from advisors.rules.prospects import MAY_BE_INVITED, MOVES
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.people.models import Channel, ContactPoint
from mvai.people.normal import normalize
from mvai.taxonomy.models import Need
from mvai.web.refusals import beside

PER_PAGE = 25

_managers = permission_required(Permission.ADVISOR_EDIT)


@require_safe
@_managers
def prospects(request: SignedInRequest) -> HttpResponse:
    form = ProspectFilter(request.GET)
    visible = Prospect.objects.visible_to(request.user)
    found = form.apply(visible).select_related("discipline", "sent_by")
    page = Paginator(found.order_by("-submitted_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request, "advisors/prospects.html", {"form": form, "page_obj": page, "gaps": gaps()}
    )


@require_safe
@_managers
def prospect(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _row_or_404(request, pk))


@require_POST
@_managers
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _row_or_404(request, pk)
    form = ProspectMoveForm(request.POST, prospect=row)
    if form.is_valid():
        with beside(form, "state"):
            actions.move(
                prospect=row, to=form.cleaned_data["state"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Kept."))
            return redirect(row)
    return _page(request, _row_or_404(request, pk), wrong=form, move_form=form)


@require_POST
@_managers
def add_note(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), ProspectNoteForm(request.POST)
    if form.is_valid():
        actions.add_note(prospect=row, **form.cleaned_data, by=request.user, at=timezone.now())
        return redirect(row)
    return _page(request, row, wrong=form, note_form=form)


@require_POST
@_managers
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), ProspectInviteForm(request.POST)
    if form.is_valid():
        with beside(form, "email"):
            advisor = actions.invite(
                prospect=row, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(
                request,
                _("The invitation is on its way. Now record the vetting and the agreement."),
            )
            return redirect(advisor)
    return _page(request, _row_or_404(request, pk), wrong=form, invite_form=form)


def _row_or_404(request: SignedInRequest, pk: int) -> Prospect:
    rows = Prospect.objects.visible_to(request.user).select_related(
        "discipline", "sent_by", "advisor__person"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: SignedInRequest,
    row: Prospect,
    *,
    wrong: forms.Form | None = None,
    move_form: ProspectMoveForm | None = None,
    note_form: ProspectNoteForm | None = None,
    invite_form: ProspectInviteForm | None = None,
) -> HttpResponse:
    log.record_read(verb="prospect.read", target=row, by=request.user, at=timezone.now())
    context: dict[str, Any] = {
        "prospect": row,
        "needs": Need.objects.filter(pk__in=row.needs).order_by("sort"),
        "notes": row.notes.select_related("by__person"),
        "sender_address": row.sent_by.contact_points.filter(channel=Channel.EMAIL).first(),
        "others": _others(row),
        "may_move": bool(MOVES[row.state]),
        "may_invite": row.state in MAY_BE_INVITED,
        "wrong": wrong,
        "move_form": move_form or ProspectMoveForm(prospect=row, initial={"state": row.state}),
        "note_form": note_form or ProspectNoteForm(),
        "invite_form": invite_form or ProspectInviteForm(initial={"email": row.email}),
    }
    return render(request, "advisors/prospect.html", context)


def _others(row: Prospect) -> list[str]:
    """What else is known under this person's address, in words: they may be with us already."""
    address = normalize(Channel.EMAIL, row.email)
    if not address:
        return []
    others = []
    known = ContactPoint.objects.kept().filter(channel=Channel.EMAIL, normalized=address)
    people = known.exclude(person=row.sent_by_id).values("person")
    if Advisor.objects.filter(person__in=people).exclude(prospect=row).exists():
        others.append(_("An advisor has this address."))
    more = Prospect.objects.filter(email__iexact=address).exclude(pk=row.pk).count()
    if more:
        others.append(
            ngettext(
                "This address is on the list once more.",
                "This address is on the list %(count)s more times.",
                more,
            )
            % {"count": more}
        )
    return others
