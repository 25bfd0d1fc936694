"""Keep a form that met the lock, give it back, and open the lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from mvai.accounts.lock import marks
from mvai.accounts.lock.models import KeptForm
from mvai.accounts.models import User
from mvai.audit import log
from mvai.web import sealing, written

MOST_FORMS = 5  # of one sign-in

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a kept form says: the address it goes to, and its fields in the order sent."""

    pk: int
    path: str
    fields: tuple[tuple[str, str], ...]
    kept_at: datetime


@transaction.atomic
def keep_form(
    *, user: User, sign_in: str, path: str, fields: Fields, at: datetime, expires_at: datetime
) -> KeptForm | None:
    """Keep what `user` sent to `path`, but no secrets; None when it is too much to keep.

    The same form sent twice is kept once.
    """
    fields = written.without_secrets(fields)
    text = json.dumps({"path": path, "fields": fields}, ensure_ascii=False)
    if len(text) > written.MOST_CHARACTERS or not sign_in:
        return None
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
    waiting = KeptForm.objects.waiting_for(user_pk=user.pk, sign_in=sign_in, at=at)
    known = list(waiting)
    for one in known:
        said = _opened(one)
        if said and (said.path, list(said.fields)) == (path, fields):
            return one
    if len(known) >= MOST_FORMS:
        return None
    form = KeptForm.objects.create(
        user=user, sign_in=sign_in, sealed=sealing.seal(text), kept_at=at, expires_at=expires_at
    )
    log.record(verb="account.form_kept", target=user, by=user, at=at)
    return form


def written_by(*, user: User, sign_in: str, at: datetime) -> list[Written]:
    """What waits for `user` in this browser, the oldest first."""
    waiting = KeptForm.objects.waiting_for(user_pk=user.pk, sign_in=sign_in, at=at)
    return [said for form in waiting if (said := _opened(form))]


def forget_form(*, user: User, sign_in: str, pk: int, at: datetime) -> bool:
    """It was sent or discarded. False when there is none of this number for this person."""
    waiting = KeptForm.objects.waiting_for(user_pk=user.pk, sign_in=sign_in, at=at)
    gone, _each = waiting.filter(pk=pk, legal_hold=False).delete()
    return bool(gone)


def purge(now: datetime) -> int:
    """A sweep: kept forms whose time is over."""
    return KeptForm.objects.expired(now).delete()[0]


def unlock(*, user: User, session: SessionBase, way: str, at: datetime) -> None:
    """`user` has shown that it is still them. The session goes on under a new key.

    The list of places where one is signed in follows the key, so that it can still end them.
    """
    before = session.session_key
    session.cycle_key()
    marks.note_activity(session, at)
    session.save()
    UserSession.objects.filter(session_key=before, user=user).update(
        session_key=session.session_key
    )
    log.record(verb="account.unlocked", target=user, by=user, at=at, way=way)


def _opened(form: KeptForm) -> Written | None:
    """None when its key is no longer there: then nobody can read it, and it waits for its end."""
    try:
        said = json.loads(sealing.unseal(form.sealed))
    except InvalidToken:
        return None
    fields = tuple((name, value) for name, value in said["fields"])
    return Written(form.pk, said["path"], fields, form.kept_at)
