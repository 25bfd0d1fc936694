import pytest
from django.http import HttpResponse

from mvai.audit import where
from mvai.audit.middleware import RememberWhere


def seen(rf, **headers):
    """What the log would note while a page with these headers is made."""
    noted = []

    def page(request):
        noted.append(where.current())
        return HttpResponse()

    RememberWhere(page)(rf.get("/", **headers))
    return noted[0]


def test_a_page_comes_by_the_web_from_the_connection(rf):
    assert seen(rf, REMOTE_ADDR="203.0.113.7") == where.Where("203.0.113.7", "web")


def test_a_header_is_not_believed_without_a_proxy_of_ours(rf, settings):
    settings.TRUSTED_PROXIES = 0

    place = seen(rf, REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")

    assert place.address == "203.0.113.7"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "not an address", "203.0.113.7"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, proxies, header, address):
    settings.TRUSTED_PROXIES = proxies

    assert seen(rf, REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=header).address == address


def test_a_connection_without_an_address_is_noted_as_such(rf):
    assert seen(rf, REMOTE_ADDR="").address == ""
