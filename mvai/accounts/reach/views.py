"""The page "How we reach you", and what people do on it. Every row on it is their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, step_up
from mvai.accounts.reach import actions, rules
from mvai.accounts.reach.forms import AddForm, CodeForm, QuietForm, WishesForm
from mvai.outbox import proving, reaching, wishes
from mvai.people import actions as people
from mvai.people.models import Channel, ContactPoint
from mvai.web.refusals import Refused
from mvai.web.zones import zones_with


@dataclass(frozen=True)
class Line:
    """One number or address on the page, and what can be done about it."""

    point: ContactPoint
    code_form: CodeForm | None  # while a code is awaited
    can_be_removed: bool
    can_be_first: bool
    is_sign_in: bool
    is_next: bool  # to ask for its code is the one next step


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    return _show(request)


@require_POST
@step_up
def add(request: SignedInRequest) -> HttpResponse:
    form = AddForm(request.POST)
    if form.is_valid():
        try:
            proof = actions.add_and_prove(
                user=request.user,
                channel=form.cleaned_data["channel"],
                value=form.cleaned_data["value"],
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("value", str(refusal))
        else:
            if proof is None:
                notes.success(request, _("You have this one, and it is proven."))
                return redirect("reach:mine")
            notes.success(request, _("A code is on its way. Type it in below."))
            return redirect(_line_of(proof.contact_point_id))
    return _show(request, add_form=form)


@require_POST
def send_code(request: SignedInRequest, pk: int) -> HttpResponse:
    point = _own_or_404(request, pk)
    try:
        proving.send_code(contact_point=point, at=timezone.now(), by=request.user)
    except Refused as refusal:
        notes.error(request, str(refusal))
    else:
        notes.success(request, _("A code is on its way. Type it in below."))
    return redirect(_line_of(point.pk))


@require_POST
def enter_code(request: SignedInRequest, pk: int) -> HttpResponse:
    point = _own_or_404(request, pk)
    form = CodeForm(request.POST, auto_id=f"id_code_{point.pk}")
    if form.is_valid():
        try:
            proving.enter_code(
                contact_point=point,
                code=form.cleaned_data["code"],
                at=timezone.now(),
                by=request.user,
            )
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            notes.success(request, _("Proven. Messages can go there from now on."))
            return redirect("reach:mine")
    return _show(request, code_form=(point.pk, form))


@require_POST
def put_first(request: SignedInRequest, pk: int) -> HttpResponse:
    people.put_first(contact_point=_own_or_404(request, pk), at=timezone.now(), by=request.user)
    notes.success(request, _("It is used first from now on."))
    return redirect("reach:mine")


@require_POST
def start(request: SignedInRequest, pk: int) -> HttpResponse:
    people.start(contact_point=_own_or_404(request, pk), at=timezone.now(), by=request.user)
    notes.success(request, _("Messages can go there again."))
    return redirect("reach:mine")


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        actions.remove(user=request.user, contact_point=_own_or_404(request, pk), at=timezone.now())
    except Refused as refusal:
        notes.error(request, str(refusal))
    else:
        notes.success(request, _("Removed. No message goes there any more."))
    return redirect("reach:mine")


@require_POST
def keep_wishes(request: SignedInRequest) -> HttpResponse:
    form = _wishes_form(request, request.POST)
    if form.is_valid():
        try:
            actions.set_wishes(user=request.user, ways=form.ways, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notes.success(request, _("Kept. It holds from now on."))
            return redirect("reach:mine")
    return _show(request, wishes_form=form)


@require_POST
def keep_quiet_hours(request: SignedInRequest) -> HttpResponse:
    form = _quiet_form(request, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        people.set_quiet_hours(
            person=request.user.person,
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            time_zone=given["zone"],
            at=timezone.now(),
            by=request.user,
        )
        notes.success(request, _("Your quiet hours are kept."))
        return redirect("reach:mine")
    return _show(request, quiet_form=form)


@require_POST
def test(request: SignedInRequest) -> HttpResponse:
    try:
        reaching.send_test(person=request.user.person, at=timezone.now(), by=request.user)
    except Refused as refusal:
        notes.error(request, str(refusal))
    return redirect(f"{reverse('reach:mine')}#test")


@require_safe
def tested(request: SignedInRequest) -> HttpResponse:
    """How the test fares: the page asks every few seconds. It is no sign of the reader's life."""
    if not request.htmx:
        return redirect("reach:mine")
    return render(request, "accounts/_tested.html", _test(request, timezone.now()))


def _own_or_404(request: SignedInRequest, pk: int) -> ContactPoint:
    points = ContactPoint.objects.kept().select_related("person")
    return get_object_or_404(points, pk=pk, person=request.user.person_id)


def _line_of(pk: int) -> str:
    return f"{reverse('reach:mine')}#point-{pk}"


def _wishes_form(request: SignedInRequest, data: Any = None) -> WishesForm:
    topics = rules.topics_of(request.user)
    return WishesForm(data, ways=wishes.ways_of(request.user.person, topics), prefix="ways")


def _quiet_form(request: SignedInRequest, data: Any = None) -> QuietForm:
    person = request.user.person
    initial = {
        "quiet_from": person.quiet_from,
        "quiet_until": person.quiet_until,
        "zone": person.time_zone,
    }
    return QuietForm(data, initial=initial, zones=zones_with(person.time_zone), prefix="quiet")


def _test(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    found = reaching.latest_test(request.user.person, now)
    return {"tests": found, "is_underway": reaching.is_underway(found, now)}


def _lines(
    request: SignedInRequest, now: datetime, wrong: tuple[int, CodeForm] | None
) -> list[Line]:
    user = request.user
    points = list(ContactPoint.objects.kept().filter(person=user.person_id))
    awaited = proving.awaited(user.person, now)
    order = [Channel.SMS, Channel.VOICE, Channel.EMAIL]
    firsts: set[str] = set()
    lines: list[Line] = []
    has_step = bool(awaited) or any(one.is_proven and one.is_usable for one in points)
    for point in sorted(points, key=lambda one: (order.index(Channel(one.channel)), one.sort)):
        form = None
        if wrong is not None and wrong[0] == point.pk:
            form = wrong[1]
        elif point.pk in awaited and not point.is_proven:
            form = CodeForm(auto_id=f"id_code_{point.pk}")
        is_sign_in = rules.signs_in_with(user, point)
        lines.append(
            Line(
                point=point,
                code_form=form,
                can_be_removed=not is_sign_in and not rules.must_stay(user, point, points),
                can_be_first=point.channel in firsts and point.is_usable and point.is_proven,
                is_sign_in=is_sign_in,
                is_next=not has_step and point.is_usable,
            )
        )
        has_step = has_step or point.is_usable
        firsts.add(point.channel)
    return lines


def _show(
    request: SignedInRequest,
    *,
    add_form: AddForm | None = None,
    code_form: tuple[int, CodeForm] | None = None,
    wishes_form: WishesForm | None = None,
    quiet_form: QuietForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    lines = _lines(request, now, code_form)
    context = {
        "lines": lines,
        "awaits_code": any(line.code_form for line in lines),
        "has_proven": any(line.point.is_proven and line.point.is_usable for line in lines),
        "add_form": add_form or AddForm(),
        "code_form": code_form[1] if code_form else None,
        "wishes_form": wishes_form or _wishes_form(request),
        "quiet_form": quiet_form or _quiet_form(request),
        **_test(request, now),
    }
    return render(request, "accounts/reach.html", context)
