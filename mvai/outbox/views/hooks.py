"""Where the gateway tells us how a message fared."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mvai.outbox import receipts
from mvai.outbox.channels import gateway


@csrf_exempt  # a machine of the gateway's posts this; its signature proves whose it is
@login_not_required
@require_POST
def gateway_status(request: HttpRequest, token: str) -> HttpResponse:
    """One signed receipt. What is forged is refused before anything is looked up."""
    signature = request.headers.get(gateway.SIGNATURE_HEADER, "")
    if not gateway.is_genuine(request.get_full_path(), request.POST, signature):
        return HttpResponse(status=403)
    try:
        receipts.take(token=token, said=request.POST.dict(), at=timezone.now())
    except receipts.UnknownMessage:
        return HttpResponseNotFound()
    except receipts.SaysNothing:
        return HttpResponseBadRequest()
    return HttpResponse(status=204)
