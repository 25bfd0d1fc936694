"""The public doors for people who have been through it: offering to help, and naming somebody."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from advisors.actions import prospects as actions
from advisors.forms.prospects import CouldHelpForm, NominateForm
from mvai.accounts.lockout.rates import Rate, count
from mvai.taxonomy.models import Need
from mvai.web.refusals import beside

FORMS = Rate("prospects", by_an_address=8, in_all=120)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def could_help(request: HttpRequest) -> HttpResponse:
    return _door(request, CouldHelpForm, "advisors/could_help.html", is_nomination=False)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    return _door(request, NominateForm, "advisors/nominate.html", is_nomination=True)


@login_not_required
@require_safe
def could_help_sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whatever became of what was sent."""
    return render(request, "advisors/could_help_sent.html")


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_http_methods(["GET", "HEAD", "POST"])
def could_help_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A link from a letter opens the page; the button confirms."""
    now, form = timezone.now(), forms.Form(request.POST or None)
    confirmation = actions.confirmation_by(token, now=now)
    if confirmation is None:
        response = render(request, "advisors/could_help_gone.html", status=404)
        # The address holds a token: it stays out of the log.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
    if request.method == "POST":
        with beside(form):
            actions.confirm(confirmation=confirmation, at=now)
            return _see_other("advisors:could_help_thanks")
    prospect = confirmation.prospect
    context = {
        "prospect": prospect,
        "needs": Need.objects.filter(pk__in=prospect.needs).order_by("sort"),
        "token": token,
        "form": form,
    }
    return render(request, "advisors/could_help_confirm.html", context)


@login_not_required
@require_safe
def could_help_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "advisors/could_help_thanks.html")


def _door(
    request: HttpRequest, form_class: Any, template: str, *, is_nomination: bool
) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_caught:
        return _see_other("advisors:could_help_sent")
    if form.is_bound and form.is_valid():
        now = timezone.now()
        count(request, FORMS, at=now)
        with beside(form):
            actions.put_forward(
                facts=form.facts(),
                **form.sender,
                is_nomination=is_nomination,
                language=get_language() or "",
                at=now,
            )
            return _see_other("advisors:could_help_sent")
    return render(request, template, {"form": form})


def _see_other(name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return response
