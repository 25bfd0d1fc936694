"""The catalog as a zip: out of the library, and in again after a look at what would change."""

import tempfile
from typing import Any, BinaryIO, cast

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from mvai.web.uploads import takes_one_file, was_too_large
from resources.actions import import_runs
from resources.actions.exporting import export_library as export
from resources.forms.uploading import ImportForm
from resources.models import Edition, ImportLine, LibraryImport
from resources.states import LineWhat

A_PAGE = 50
_LAST = 5
_EXAMPLE = "items/first-24-hours/en-1.md\nitems/first-24-hours/en-1/one-page.pdf"
_IN_MEMORY = 16 * 1024 * 1024  # bytes; more are on the disk


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.LIBRARY_EDIT)
@takes_one_file(import_runs.BY_PAGE.packed)
def import_library(request: SignedInRequest) -> HttpResponse:
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, is_too_large=was_too_large(request))
        if form.is_valid():
            file = form.cleaned_data["file"].file
            try:
                run = import_runs.begin(file=file, by=request.user, at=timezone.now())
            except Refused as reason:
                form.refuse(reason)
            else:
                return redirect(run)
    last = LibraryImport.objects.visible_to(request.user).select_related("by__person")[:_LAST]
    context = {"form": form, "last": last, "example": _EXAMPLE}
    return render(request, "editors/import.html", context)


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the import would do, how far it is, and afterward what it did."""
    run = _run(request, pk)
    done, total = import_runs.progress(run)
    context = {"run": run, "done": done, "total": total}
    if request.htmx:
        return render(request, "editors/_import_progress.html", context)
    lines = run.lines.all()
    counts = {what: lines.filter(what=what).count() for what in LineWhat.values}
    only = request.GET.get("show", "")
    shown = lines.filter(what=only) if only in counts else lines
    context |= {
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "counts": [(what, LineWhat(what).label, count) for what, count in counts.items()],
        "only": only if only in counts else "",
        "all": sum(counts.values()),
        "changes": counts[LineWhat.NEW] + counts[LineWhat.CHANGED],
        "labels": {name: _label(name) for name in _fields(shown)},
    }
    return render(request, "editors/import_run.html", context)


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def confirm_import(request: SignedInRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        import_runs.confirm(run=run, by=request.user, at=timezone.now())
    except Refused as reason:
        notes.error(request, str(reason))
    return redirect(run)


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def cancel_import(request: SignedInRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        import_runs.cancel(run=run, by=request.user, at=timezone.now())
    except Refused as reason:
        notes.error(request, str(reason))
        return redirect(run)
    notes.success(request, _("The import was given up. Nothing was changed."))
    return redirect("resources:import_library")


@require_safe
@permission_required(Permission.LIBRARY_EDIT)
def export_library(request: SignedInRequest) -> HttpResponseBase:
    """Made on the disk first: a reader with a slow line holds no transaction, and a fault is an
    error page and no half of a zip."""
    now = timezone.now()
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    try:
        export(cast(BinaryIO, file), by=request.user, at=now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"library-{timezone.localtime(now):%Y-%m-%d}.zip",
        content_type="application/zip",
    )


def _run(request: SignedInRequest, pk: int) -> LibraryImport:
    runs = LibraryImport.objects.visible_to(request.user).select_related("by__person")
    return get_object_or_404(runs, pk=pk)


def _fields(lines: QuerySet[ImportLine]) -> set[str]:
    return {name for fields in lines.values_list("fields", flat=True) for name in fields}


def _label(name: str) -> str:
    field: Any = Edition._meta.get_field(name)
    return str(field.verbose_name)
