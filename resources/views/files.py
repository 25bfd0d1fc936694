"""Files of editions: handed out to readers, and looked after by editors."""

from django.conf import settings
from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from mvai.web.uploads import takes_one_file, was_too_large
from resources.actions import attaching, stored
from resources.forms.uploading import AttachForm
from resources.models import Attachment, Edition
from resources.rules.editions import may_edit
from resources.states import OPEN, EditionState, FileKind

TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@login_not_required
@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A released file of an edition on show; editors get those of the others, too."""
    found = _for_reader(request).filter(pk=pk).select_related("stored").first()
    if found is None or found.stored is None or found.name != name:
        raise Http404
    tag = f'"{found.sha256}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        answer: HttpResponseBase = HttpResponseNotModified()
    else:
        body = stored.parts(found.stored) if request.method == "GET" else iter(())
        answer = StreamingHttpResponse(body, content_type=TYPES[FileKind(found.kind)])
        answer["Content-Length"] = str(found.size)
        answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
@takes_one_file(attaching.LARGEST)
def attach_file(request: SignedInRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.visible_to(request.user), pk=pk)
    form = AttachForm(request.POST, request.FILES, is_too_large=was_too_large(request))
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            attaching.attach(
                edition=edition,
                name=sent.name,
                data=sent.read(),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as reason:
            form.refuse(reason)
    for said in form.errors.get("file", []):
        notes.error(request, str(said))
    if not form.errors:
        notes.success(request, _("The file is there. Readers get it once it is released."))
    return redirect(edition)


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def release_file(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _for_editor(request, pk)
    try:
        attaching.let_through(attachment=found, by=request.user, at=timezone.now())
    except Refused as reason:
        notes.error(request, str(reason))
    else:
        notes.success(request, _("Readers of this version can have the file now."))
    return redirect(found.edition)


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def take_off_file(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _for_editor(request, pk)
    try:
        attaching.take_off(attachment=found, by=request.user, at=timezone.now())
    except Refused as reason:
        notes.error(request, str(reason))
    else:
        notes.success(request, _("The file was taken off."))
    return redirect(found.edition)


def _for_editor(request: SignedInRequest, pk: int) -> Attachment:
    files = Attachment.objects.visible_to(request.user).select_related("edition")
    return get_object_or_404(files, pk=pk)


def _for_reader(request: HttpRequest) -> QuerySet[Attachment]:
    files = Attachment.objects.released()
    if request.user.is_authenticated and may_edit(request.user):
        return files
    on_show = Q(edition__state=EditionState.PUBLISHED)
    if settings.DEMO:
        on_show |= Q(edition__state__in=list(OPEN))
    return files.filter(on_show)
