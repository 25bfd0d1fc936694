"""A leader's browser, with the page that a code has opened."""

from django.test import Client

from requests.actions import codes
from requests.actions.messages import status_url
from tests.factories import NOON


def address_of(request):
    return "/status/" + status_url(request).split("/status/")[1]


def opened(request, client=None, *, delegate=None):
    """A client before which the page is open, and the page's address."""
    client = client or Client(enforce_csrf_checks=True)
    address = address_of(request)
    code = codes.send_code(assistance_request=request, delegate=delegate, at=NOON)
    answer = client.post(f"{address}open/", {"code": code.digits()})
    assert answer.status_code == 303
    return client, address
