"""The leader's page: the planned contacts, the end of the request, and its return."""

from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.web.refusals import Refused
from mvai.web.times import when_words
from requests.actions import closing, follow_ups
from requests.forms.leaders_page import ALL, PlanForm, SureForm
from requests.models import FollowUp
from requests.rules.follow_ups import in_words
from requests.states import CloseReason
from requests.views.status_entries import Entry
from requests.views.status_pages import Page

LATER = {PlanForm.WEEK: timedelta(days=7), PlanForm.MONTH: timedelta(days=28)}


def _planned(page: Page) -> list[FollowUp]:
    rows = page.assistance_request.follow_ups.open()
    return list(rows.select_related("assistance_request").order_by("due_at", "pk"))


def _plan_form(page: Page, data: QueryDict | None) -> PlanForm:
    zone, now = page.assistance_request.time_zone, timezone.now()
    rows = [
        (str(one.pk), f"{in_words(one.milestone, one.label)}, {when_words(one.due_at, now, zone)}")
        for one in _planned(page)
    ]
    return PlanForm(data, choices=rows, initial={"seen": ",".join(pk for pk, _line in rows)})


def _was_just_changed(page: Page, posted: QueryDict) -> bool:
    """Pressed twice: what the form showed was moved or stopped within the minute."""
    seen = [int(pk) for pk in posted.get("seen", "").split(",") if pk.isdecimal() and len(pk) < 18]
    gone = page.assistance_request.follow_ups.filter(pk__in=seen, done_at__isnull=False)
    times = list(gone.values_list("done_at", flat=True))
    since = timezone.now() - timedelta(minutes=1)
    return bool(times) and all(since < done_at for done_at in times if done_at)


def _change_plan(page: Page, said: dict[str, Any], at: datetime) -> None:
    what, one = said["what"], said["one"]
    if what == PlanForm.STOP and one == ALL:
        follow_ups.stop(
            assistance_request=page.assistance_request,
            note=follow_ups.AT_THEIR_WISH,
            by=None,
            at=at,
        )
        return
    rows = _planned(page)
    chosen = rows if one == ALL else [row for row in rows if str(row.pk) == one]
    if not chosen:
        raise Refused(_now("This contact is settled already."), "one")
    for row in chosen:
        if what == PlanForm.STOP:
            follow_ups.stop_one(follow_up=row, note=follow_ups.AT_THEIR_WISH, by=None, at=at)
            continue
        due_at = said["to"] if what == PlanForm.DAY else max(row.due_at, at) + LATER[what]
        follow_ups.move(
            follow_up=row, due_at=due_at, note=follow_ups.MOVED_AT_THEIR_WISH, by=None, at=at
        )


def _withdraw(page: Page, said: dict[str, Any], at: datetime) -> None:
    closing.withdraw(assistance_request=page.assistance_request, by=None, at=at)


def _withdraw_form(page: Page, data: QueryDict | None) -> SureForm:
    return SureForm(
        data,
        label=_("Yes, withdraw my request"),
        missing=_("Tick the box to withdraw your request."),
    )


def _ask_again(page: Page, said: dict[str, Any], at: datetime) -> None:
    closing.ask_again(assistance_request=page.assistance_request, by=None, at=at)


FOLLOW_UPS = Entry(
    code="follow_ups",
    label=_("Move or stop planned contacts"),
    form=_plan_form,
    act=_change_plan,
    is_there=lambda page: page.assistance_request.follow_ups.open().exists(),
    button=_("Change the plan"),
    field="one",
    is_taken=_was_just_changed,
)
WITHDRAW = Entry(
    code="withdraw",
    label=_("Withdraw my request"),
    form=_withdraw_form,
    act=_withdraw,
    is_there=lambda page: page.assistance_request.is_open,
    button=_("Withdraw my request"),
    field="sure",
    # Pressed twice: the first press has closed the page.
    is_taken=lambda page, posted: page.assistance_request.close_reason == CloseReason.WITHDRAWN,
    closes=True,
)
AGAIN = Entry(
    code="again",
    label=_("Ask for a call again"),
    act=_ask_again,
    is_there=lambda page: not page.assistance_request.is_open,
    button=_("Call me again"),
)
