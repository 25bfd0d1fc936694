"""All that a workspace lists of its request: five logs, terms, goals, who else takes the call."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Expression,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from mvai.accounts.models import User
from mvai.web.prepared import Given, Prepared, among
from requests.models import (
    AgreedTime,
    AssistanceRequest,
    CallLog,
    CallStart,
    ContactChange,
    ContactLog,
    Delegate,
    DeskMessage,
    IdentityTry,
    Inbound,
    ResponseGoal,
    SentItem,
    StateChange,
)
from resources.models import CatalogRow

Listed = dict[str, list[dict[str, Any]]]


def listed_of(assistance_request: AssistanceRequest, *, users: Sequence[int] = ()) -> Listed:
    """Rows by their kind, in one query; a kind without rows is an empty list.

    Kinds are "move", "call", "contact", "came_in", "message" and "identity" (logs, in no order; a
    message's `number` is 1 while it is unread; the code of the last is its outcome and its way,
    set apart by a colon), "change" (whom we called before, while that is not confirmed),
    "delegate" (who was named first stands first), "need" and "type" (labels, in their order),
    "goal" (what is due first stands first; `words` is its standing), "calling" (who said that they
    dial; `code` is why no text went), "sent" (pages of the library:
    `number` is 1 where they asked), "agreed" (times to talk, the next first; `code` is the
    advisor's zone, `number` the engagement) and "name" (of each of `users`, by number). Each row
    has a `moment`, `who`, `code`, `number` and `words`.
    """
    found: Listed = defaultdict(list)
    for row in _LISTED.rows(request_id=assistance_request.pk, users=list(users)):
        found[row["kind"]].append(row)
    for dated in (found["delegate"], found["goal"], found["agreed"]):
        dated.sort(key=lambda row: row["moment"])
    for terms in (found["need"], found["type"]):
        terms.sort(key=lambda row: row["number"])
    return found


def _title_of_item() -> Subquery:
    """What a page of the library is called now, in the language of staff."""
    rows = CatalogRow.objects.filter(item=OuterRef("item"), for_language="en")
    return Subquery(rows.values("title")[:1])


def _lists() -> QuerySet:
    wanted = Given("request_id", BigIntegerField())
    needs: Any = AssistanceRequest.needs.through
    types: Any = AssistanceRequest.incident_types.through
    first, *others = (
        _list(
            "move",
            StateChange.objects.filter(assistance_request=wanted),
            who="by__person__full_name",
            code="move",
        ),
        _list(
            "call",
            CallLog.objects.filter(assistance_request=wanted),
            who="by__person__full_name",
            code="outcome",
            number="minutes",
        ),
        _list(
            "contact",
            ContactLog.objects.filter(engagement__assistance_request=wanted),
            who="engagement__advisor__person__full_name",
            code="mode__label",
            number="minutes",
        ),
        _list(
            "came_in",
            Inbound.objects.filter(assistance_request=wanted),
            moment="received_at",
            who="sender_name",
            code="channel",
            number="pk",
            words="text",
        ),
        _list(
            "identity",
            IdentityTry.objects.filter(assistance_request=wanted),
            who="by__person__full_name",
            code=Concat("outcome", Value(":"), "method", output_field=CharField()),
        ),
        _list(
            "delegate",
            Delegate.objects.standing_in().filter(assistance_request=wanted),
            moment="named_at",
            who="person__full_name",
            code="call_number",
            number="pk",
            words="",
        ),
        _list(
            "change",
            ContactChange.objects.filter(assistance_request=wanted, outcome=""),
            moment="said_at",
            who="name_before",
            code="number_before",
            number="pk",
            words="",
        ),
        _list(
            "message",
            DeskMessage.objects.filter(assistance_request=wanted),
            who=Coalesce("by__person__full_name", "delegate__person__full_name"),
            code="side",
            number=Case(When(read_at=None, then=1), default=0, output_field=IntegerField()),
            words="text",
        ),
        _list(
            "sent",
            SentItem.objects.filter(assistance_request=wanted),
            moment="sent_at",
            who="by__person__full_name",
            code="item__slug",
            number=Case(When(was_asked=True, then=1), default=0, output_field=IntegerField()),
            words=Coalesce(_title_of_item(), Value("")),
        ),
        _list(
            "need",
            needs.objects.filter(assistancerequest=wanted),
            moment="",
            code="need__label",
            number="need__sort",
            words="",
        ),
        _list(
            "type",
            types.objects.filter(assistancerequest=wanted),
            moment="",
            code="incidenttype__label",
            number="incidenttype__sort",
            words="",
        ),
        _list(
            "goal",
            ResponseGoal.objects.filter(assistance_request=wanted).with_standing(),
            moment="due_at",
            code="goal",
            words="standing",
        ),
        _list(
            "name",
            User.objects.filter(among("pk", "users")),
            moment="",
            who="person__full_name",
            code=Value("", CharField()),
            number="pk",
            words="",
        ),
        _list(
            "calling",
            CallStart.objects.filter(assistance_request=wanted),
            who="by__person__full_name",
            code="no_text",
            words="",
        ),
        _list(
            "agreed",
            AgreedTime.objects.agreed().filter(assistance_request=wanted),
            moment="starts_at",
            who="engagement__advisor__person__full_name",
            code="engagement__advisor__person__time_zone",
            number="engagement_id",
            words="",
        ),
    )
    return first.union(*others, all=True)


def _list(
    kind: str,
    rows: QuerySet,
    *,
    code: str | Expression,
    moment: str = "at",
    who: str | Combinable = "",
    number: str | Combinable = "",
    words: str | Combinable = "note",
) -> QuerySet:
    """One part of the union: where each of its columns comes from, blank for none."""
    columns = {
        "kind": Value(kind, CharField()),
        "moment": F(moment) if moment else Value(None, DateTimeField()),
        "who": _column(who) if who else Value("", CharField()),
        "code": F(code) if isinstance(code, str) else code,
        "number": _column(number) if number else Value(0, IntegerField()),
        "words": _column(words) if words else Value("", CharField()),
    }
    return rows.order_by().annotate(**columns).values(*columns)


def _column(source: str | Combinable) -> Combinable:
    return F(source) if isinstance(source, str) else source


_LISTED = Prepared(_lists)
