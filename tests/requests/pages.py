"""What the tests of pages share: a signed-in browser of the desk's, at noon."""

import re

from django.test import Client

from tests.factories.accounts import UserFactory, sign_in


def browser(user=None, **traits):
    """A client signed in as `user`, or as a new person with these traits."""
    return sign_in(Client(), user or UserFactory(**traits))


def attempt_on(page):
    return re.search(r'name="attempt" value="([^"]+)"', page.content.decode())[1]


def said(page):
    """The page's text, with its entities as people read them."""
    return page.content.decode().replace("&#x27;", "'").replace("&amp;", "&")
