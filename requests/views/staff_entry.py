"""A request that came by phone, voicemail, text or e-mail, written down by the desk."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from requests.actions import filing
from requests.forms.intake import PhoneRequestForm
from requests.views import attempts
from requests.views.replies import see_other


@permission_required(Permission.REQUEST_WORK)
def new(request: SignedInRequest) -> HttpResponse:
    form = PhoneRequestForm(request.POST or None)
    token = request.POST.get("attempt", "") or attempts.new_token()
    if request.method == "POST" and form.is_valid():
        name, number = form.cleaned_data["call_name"], form.cleaned_data["call_number"]
        assistance_request = filing.file_request(
            attempt=attempts.identity(token, name, number),
            call_name=name,
            call_number=number,
            details=form.details(),
            by=request.user,
            at=timezone.now(),
        )
        return see_other("requests:workspace", assistance_request.reference)
    return render(request, "requests/new.html", {"form": form, "attempt": token})
