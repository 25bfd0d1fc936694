"""A team's checklist from sharing to deleting, walked in Spanish."""

import pytest
from django.urls import reverse
from django.utils import translation

from resources.actions.team_addresses import manage_token, team_token
from resources.models import Edition, EditionState, TeamChecklist
from tests.factories import NOON
from tests.factories.resources import EditionFactory
from tests.requests.spanish import nothing_missing
from tests.resources.teams import item, shared, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
TEXT = "## Primera hora\n\n- [ ] Respire.\n- [ ] Llame a la jefa vecina.\n"


def address(name, *arguments):
    with translation.override("es"):
        return reverse(f"resources:{name}", args=arguments)


def a_checklist():
    edition = item(
        TEXT,
        language="es",
        title="Las primeras 24 horas",
        summary="Lo que hicieron otros.",
        card="Llame a alguien.",
    )
    return shared(edition, agency="Policía de Riverton")


def test_sharing(spanish):
    slug = a_checklist().item.slug

    spanish.get(address("share", slug))
    spanish.post(address("share", slug), {})
    page = spanish.post(address("share", slug), {"agency": "Policía", "knows": "on"})

    assert page.redirect_chain[0][0].startswith("/es/library/team/manage/")


def test_ticking_writing_adding_and_setting_aside(spanish):
    checklist = a_checklist()
    token, line = team_token(checklist, NOON), checklist.lines.first()

    spanish.get(address("team", token))
    spanish.post(address("team_tick", token), {"set": f"{line.pk}-done"})
    spanish.get(address("team_line", token, line.pk))
    due = {"due_date": "2026-11-20", "due_time": "08:00"}
    spanish.post(address("team_line", token, line.pk), {"due_time": "8"})
    spanish.post(address("team_line", token, line.pk), {"owner": "Ana Ruiz", "note": "Sí.", **due})
    write(checklist.lines.get(pk=line.pk), note="No.")
    spanish.post(address("team_line", token, line.pk), {"owner": "Ana Ruiz", "note": "Otra."})
    spanish.post(address("team_add", token), {})
    spanish.post(address("team_add", token), {"text": "Coma algo.", "section": "Primera hora"})
    spanish.post(address("team_aside", token, line.pk), {"set": "aside"})
    spanish.post(address("team_aside", token, line.pk), {"set": "back"})
    spanish.get(f"{address('team', token)}?open=1&for=nobody")
    with nothing_missing():
        spanish.client.get(address("team_changes", token))


def test_taking_it_along(spanish):
    token = team_token(a_checklist(), NOON)

    for name in ("team_pdf", "team_table"):
        with nothing_missing():
            assert spanish.client.get(address(name, token)).status_code == 200


def test_a_newer_version(spanish):
    checklist = a_checklist()
    Edition.objects.update(state=EditionState.SUPERSEDED, ended_at=NOON)
    text = "## Primera hora\n\n- [ ] Respire hondo.\n- [ ] Beba agua fresca.\n"
    EditionFactory(item=checklist.item, number=2, language="es", kind="checklist", text=text,
        title="Las primeras 24 horas", summary="Lo que hicieron otros.", card="Llame.")  # fmt: skip
    token = team_token(checklist, NOON)

    spanish.get(address("team", token))
    spanish.get(address("team_version", token))


def test_keeping_it_and_its_end(spanish):
    checklist = a_checklist()
    token = manage_token(checklist, NOON)

    spanish.get(address("team_manage", token))
    spanish.post(address("team_rename", token), {})
    names = {"title": "Lista", "agency": "Policía", "time_zone": "America/Denver"}
    spanish.post(address("team_rename", token), names)
    spanish.post(address("team_replace", token), {"whose": "team", "generation": "1"})
    spanish.post(address("team_close", token))
    spanish.get(address("team_remove", token))
    spanish.post(address("team_remove", token), {"held": "unsure"})
    TeamChecklist.objects.update(legal_hold=True)
    spanish.post(address("team_remove", token), {"held": "no"})
    TeamChecklist.objects.update(legal_hold=False)
    spanish.post(address("team_remove", token), {"held": "no"})
    spanish.get(address("team_manage", token))
