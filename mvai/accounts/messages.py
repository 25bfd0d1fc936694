"""Messages about one's own account: a link to choose a password, a sign-in somewhere new."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.actions import NEW_BROWSER, PASSWORD_RESET
from mvai.accounts.members import rules
from mvai.accounts.models import User
from mvai.outbox import links
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from mvai.web.times import when_words


def password_path(user: User) -> str:
    """Where `user` chooses a password; good once, and until the token ends."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )


def _is_relevant(message: Message, now: datetime) -> str:
    user = User.objects.active().filter(pk=message.subject_id).first()
    if user is None:
        return NotSent.SUBJECT_GONE
    return "" if rules.may_choose_password(user, now) else NotSent.NO_LONGER_NEEDED


def _context(message: Message) -> dict[str, str]:
    # The link is made when the message goes out, so it is stored nowhere.
    return {"url": links.absolute(password_path(User.objects.get(pk=message.subject_id)))}


def _is_active(message: Message, now: datetime) -> str:
    is_there = User.objects.active().filter(pk=message.subject_id).exists()
    return "" if is_there else NotSent.SUBJECT_GONE


def _sign_in(message: Message) -> dict[str, str]:
    user = User.objects.get(pk=message.subject_id)
    when = when_words(message.created_at, message.created_at, user.person.time_zone)
    return {"when": when, "url": links.absolute(reverse("usersessions_list"))}


def register_purposes() -> None:
    register(
        Purpose(
            code=NEW_BROWSER,
            urgent=False,
            channels=(Channel.EMAIL, Channel.PORTAL),
            is_relevant=_is_active,
            context=_sign_in,
            audience="staff",
            title=_("A sign-in from a new browser"),
            topic=Topic.ACCOUNT,
        )
    )
    register(
        Purpose(
            code=PASSWORD_RESET,
            urgent=True,  # somebody waits before the screen
            channels=(Channel.EMAIL,),
            is_relevant=_is_relevant,
            context=_context,
            audience="staff",
            title=_("Link to choose a password"),
            topic=Topic.ACCOUNT,
        )
    )
