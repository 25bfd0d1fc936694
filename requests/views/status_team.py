"""The leader's page: checklists that the leader shares with a team."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from requests.actions import team_checklists as actions
from requests.forms.leaders_page import OneOfForm, TeamForm
from requests.models import SharedChecklist
from requests.views.status_entries import Entry
from requests.views.status_pages import Page
from resources.actions import team_versions


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _form(page: Page, data: QueryDict | None) -> TeamForm:
    rows = team_versions.shareable(language=_language(), with_drafts=settings.DEMO)
    choices = [(row.slug, row.title) for row in rows]
    initial = {"agency": page.assistance_request.agency_name[:120]}
    return TeamForm(data, items=choices, initial=initial)


def _share(page: Page, said: dict[str, Any], at: datetime) -> None:
    found = team_versions.to_share(said["item"], language=_language(), with_drafts=settings.DEMO)
    if found is None:  # taken off the library while the form was open
        return
    row, edition = found
    actions.share(
        assistance_request=page.assistance_request,
        edition=edition,
        title=row.title,
        agency=said["agency"],
        press=said["press"],
        at=at,
    )


def _is_there(page: Page) -> bool:
    return team_versions.shareable(language=_language(), with_drafts=settings.DEMO).exists()


def _rows(page: Page, *, shown: bool) -> list[SharedChecklist]:
    rows = page.assistance_request.shared_checklists.select_related("checklist")
    return list(rows.filter(invited_at__isnull=not shown))


def _one_of(shown: bool, label: Any) -> Any:
    def form(page: Page, data: QueryDict | None) -> OneOfForm:
        choices = [(row.pk, row.checklist.title) for row in _rows(page, shown=shown)]
        initial = {"one": choices[0][0]} if len(choices) == 1 else {}
        return OneOfForm(data, label=label, choices=choices, initial=initial)

    return form


def _set(shown: bool) -> Any:
    def act(page: Page, said: dict[str, Any], at: datetime) -> None:
        row = page.assistance_request.shared_checklists.get(pk=said["one"])
        actions.show_to_advisors(shared=row, shown=shown, at=at)

    return act


TEAM = Entry(
    code="team",
    label=_("Share a checklist with my team"),
    form=_form,
    act=_share,
    is_there=_is_there,
    button=_("Save the copy"),
    field="item",
)
TEAM_SHOW = Entry(
    code="team_show",
    label=_("Let my advisor see a team checklist"),
    form=_one_of(False, _("Which one may your advisor see?")),
    act=_set(True),
    is_there=lambda page: page.is_leaders and bool(_rows(page, shown=False)),
    button=_("My advisor may see this"),
    field="one",
)
TEAM_HIDE = Entry(
    code="team_hide",
    label=_("Hide a team checklist from my advisor"),
    form=_one_of(True, _("Which one should your advisor no longer see?")),
    act=_set(False),
    is_there=lambda page: page.is_leaders and bool(_rows(page, shown=True)),
    button=_("Hide it from my advisor"),
    field="one",
)
