"""The leader's page: who helps, who may take the call, and who leads."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests.actions import choices, contact, delegates, talk
from requests.forms.leaders_page import (
    NumberForm,
    OneOfForm,
    StandInForm,
    SuccessorForm,
    uuid_of,
)
from requests.models import ContactChange, Delegate, Engagement
from requests.views.status_entries import Entry
from requests.views.status_pages import Page
from requests.views.status_shown import engagements_of


def _ask_different(page: Page, said: dict[str, Any], at: datetime) -> None:
    talk.ask_for_different_advisor(assistance_request=page.assistance_request, at=at)


def _may_ask_different(page: Page) -> bool:
    found = page.assistance_request
    return found.different_advisor_asked_at is None and found.engagements.active().leads().exists()


def offered(page: Page) -> list[Engagement]:
    """Those the desk lets the leader choose among; none without a choice."""
    active = page.assistance_request.engagements.active().exclude(choice_reason="")
    found = list(active.select_related("advisor__person").order_by("started_at", "pk"))
    return found if len(found) > 1 else []


def _choice_form(page: Page, data: QueryDict | None) -> OneOfForm:
    rows = [(one.pk, _line(one)) for one in offered(page)]
    return OneOfForm(data, label=_("Who should be your lead?"), choices=rows)


def _line(one: Engagement) -> str:
    return _now("%(name)s: %(reason)s") % {
        "name": one.advisor.person.addressed_as,
        "reason": one.choice_reason,
    }


def _choose(page: Page, said: dict[str, Any], at: datetime) -> None:
    choices.choose(assistance_request=page.assistance_request, engagement_id=said["one"], at=at)


def _name_delegate(page: Page, said: dict[str, Any], at: datetime) -> None:
    delegates.name_delegate(assistance_request=page.assistance_request, by=None, at=at, **said)


def _standing_in(page: Page) -> list[Delegate]:
    rows = page.assistance_request.delegates.standing_in().select_related("person")
    return list(rows)


def _removal_form(page: Page, data: QueryDict | None) -> OneOfForm:
    rows = [(one.pk, one.person.addressed_as) for one in _standing_in(page)]
    return OneOfForm(data, label=_("Who no longer takes the call?"), choices=rows)


def _remove_delegate(page: Page, said: dict[str, Any], at: datetime) -> None:
    one = page.assistance_request.delegates.get(pk=said["one"])
    delegates.remove_delegate(delegate=one, by=None, at=at)


def _change(page: Page, said: dict[str, Any], at: datetime) -> None:
    given = {name: said[name] for name in ("number", "name", "email", "press") if name in said}
    contact.change(assistance_request=page.assistance_request, by=None, at=at, **given)


def _was_changed(page: Page, posted: QueryDict) -> bool:
    press = uuid_of(posted.get("press", ""))
    if press is None:
        return False
    mine = ContactChange.objects.filter(assistance_request=page.assistance_request, press=press)
    return mine.exists()


def _is_open_to_the_leader(page: Page) -> bool:
    """A delegate speaks for the leader, and does not say who leads."""
    return page.is_leaders and page.assistance_request.is_open


DIFFERENT = Entry(
    code="different",
    label=_("A different advisor, please"),
    act=_ask_different,
    is_there=_may_ask_different,
    button=_("Yes, a different advisor"),
)
CHOOSE = Entry(
    code="choose",
    label=_("Choose your lead advisor"),
    form=_choice_form,
    act=_choose,
    is_there=lambda page: bool(offered(page)),
    button=_("Make this my lead"),
    field="one",
)
DELEGATES = Entry(
    code="delegates",
    label=_("Name someone who may take the call"),
    form=lambda page, data: StandInForm(data),
    act=_name_delegate,
    is_there=_is_open_to_the_leader,
    button=_("Name them"),
    field="name",
)
REMOVE_DELEGATE = Entry(
    code="remove_delegate",
    label=_("Remove someone who may take the call"),
    form=_removal_form,
    act=_remove_delegate,
    is_there=lambda page: page.is_leaders and bool(_standing_in(page)),
    button=_("Remove them"),
    field="one",
)
NUMBER = Entry(
    code="number",
    label=_("My number has changed"),
    form=lambda page, data: NumberForm(data),
    act=_change,
    is_there=_is_open_to_the_leader,
    button=_("Call me at this number"),
    field="number",
    is_taken=_was_changed,
    closes=True,
)
SUCCESSOR = Entry(
    code="successor",
    label=_("Hand this to a successor"),
    form=lambda page, data: SuccessorForm(data),
    act=_change,
    is_there=_is_open_to_the_leader,
    button=_("Hand it over"),
    field="name",
    beside=lambda page: {
        "helpers": engagements_of(page.assistance_request),
        "planned": list(page.assistance_request.follow_ups.open()),
    },
    is_taken=_was_changed,
    closes=True,
)
