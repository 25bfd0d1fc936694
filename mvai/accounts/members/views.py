"""The administrator's pages about accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required, step_up
from mvai.accounts.members import actions, recovery, rules
from mvai.accounts.members.authority import MemberRefused
from mvai.accounts.members.forms import InviteForm, MemberFilter, ReasonForm, RolesForm
from mvai.accounts.members.models import FactorRecovery
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.web.refusals import beside

PER_PAGE = 25

_administrators = permission_required(Permission.ACCOUNT_MANAGE)


@require_safe
@_administrators
def members(request: SignedInRequest) -> HttpResponse:
    """Every account but the portal's own, by name."""
    now = timezone.now()
    form = MemberFilter(request.GET)
    found = form.apply(User.objects.visible_to(request.user), now).select_related("invitation")
    ordered = found.order_by("person__full_name", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "page_obj": page,
        "rows": [(user, *_standing(user, now)) for user in page],
    }
    if request.htmx:
        return render(request, "members/_list.html", context)
    waiting = FactorRecovery.objects.open(now).select_related("user__person", "opened_by__person")
    context["recoveries"] = waiting.order_by("opened_at", "pk")
    return render(request, "members/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_administrators
def invite(request: SignedInRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        with beside(form):
            user = actions.invite(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The invitation is on its way. It is good for 72 hours."))
            return redirect("members:detail", user.pk)
    return render(request, "members/invite.html", {"form": form})


@require_safe
@_administrators
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _visible_or_404(request, pk))


@require_POST
@_administrators
@step_up
def change_roles(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _visible_or_404(request, pk)
    form = RolesForm(request.POST, by=request.user, user=user, auto_id="id_new_%s")
    said = _("Kept. It holds from their next page on.")
    if _done(request, user, form, actions.change_roles, said):
        return redirect("members:detail", user.pk)
    return _show(request, user, roles_form=form)


@require_POST
@_administrators
def open_recovery(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _visible_or_404(request, pk)
    form = ReasonForm(request.POST)
    said = _("Another administrator has 24 hours to confirm it.")
    if _done(request, user, form, recovery.open_recovery, said):
        return redirect("members:detail", user.pk)
    return _show(request, user, reason_form=form)


@require_POST
@_administrators
def invite_again(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.invite_again, _("A new invitation is on its way."))


@require_POST
@_administrators
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.withdraw_invitation, _("The link is no longer good."))


@require_POST
@_administrators
def deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("The account is turned off. What they had on hand is back with the desk.")
    return _do(request, pk, actions.deactivate, said)


@require_POST
@_administrators
def activate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.activate, _("They can sign in again."))


@require_POST
@_administrators
def end_sessions(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.end_sessions, _("They are signed out everywhere."))


@require_POST
@_administrators
@step_up
def confirm_recovery(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("Their second factor is gone. A link to start anew is on its way to them.")
    return _do_about(request, pk, recovery.confirm_recovery, said)


@require_POST
@_administrators
def withdraw_recovery(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do_about(request, pk, recovery.withdraw_recovery, _("Withdrawn. Nothing changed."))


def _done(
    request: SignedInRequest, user: User, form: forms.Form, act: Callable[..., Any], said: str
) -> bool:
    """Whether what the form asks for was done; else the form says why not, beside its fields."""
    if not form.is_valid():
        return False
    with beside(form):
        act(user=user, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, said)
        return True
    return False


def _do(request: SignedInRequest, pk: int, act: Callable[..., Any], said: str) -> HttpResponse:
    user = _visible_or_404(request, pk)
    _try(request, said, act, user=user)
    return redirect("members:detail", user.pk)


def _do_about(
    request: SignedInRequest, pk: int, act: Callable[..., Any], said: str
) -> HttpResponse:
    found = get_object_or_404(FactorRecovery, pk=pk)
    _try(request, said, act, recovery=found)
    return redirect("members:detail", found.user_id)


def _try(request: SignedInRequest, said: str, act: Callable[..., Any], **what: Any) -> None:
    try:
        act(**what, by=request.user, at=timezone.now())
    except MemberRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)


def _show(
    request: SignedInRequest,
    user: User,
    *,
    roles_form: RolesForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    standing, tone = _standing(user, now)
    opened = FactorRecovery.objects.open(now).filter(user=user)
    refused: forms.Form | None = roles_form or reason_form
    context = {
        "member": user,
        "standing": standing,
        "tone": tone,
        "invitation": rules.invitation_of(user),
        "is_own": user.pk == request.user.pk,
        "has_factor": Authenticator.objects.filter(user=user).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "recovery": opened.select_related("opened_by__person").first(),
        "refused": refused,
        "roles_form": roles_form or RolesForm(by=request.user, user=user, auto_id="id_new_%s"),
        "reason_form": reason_form or ReasonForm(),
    }
    return render(request, "members/detail.html", context)


def _standing(user: User, now: datetime) -> tuple[rules.Standing, str]:
    standing = rules.standing_of(user, now)
    return standing, rules.TONES[standing]


def _visible_or_404(request: SignedInRequest, pk: int) -> User:
    found = User.objects.visible_to(request.user).select_related("invitation__invited_by__person")
    return get_object_or_404(found, pk=pk)
