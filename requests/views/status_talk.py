"""The leader's page: what is said to the desk, to the program manager, and about the facts."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests.actions import concerns, filing, talk
from requests.forms.intake import DetailsForm
from requests.forms.leaders_page import ConcernForm, MessageForm
from requests.models import DeskMessage, Side
from requests.views.details import clock_of, details_form
from requests.views.status_entries import Entry
from requests.views.status_pages import Page


def _details_form(page: Page, data: QueryDict | None) -> DetailsForm:
    return details_form(page.assistance_request, data, timezone.now())


def _add_details(page: Page, said: dict[str, Any], at: datetime) -> None:
    filing.add_details(assistance_request=page.assistance_request, details=said, by=None, at=at)


def _write(page: Page, said: dict[str, Any], at: datetime) -> None:
    talk.write_to_desk(
        assistance_request=page.assistance_request, delegate=page.delegate, at=at, **said
    )


def _mark_read(page: Page, said: dict[str, Any], at: datetime) -> None:
    talk.mark_read(assistance_request=page.assistance_request, by=None, at=at)


def _raise_concern(page: Page, said: dict[str, Any], at: datetime) -> None:
    concerns.raise_concern(
        assistance_request=page.assistance_request, delegate=page.delegate, at=at, **said
    )


def _is_request_open(page: Page) -> bool:
    return page.assistance_request.is_open


def _has_unread(page: Page) -> bool:
    written = DeskMessage.objects.filter(assistance_request=page.assistance_request)
    return written.unread_by(Side.LEADER).exists()


def _had_an_advisor(page: Page) -> bool:
    return page.assistance_request.engagements.exists()


DETAILS = Entry(
    code="details",
    label=_("Answer more"),
    form=_details_form,
    act=_add_details,
    is_there=_is_request_open,
    button=_("Add this to my request"),
    beside=lambda page: clock_of(page.assistance_request, timezone.now()),
)
MESSAGE = Entry(
    code="message",
    label=_("Write to the desk"),
    form=lambda page, data: MessageForm(data),
    act=_write,
    is_there=_is_request_open,
    button=_("Send to the desk"),
    field="text",
)
READ = Entry(
    code="read",
    label=_("Mark the desk’s messages as read"),
    act=_mark_read,
    is_there=_has_unread,
    button=_("Mark as read"),
    is_listed=False,
)
CONCERN = Entry(
    code="concern",
    label=_("A concern about my advisor"),
    form=lambda page, data: ConcernForm(data),
    act=_raise_concern,
    is_there=_had_an_advisor,
    button=_("Send to the program manager"),
    field="text",
)
