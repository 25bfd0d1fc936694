"""Make accounts, change what they may do, and help people back in."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import KEPT_APART, Role
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
from mvai.web.refusals import Refused

NEW_BROWSER = "new_browser"
PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a message


class AccountRefused(Refused):
    """There can't be such an account."""


@transaction.atomic
def create_account(
    *,
    email: str,
    person: Person,
    roles: Iterable[str],
    by: User | None,
    at: datetime,
    password: str | None = None,
) -> User:
    """An account for `person`. `by` is None when a command makes it.

    Without a password nobody can sign in until one is set through a link (see
    `promise_password_link`).
    """
    roles = sorted(set(roles))
    unknown = set(roles) - (set(Role.values) - {Role.SYSTEM})
    if unknown or not roles:
        raise AccountRefused(_("Choose at least one role from the list."))
    if set(KEPT_APART) <= set(roles):
        raise AccountRefused(_("Nobody is both wellness coordinator and auditor."))
    email = email.strip().lower()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email=email, person=person, roles=roles, password=password, at=at
            )
    except IntegrityError:
        raise AccountRefused(_("This address has an account.")) from None
    # Whoever makes the account vouches for the address, so allauth need not ask again.
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    add_contact_point(
        person=person, channel=Channel.EMAIL, value=email, at=at, consented=True, proven=True
    )
    log.record(verb="account.created", target=user, by=by, at=at, roles=roles)
    return user


@transaction.atomic
def promise_password_link(*, user: User, at: datetime, by: User | None = None) -> None:
    """Send `user` a link with which to choose a password; at most one a minute."""
    outbox.enqueue(
        purpose=PASSWORD_RESET,
        subject=user,
        people=[user.person],
        at=at,
        occurrence=f"{at:%Y%m%d%H%M}",
    )
    log.record(verb="account.password_link_promised", target=user, by=by, at=at)


def end_sessions_of(user: User) -> int:
    """Sign `user` out everywhere; how many sessions ended."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def tell_of_new_browser(*, user: User, at: datetime) -> None:
    """Somebody signed in as `user` from a browser that never did before: `user` is told."""
    outbox.enqueue(
        purpose=NEW_BROWSER,
        subject=user,
        people=[user.person],
        at=at,
        occurrence=f"{at:%Y%m%d%H%M}",
    )


@transaction.atomic
def reset_second_factor(*, user: User, by: User | None, at: datetime) -> None:
    """For a lost phone: forget the authenticator and end every session. It is set up anew."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions_of(user)
    log.record(verb="account.second_factor_reset", target=user, by=by, at=at)
