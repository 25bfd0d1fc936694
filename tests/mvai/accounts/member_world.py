"""An invited person, and what they do with the link."""

from django.test import Client
from django.urls import reverse

from mvai.accounts.members import actions
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.outbox import purposes
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.mvai.accounts.lock_world import PASSWORD

WRITER = {"full_name": "Kim Lee", "roles": [Role.CONTENT_EDITOR]}


def invite(by: User, email: str = "kim@agency.example", **given) -> User:
    return actions.invite(**(WRITER | given), email=email, by=by, at=NOON)


def choose_password(user: User, path: str):
    """As the person does who opened the link at `path`."""
    client = Client()
    page = client.get(path, follow=True)
    address = page.request["PATH_INFO"]
    return client.post(address, {"password1": PASSWORD, "password2": PASSWORD})


def can_sign_in(user: User) -> bool:
    given = {"login": user.email, "password": PASSWORD}
    client = Client()
    client.post(reverse("account_login"), given)
    return "_auth_user_id" in client.session


def link_of(user: User) -> str:
    """What the latest invitation to `user` would link to if it left now."""
    message = Message.objects.filter(person=user.person, purpose="invitation").latest("pk")
    url = purposes.get("invitation").context(message)["url"]
    return url[url.index("/account/") :]
