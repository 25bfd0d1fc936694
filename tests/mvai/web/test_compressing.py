"""Pages go out compressed to those whose page can't give anything away by its length."""

import gzip

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db


def test_a_visitor_without_a_session_gets_a_compressed_page(client):
    response = client.get("/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert b"Call me now" in gzip.decompress(response.content)


def test_a_page_of_a_session_is_never_compressed(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "some-session"
    response = client.get("/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in response
    assert b"Call me now" in response.content
