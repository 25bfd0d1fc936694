"""Once a day the editors are told what falls due for review, and what waits for a reader."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import links
from mvai.outbox.models import Heartbeat, Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import Channel
from resources.models import Edition, Nudge
from resources.rules.editions import is_own_work

LIBRARY_WAITS = "library_waits"
HEARD_AS = "library editors"
NOT_BEFORE = 13  # o'clock UTC: the morning of the East Coast
READ_WITHIN = timedelta(days=3)
_LOCK = 20_261_131  # of who tells the editors today, among the database's advisory locks


def tell(now: datetime) -> int:
    """A sweep: at most one message a day to each editor, about what none of them was told yet.

    A day that nobody swept is made good by the next; what stands in `Nudge` is never told again.
    """
    if now.astimezone(UTC).hour < NOT_BEFORE or _was_done(now):
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            is_ours = cursor.fetchone()[0]
        if not is_ours or _was_done(now):
            return 0
        Heartbeat.objects.beat(HEARD_AS, now)
        return _tell(_fresh(now), now)


def _was_done(now: datetime) -> bool:
    last = Heartbeat.objects.last(HEARD_AS)
    return last is not None and last.astimezone(UTC).date() >= now.astimezone(UTC).date()


def _fresh(now: datetime) -> list[Nudge]:
    today = timezone.localtime(now).date()
    waiting = list(_waiting(now, today))
    rows = Nudge.objects.filter(edition__in=[edition for _why, _since, edition in waiting])
    told = set(rows.values_list("edition_id", "why", "since"))
    return [
        Nudge(edition=edition, why=why, since=since, day=today)
        for why, since, edition in waiting
        if (edition.pk, why.value, since) not in told
    ]


def _waiting(now: datetime, today: date) -> Iterator[tuple[Nudge.Why, str, Edition]]:
    light = Edition.objects.defer("card", "text").order_by("pk")
    for edition in light.due_for_review(today):
        yield Nudge.Why.REVIEW_DUE, f"{edition.review_by_date:%Y-%m-%d}", edition
    for edition in light.in_review().filter(submitted_at__lte=now - READ_WITHIN):
        assert edition.submitted_at is not None
        yield Nudge.Why.WAITS, edition.submitted_at.astimezone(UTC).isoformat(), edition


def _tell(nudges: list[Nudge], now: datetime) -> int:
    if not nudges:
        return 0
    made = Nudge.objects.bulk_create(nudges)
    editors = User.objects.with_role(Role.CONTENT_EDITOR).select_related("person")
    people = [user.person for user in editors if any(_concerns(one, user) for one in made)]
    outbox.enqueue(purpose=LIBRARY_WAITS, subject=made[0], people=people, at=now)
    log.record(verb="library.editors_told", at=now, items=len(made), people=len(people))
    return len(made)


def _concerns(nudge: Nudge, user: User) -> bool:
    """Nobody is asked to read what they wrote themselves."""
    return nudge.why == Nudge.Why.REVIEW_DUE or not is_own_work(nudge.edition, user)


def register_purposes() -> None:
    register(
        Purpose(
            code=LIBRARY_WAITS,
            urgent=False,
            channels=(Channel.EMAIL, Channel.PORTAL),
            is_relevant=_while_something_waits,
            context=lambda message: {"url": links.absolute(reverse("resources:desk"))},
            audience="staff",
            topic=Topic.LIBRARY,
            title=gettext_lazy("Pages of the library wait for an editor"),
        )
    )


def _while_something_waits(message: Message, now: datetime) -> str:
    first = Nudge.objects.filter(pk=message.subject_id).first()
    if first is None:
        return NotSent.SUBJECT_GONE
    of_the_day = Nudge.objects.on(first.day).select_related("edition")
    return "" if any(_still_waits(nudge) for nudge in of_the_day) else NotSent.ALREADY_DONE


def _still_waits(nudge: Nudge) -> bool:
    edition = nudge.edition
    if nudge.why == Nudge.Why.REVIEW_DUE:
        return edition.is_published and f"{edition.review_by_date:%Y-%m-%d}" == nudge.since
    return edition.is_in_review
