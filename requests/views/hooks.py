"""What the gateway tells us: a text or a voicemail came in. Signed, since anybody can post here."""

import hashlib
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mvai.outbox.channels import gateway
from requests.actions import inbound

# Nothing is answered inline: every answer is a promise in the outbox.
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def _signed_by_gateway(view: Callable[[dict[str, str]], None]) -> Callable[..., HttpResponse]:
    """A POST by the gateway: `view` gets its fields once the signature is found to be right."""

    @csrf_exempt
    @login_not_required
    @require_POST
    def guarded(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(gateway.SIGNATURE_HEADER, "")
        if not gateway.is_genuine(request.get_full_path(), request.POST, given):
            return HttpResponseForbidden("The signature is missing or wrong.", "text/plain")
        view(request.POST.dict())
        return HttpResponse(NOTHING_TO_SAY, "text/xml")

    return guarded


@_signed_by_gateway
def message(fields: dict[str, str]) -> None:
    inbound.receive_text(
        reference=_identifier(fields, "MessageSid", "SmsSid"),
        sender=fields.get("From", ""),
        text=fields.get("Body", ""),
        at=timezone.now(),
    )


@_signed_by_gateway
def voicemail(fields: dict[str, str]) -> None:
    said = fields.get("RecordingDuration", "")
    inbound.receive_voicemail(
        reference=_identifier(fields, "RecordingSid", "CallSid"),
        sender=fields.get("From", ""),
        seconds=min(int(said), 86_400) if said.isdecimal() and len(said) < 9 else None,
        text=fields.get("TranscriptionText", ""),
        at=timezone.now(),
    )


def _identifier(fields: dict[str, str], *names: str) -> str:
    """The gateway's own, else one made of all it said: the same thing twice stays one."""
    for name in names:
        if value := fields.get(name, "").strip().replace("\x00", ""):
            return value[:200]
    return hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()
