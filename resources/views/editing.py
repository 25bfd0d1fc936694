"""Writing a version: every fact of it, with the text as readers will see it beside."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mvai.accounts.access import SignedInRequest
from resources.actions import workflow
from resources.forms.edition import EditionForm, terms
from resources.models import Edition
from resources.rules import markdown, texts
from resources.rules.differences import Change, between
from resources.rules.facts import in_words, labels, words_of
from resources.views.editions import edition_or_404, editors_only

_TEXTS = ("card", "text")


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form; what can't be saved comes back with all that was typed."""
    edition = edition_or_404(request, pk)
    if request.method != "POST":
        if not edition.is_open:
            messages.info(request, _("This version is closed. Begin a new one."))
            return redirect(edition)
        return _page(request, edition, EditionForm(edition=edition))
    form = EditionForm(request.POST, edition=edition)
    if "show" in request.POST:
        return _page(request, edition, form, shown=_shown(request.POST), is_over=_is_over(request))
    if not form.is_valid():
        return _page(request, edition, form, is_over=_is_over(request))
    try:
        kept = _keep(request, edition, form)
    except workflow.Overtaken as overtaken:
        return _beside_theirs(request, overtaken.now, form)
    except workflow.EditionClosed as closed:
        form.add_error(None, str(closed))
        return _page(request, edition, form, is_over=True)
    messages.success(request, _("Saved."))
    if "go_on" in request.POST:
        return redirect("resources:edit", kept.pk)
    return redirect(kept)


@require_POST
@editors_only
def preview(request: SignedInRequest) -> HttpResponse:
    """A text as readers will see it, for the script of the form. Keeps nothing."""
    said = next((request.POST[name] for name in _TEXTS if name in request.POST), "")
    return render(request, "editors/_shown.html", {"shown": _read(said)})


def _keep(request: SignedInRequest, edition: Edition, form: EditionForm) -> Edition:
    words, at = form.words(), timezone.now()
    if _is_over(request) and not edition.is_open:
        return workflow.save_anew(edition=edition, words=words, by=request.user, at=at)
    return workflow.save(
        edition=edition,
        revision=form.cleaned_data["revision"],
        words=words,
        by=request.user,
        at=at,
    )


def _is_over(request: SignedInRequest) -> bool:
    """The writer knows that the version was closed, and wants a new one."""
    return "anew" in request.POST


def _beside_theirs(request: SignedInRequest, now: Edition, mine: EditionForm) -> HttpResponse:
    """Both texts, with the differences. What is sent from there goes on top of what was seen."""
    typed: QueryDict = request.POST.copy()
    typed["revision"] = str(now.revision)
    typed.setlist("theirs", [])
    known = terms()
    changes: list[Change] = between(
        in_words(words_of(now), known), in_words(words_of(now) | mine.words(), known)
    )
    theirs = edition_or_404(request, now.pk)
    return _page(request, theirs, EditionForm(typed, edition=theirs), changes=changes)


def _shown(said: Any) -> dict[str, Any]:
    return {name: _read(said.get(name, "")) for name in _TEXTS}


def _read(said: str) -> dict[str, Any]:
    text = said.replace("\r\n", "\n")[: markdown.LONGEST]
    return {
        "text": text,
        "lines": len(markdown.lines(text)),
        "minutes": texts.minutes_to_read(text),
        "troubles": texts.troubles(text),
    }


def _page(
    request: SignedInRequest,
    edition: Edition,
    form: EditionForm,
    *,
    shown: dict[str, Any] | None = None,
    changes: list[Change] | None = None,
    is_over: bool = False,
) -> HttpResponse:
    context = {
        "edition": edition,
        "form": form,
        "shown": shown,
        "changes": changes,
        "is_over": is_over and not edition.is_open,
        "labels": labels(),
        "callouts": markdown.CALLOUTS,
    }
    return render(request, "editors/edit.html", context)
