"""Who is signed in. Every page asks it, so it is asked in a prepared query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigIntegerField

from mvai.accounts.models import User
from mvai.web.prepared import Given, Prepared


class AccountBackend(AuthenticationBackend):
    """allauth's own, quicker at finding the account of a session."""

    def get_user(self, user_id: int) -> User | None:
        for user in _ACCOUNT.instances(pk=user_id):
            return user if self.user_can_authenticate(user) else None
        return None


_ACCOUNT = Prepared(lambda: User.objects.filter(pk=Given("pk", BigIntegerField())))
