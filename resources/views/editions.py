"""A version's page, and each step from draft to published and beyond."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.web.refusals import beside
from resources.actions import workflow
from resources.forms.desk import PublishForm, ReviewByForm, SendBackForm, WithdrawForm
from resources.forms.edition import terms
from resources.models import Edition
from resources.rules import editions as rules
from resources.rules.differences import between
from resources.rules.facts import in_words, labels, words_of
from resources.states import EditionState
from resources.views.history import history

# Shown at length on the page itself.
_IN_THE_TEXT = ("title", "summary", "advisory", "card", "text", "address")

editors_only = permission_required(Permission.LIBRARY_EDIT)
Act = Callable[..., Edition]


@require_safe
@editors_only
def edition(request: SignedInRequest, pk: int) -> HttpResponse:
    """As readers see it, with what can be done about it."""
    return _page(request, edition_or_404(request, pk))


@require_safe
@editors_only
def differences(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one version says otherwise than another of its item: the one before, unless asked."""
    found = edition_or_404(request, pk)
    others = found.item.editions.exclude(pk=found.pk)
    asked = request.GET.get("with", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else 0
    other = others.filter(pk=chosen).first() or one_before(found)
    context: dict[str, Any] = {
        "edition": found,
        "other": other,
        "others": others.defer("card", "text").order_by("language", "-number"),
    }
    if other is not None:
        known = terms()
        context["labels"] = labels()
        context["changes"] = between(
            in_words(words_of(other), known), in_words(words_of(found), known)
        )
    return render(request, "editors/differences.html", context)


@require_POST
@editors_only
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        forms.Form(request.POST),
        workflow.submit,
        _("Another editor is asked to read it."),
    )


@require_POST
@editors_only
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    is_own = rules.is_own_work(edition_or_404(request, pk), request.user)
    form = SendBackForm(request.POST, is_own=is_own, auto_id=f"send_back_{pk}_%s")
    return _step(request, pk, form, workflow.send_back, _("It is a draft again."))


@require_POST
@editors_only
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    form = PublishForm(request.POST, today=today, auto_id=f"publish_{pk}_%s")

    def act(**given: Any) -> Edition:
        try:
            return workflow.publish(today=today, **given)
        except workflow.Overtaken as overtaken:
            said = _("It was saved again since you opened it. Read it once more, then publish it.")
            raise workflow.EditionRefused(said) from overtaken

    return _step(request, pk, form, act, _("It is on show."))


@require_POST
@editors_only
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    is_draft = edition_or_404(request, pk).is_open
    form = WithdrawForm(request.POST, is_draft=is_draft, auto_id=f"withdraw_{pk}_%s")
    said = _("The draft is given up.") if is_draft else _("It is off the library.")
    return _step(request, pk, form, workflow.withdraw, said)


@require_POST
@editors_only
def still_right(request: SignedInRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    form = ReviewByForm(request.POST, today=today, auto_id=f"still_right_{pk}_%s")

    def act(**given: Any) -> Edition:
        return workflow.still_right(today=today, **given)

    return _step(request, pk, form, act, _("Kept: it was looked at today."))


@require_POST
@editors_only
def bring_back(request: SignedInRequest, pk: int) -> HttpResponse:
    form = forms.Form(request.POST)
    return _step(request, pk, form, workflow.bring_back, _("It is a draft again."))


@require_POST
@editors_only
def put_back(request: SignedInRequest, pk: int) -> HttpResponse:
    form = forms.Form(request.POST)
    return _step(request, pk, form, workflow.put_back, _("It is on show again."))


def edition_or_404(request: SignedInRequest, pk: int) -> Edition:
    rows = Edition.objects.visible_to(request.user).select_related(
        "item", "changed_by__person", "submitted_by__person", "published_by__person"
    )
    return get_object_or_404(rows, pk=pk)


def one_before(found: Edition) -> Edition | None:
    """What readers saw before it, else the version numbered before it."""
    earlier = found.item.editions.filter(language=found.language, number__lt=found.number)
    seen = Q(state=EditionState.PUBLISHED) | Q(published_at__isnull=False)
    return earlier.filter(seen).newest_first().first() or earlier.newest_first().first()


def choices_of(found: Edition, user: User) -> dict[str, Any]:
    """The steps that can be made with it now, each with its form or its reason."""
    today, now = timezone.localdate(), timezone.now()
    is_own = rules.is_own_work(found, user)
    return {
        "why_not_publish": rules.why_not("publish", found, user),
        "is_own": is_own,
        "may_be_put_back": found.is_withdrawn and not rules.why_not_put_back(found, now),
        "publish": PublishForm(
            today=today, initial={"revision": found.revision}, auto_id=f"publish_{found.pk}_%s"
        ),
        "send_back": SendBackForm(is_own=is_own, auto_id=f"send_back_{found.pk}_%s"),
        "withdraw": WithdrawForm(is_draft=found.is_open, auto_id=f"withdraw_{found.pk}_%s"),
        "still_right": ReviewByForm(today=today, auto_id=f"still_right_{found.pk}_%s"),
    }


def _step(request: SignedInRequest, pk: int, form: forms.Form, act: Act, said: str) -> HttpResponse:
    found = edition_or_404(request, pk)
    if form.is_valid():
        with beside(form):
            act(edition=found, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, said)
            return redirect(found)
    return _page(request, edition_or_404(request, pk), wrong=form)


def _page(
    request: SignedInRequest, found: Edition, wrong: forms.Form | None = None
) -> HttpResponse:
    choices = choices_of(found, request.user)
    if wrong is not None:  # what was typed stays in its place
        kind = type(wrong)
        choices |= {name: wrong for name, one in choices.items() if type(one) is kind}
    context = {
        "edition": found,
        "choices": choices,
        "before": one_before(found),
        "missing": rules.what_is_missing(found) if found.is_open else "",
        "history": history([found]),
        "facts": _facts(found),
        "wrong": wrong,
    }
    return render(request, "editors/edition.html", context)


def _facts(found: Edition) -> list[tuple[str, str]]:
    """What stands beside the text: what an editor checks before it is published."""
    said, names = in_words(words_of(found), terms()), labels()
    return [(names[name], said[name]) for name in said if name not in _IN_THE_TEXT and said[name]]
