"""Sessions in the database. Every page of the signed-in asks for theirs in a prepared query."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import CharField
from django.utils import timezone

from mvai.web.prepared import Given, Prepared, given_time


class SessionStore(db.SessionStore):
    """Django's own, quicker at finding the session of a cookie."""

    def _get_session_from_db(self) -> Any:
        for session in _SESSION.instances(key=self.session_key, now=timezone.now()):
            return session
        self._session_key = None
        return None


_SESSION = Prepared(
    lambda: SessionStore.get_model_class().objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=given_time("now")
    )
)
