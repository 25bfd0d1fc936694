"""What is needed, how soon, and the six lines an advisor reads."""

from datetime import timedelta

import pytest

from mvai.audit.models import AuditEntry
from requests.actions import desk, triage
from requests.actions.moves import MoveRefused
from requests.states import NextAction, State
from tests.factories import NOON
from tests.factories.agencies import AgencyFactory
from tests.factories.requests import AssistanceRequestFactory
from tests.requests.stories import filed, officer, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]


def write_down(request, by, *, override="", reason="", **fields):
    return triage.triage(
        assistance_request=request,
        fields=fields,
        urgency_override=override,
        override_reason=reason,
        by=by,
        at=NOON,
    )


def test_triage_keeps_the_facts_and_computes_the_urgency():
    request = write_down(
        taken(by := officer()),
        by,
        setting="K12",
        happened_at=NOON - timedelta(hours=5),
        needs=["LEADER", "MEDIA"],
        incident_types=["SHOOTING"],
        children_harmed=True,
    )

    request.refresh_from_db()
    assert (request.state, request.urgency) == (State.TRIAGED, "critical")
    assert request.urgency_reason == "It happened within the last 72 hours."
    assert {need.pk for need in request.needs.all()} == {"LEADER", "MEDIA"}
    assert request.triaged_at == NOON


def test_before_identity_is_confirmed_that_comes_next():
    request = write_down(taken(by := officer()), by)

    assert request.next_action == NextAction.CONFIRM_IDENTITY
    confirmed = desk.confirm_identity(
        assistance_request=request, method="known_contact", by=by, at=NOON
    )
    assert confirmed.next_action == NextAction.CHOOSE_ADVISORS


def test_another_urgency_needs_a_reason():
    request = taken(by := officer())

    with pytest.raises(MoveRefused, match="Say why"):
        write_down(request, by, override="critical")
    changed = write_down(request, by, override="critical", reason="Funerals start tomorrow")

    assert changed.urgency == "critical"
    assert changed.urgency_reason == "Funerals start tomorrow"
    assert AuditEntry.objects.get(verb="request.urgency_overridden").facts == {
        "urgency": "critical"
    }


def test_facts_written_again_change_the_urgency_and_not_the_state():
    request = AssistanceRequestFactory(state=State.ENGAGED, confirmed=True)

    changed = write_down(request, request.owner, is_ongoing=True)

    assert (changed.state, changed.urgency) == (State.ENGAGED, "critical")


def test_an_override_ends_when_the_facts_are_asked_again():
    request = taken(by := officer())
    write_down(request, by, override="critical", reason="Funerals")

    changed = write_down(request, by, happened_at=NOON - timedelta(days=60))

    assert (changed.urgency, changed.urgency_overridden) == ("standard", False)


def test_a_known_agency_brings_its_time_zone():
    request = taken(by := officer())

    changed = write_down(request, by, agency=AgencyFactory(time_zone="America/Denver"))

    assert changed.time_zone == "America/Denver"


def test_a_zone_that_staff_chose_stays():
    request = taken(by := officer())

    changed = write_down(request, by, state_code="TN", time_zone="America/Phoenix")

    assert changed.time_zone == "America/Phoenix"


def test_what_was_not_asked_stays_as_it_was():
    request = taken(by := officer(), details={"city": "Riverton", "needs": ["MEDIA"]})

    changed = write_down(request, by, setting="K12")

    assert changed.city == "Riverton"
    assert [need.pk for need in changed.needs.all()] == ["MEDIA"]


def test_a_field_nobody_knows_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="victims"):
        write_down(taken(by := officer()), by, victims=3)


def test_nobody_writes_down_what_nobody_has():
    with pytest.raises(MoveRefused, match="Take it first"):
        write_down(filed(), officer())


def brief(request, text):
    return triage.write_brief(assistance_request=request, brief=text, by=request.owner, at=NOON)


def test_six_lines_are_a_brief():
    request = brief(taken(officer()), "\n".join(f"Line {n}" for n in range(6)))

    assert request.brief.count("\n") == 5
    assert (request.brief_by, request.brief_at) == (request.owner, NOON)


@pytest.mark.parametrize("text", ["\n".join("abcdefg"), "x" * 1201])
def test_a_longer_brief_is_refused(text):
    with pytest.raises(MoveRefused):
        brief(taken(officer()), text)


def test_blank_lines_of_a_brief_do_not_count():
    assert brief(taken(officer()), "\n\nOne\n\n\nTwo\n").brief == "One\nTwo"


def test_the_words_of_a_brief_stay_out_of_the_log():
    brief(taken(officer()), "Riverton")

    assert "Riverton" not in str(AuditEntry.objects.get(verb="request.brief_written").facts)
