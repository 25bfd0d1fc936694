"""Tries the addresses in the library: a round a week or when an editor asks, a server at a time.

A worker claims a server, so that nobody else asks it meanwhile, and goes through what is due there.
An address is due until its answer is written down: a worker that dies loses one question.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import claims, doorbell, outward
from resources.models import Edition, Link, LinkHost, LinkRound, LinkUse
from resources.rules import editions
from resources.rules import links as rules
from resources.rules.links import Verdict
from resources.states import LinkResult

TASK = "library.links"
EVERY = timedelta(days=7)
AN_ADDRESS = 30.0  # seconds, with all its redirects
LEASE = timedelta(seconds=2 * AN_ADDRESS + 60)  # renewed with each address
STRETCH = 60.0


def ask(*, by: User, at: datetime) -> LinkRound:
    """Begin a round now; the one that is under way, where there is one."""
    if not editions.may_edit(by):
        raise PermissionDenied
    found = LinkRound.objects.filter(ended_at=None).first() or _begin(by, at)
    transaction.on_commit(lambda: doorbell.ask(TASK))
    return found


def progress(one: LinkRound) -> tuple[int, int]:
    """How many of how many addresses this round has been to."""
    waiting = Link.objects.filter(_unseen_in(one)).count()
    return max(one.total - waiting, 0), one.total


def sweep(now: datetime) -> int:
    """Begin the week's round, end one that is through, and have what is due tried."""
    _end_rounds(now)
    if settings.LINK_CHECK and not LinkRound.objects.filter(begun_at__gt=now - EVERY).exists():
        _begin(None, now)
    free = Q(lease_until=None) | claims.lapsed(now)
    if not LinkHost.objects.due(now).filter(free).exists():
        return 0
    return 1 if doorbell.ask(TASK) else work(now, stretch=2.0)


def work(now: datetime, *, stretch: float = STRETCH) -> int:
    """Try what is due, server by server, until the time is up; how many addresses were tried."""
    tried, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < stretch:
        moment = now + timedelta(seconds=passed)
        due = LinkHost.objects.due(moment).order_by("pk")
        found = claims.take(due, now=moment, lease=LEASE, batch=1)
        if not found:
            break
        tried += _try_host(found[0], now, began, stretch)
    _end_rounds(now + timedelta(seconds=time.monotonic() - began))
    return tried


def try_address(address: str) -> Verdict:
    """What is found there, with at most five redirects and within half a minute."""
    until = time.monotonic() + AN_ADDRESS
    at, seen, status = address, {address}, None
    for _hop in range(rules.MOST_REDIRECTS + 1):
        try:
            answer = _answer(at, until)
        except outward.Inside:
            return Verdict(LinkResult.FAILING, None, "inside", _moved(address, at))
        except outward.Unreachable:
            return Verdict(LinkResult.FAILING, None, "unreachable", _moved(address, at))
        except outward.Unanswered:
            return Verdict(LinkResult.FAILING, None, "no_answer", _moved(address, at))
        status = answer.status
        if not (rules.is_redirect(status) and answer.location):
            return rules.verdict_of(status, _moved(address, at))
        at = rules.next_address(at, answer.location)
        if not at:
            return Verdict(LinkResult.FAILING, status, "elsewhere")
        if at in seen:
            break
        seen.add(at)
    return Verdict(LinkResult.FAILING, status, "circle", at)


def _answer(address: str, until: float) -> outward.Answer:
    """By HEAD, which costs the other side least; by GET where that isn't understood."""
    try:
        answer = _look(address, "HEAD", until)
    except outward.Unanswered:
        return _look(address, "GET", until)
    return answer if answer.status < 400 else _look(address, "GET", until)


def _look(address: str, method: str, until: float) -> outward.Answer:
    left = until - time.monotonic()
    if left <= 0:
        raise outward.Unanswered("the time is up")
    bare = address.partition("#")[0]
    return outward.look(bare, method=method, seconds=left, inside=settings.LINKS_INSIDE)


def _moved(address: str, at: str) -> str:
    return "" if at == address else at


def _try_host(claim: claims.Claim, now: datetime, began: float, stretch: float) -> int:
    """Everything that is due on one server, one after the other."""
    tried = 0
    while (passed := time.monotonic() - began) < stretch:
        moment = now + timedelta(seconds=passed)
        waiting = Link.objects.filter(host=claim.pk, due_at__lte=moment).order_by("pk").first()
        if waiting is None:
            break
        verdict = try_address(waiting.address)
        with transaction.atomic():
            then = now + timedelta(seconds=time.monotonic() - began)
            ours = claim.of(LinkHost.objects.all()).select_for_update(no_key=True)
            if not ours.exists():
                return tried  # it took so long that another worker has the server
            row = Link.objects.select_for_update().filter(pk=waiting.pk).first()
            if row is not None:
                rules.note(row, verdict, now=then)
                row.save()
            claim.of(LinkHost.objects.all()).update(lease_until=then + LEASE)
        tried += 1
    claims.give_up(LinkHost.objects.all(), claim)
    return tried


def _begin(by: User | None, now: datetime) -> LinkRound:
    try:
        with transaction.atomic():
            made = LinkRound.objects.create(begun_at=now)
            made.total = _note_uses(_on_show(), now)
            made.save(update_fields=["total"])
            log.record(verb="library.links_begun", target=made, by=by, at=now, count=made.total)
            return made
    except IntegrityError:  # somebody else began it in the same moment
        return LinkRound.objects.filter(ended_at=None).get()


def _on_show() -> Iterable[Edition]:
    shown = Edition.objects.published()
    return (shown | Edition.objects.open()) if settings.DEMO else shown


def _note_uses(shown: Iterable[Edition], now: datetime) -> int:
    """Write down where each address stands; all of them are due. What nobody shows is forgotten."""
    places: dict[str, list[int]] = {}
    for edition in shown:
        for address in rules.addresses_of(edition):
            places.setdefault(address, []).append(edition.pk)
    names = {rules.host_of(address) for address in places}
    LinkHost.objects.bulk_create([LinkHost(name=name) for name in names], ignore_conflicts=True)
    hosts = dict(LinkHost.objects.filter(name__in=names).values_list("name", "pk"))
    LinkUse.objects.all().delete()
    Link.objects.exclude(address__in=places).delete()
    Link.objects.bulk_create(
        [Link(address=one, host_id=hosts[rules.host_of(one)]) for one in places],
        ignore_conflicts=True,
    )
    links = dict(Link.objects.filter(address__in=places).values_list("address", "pk"))
    LinkUse.objects.bulk_create(
        LinkUse(link_id=links[address], edition_id=pk)
        for address, pks in places.items()
        for pk in pks
    )
    Link.objects.filter(pk__in=links.values()).update(due_at=now)
    unused = LinkHost.objects.filter(~Exists(Link.objects.filter(host=OuterRef("pk"))))
    unused.filter(lease_until=None).delete()
    return len(places)


def _end_rounds(now: datetime) -> None:
    for one in LinkRound.objects.filter(ended_at=None):
        if not Link.objects.filter(_unseen_in(one)).exists():
            LinkRound.objects.filter(pk=one.pk, ended_at=None).update(ended_at=now)


def _unseen_in(one: LinkRound) -> Q:
    return Q(checked_at=None) | Q(checked_at__lt=one.begun_at)
