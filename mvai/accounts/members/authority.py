"""Both accounts, locked: whoever acts is asked for their right as it is now."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused


class MemberRefused(Refused):
    """It can't be done as asked."""


def administrator(by: User) -> User:
    """`by` as they are now, locked. Raises PermissionDenied for whoever keeps no accounts."""
    found = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if not (found.is_active and found.may(Permission.ACCOUNT_MANAGE)):
        raise PermissionDenied
    return found


def both(by: User, user: User) -> tuple[User, User]:
    """Who acts, and on whose account, in one order: of two who turn each other off one is late.

    Raises MemberRefused for one's own account.
    """
    pair = User.objects.filter(pk__in=[by.pk, user.pk]).order_by("pk")
    locked = {one.pk: one for one in pair.select_for_update(of=("self",), no_key=True)}
    found = locked[user.pk]
    if found.is_system:
        raise PermissionDenied
    actor = administrator(locked[by.pk])
    if actor.pk == found.pk:
        raise MemberRefused(_("This is your own account. Ask another administrator."))
    return actor, found
