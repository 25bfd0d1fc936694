"""The leader decides whom they talk to: a different advisor, or one of those who said yes."""

import pytest

from mvai.audit.models import AuditEntry
from requests.actions import choices, engagements, talk
from requests.actions.moves import MoveRefused
from requests.states import AdvisorRole, EngagementState, NextAction, State
from tests.factories import NOON
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]


def with_two(**given):
    """The lead and the alternate have said yes."""
    request = stories.engaged(**given)
    stories.yes(request.offers.get(role="alternate"))
    request.refresh_from_db()
    return request


def test_the_desk_hears_of_it_and_chooses_again():
    request = stories.engaged()
    client, address = opened(request)

    client.post(f"{address}different/")

    request.refresh_from_db()
    assert request.different_advisor_asked_at == NOON
    assert request.next_action == NextAction.CHOOSE_AGAIN
    assert stories.messaged("different_advisor") == {request.owner.person.full_name}
    assert "The desk is on it" in said(client.get(address))


def test_asked_twice_it_is_asked_once():
    request = stories.engaged()
    client, address = opened(request)

    for _each in range(2):
        client.post(f"{address}different/")

    assert AuditEntry.objects.filter(verb="request.different_advisor_asked").count() == 1


def test_the_advisor_is_not_told():
    request = stories.engaged()
    engagement = request.engagements.get()
    client, address = opened(request)

    client.post(f"{address}different/")

    page = said(browser(engagement.advisor.person.user).get(f"/engagements/{engagement.pk}/"))
    assert "different advisor" not in page
    assert engagement.advisor.person.full_name not in stories.messaged("different_advisor")


def test_the_log_names_no_advisor():
    request = stories.engaged()
    talk.ask_for_different_advisor(assistance_request=request, at=NOON)

    entry = AuditEntry.objects.get(verb="request.different_advisor_asked")
    assert (entry.target_type, entry.facts) == (request._meta.label_lower, {})


def test_without_an_advisor_there_is_no_different_one():
    with pytest.raises(MoveRefused, match="Nobody is with you yet"):
        talk.ask_for_different_advisor(assistance_request=stories.taken(), at=NOON)


def test_the_desk_ends_the_leads_part_and_the_alternate_leads():
    request = with_two()
    talk.ask_for_different_advisor(assistance_request=request, at=NOON)
    lead = request.engagements.active().get(role="lead")
    other = request.engagements.active().get(role="alternate")
    page, address = browser(request.owner), f"/requests/{request.reference}/"
    assert "End the lead’s part" in said(page.get(address))

    page.post(f"{address}replace_lead/")

    lead.refresh_from_db()
    other.refresh_from_db()
    request.refresh_from_db()
    assert lead.state == EngagementState.ENDED
    assert other.role == AdvisorRole.LEAD
    assert request.different_advisor_asked_at is None
    assert request.state == State.ENGAGED


def test_without_an_alternate_the_desk_seeks_again():
    request = stories.engaged()
    talk.ask_for_different_advisor(assistance_request=request, at=NOON)

    engagements.replace(assistance_request=request, by=request.owner, at=NOON)

    request.refresh_from_db()
    assert request.state == State.SEEKING


def test_a_lead_nobody_asked_to_replace_stays():
    request = stories.engaged()

    engagements.replace(assistance_request=request, by=request.owner, at=NOON)

    assert request.engagements.active().leads().exists()


def offer_both(request):
    active = list(request.engagements.active().order_by("pk"))
    lines = {one.pk: f"Line {place}" for place, one in enumerate(active)}
    choices.offer_choice(assistance_request=request, reasons=lines, by=request.owner, at=NOON)
    return active


def test_the_leader_reads_a_line_on_each_and_chooses_the_lead():
    request = with_two()
    lead, other = offer_both(request)
    client, address = opened(request)
    assert "Choose your lead advisor" in said(client.get(address))
    form = said(client.get(f"{address}choose/"))
    assert "Line 0" in form
    assert "Line 1" in form

    for _each in range(2):
        client.post(f"{address}choose/", {"one": str(other.pk)})

    lead.refresh_from_db()
    other.refresh_from_db()
    assert (lead.role, other.role) == (AdvisorRole.ALTERNATE, AdvisorRole.LEAD)
    assert stories.messaged("leader_chose") == {request.owner.person.full_name}
    assert "Choose your lead advisor" not in said(client.get(address))


def test_one_line_alone_is_no_choice():
    request = with_two()
    one = request.engagements.active().first()

    with pytest.raises(MoveRefused, match="two of them"):
        choices.offer_choice(
            assistance_request=request, reasons={one.pk: "Line"}, by=request.owner, at=NOON
        )


def test_only_those_the_desk_offers_can_be_chosen():
    request = with_two()
    other = request.engagements.active().get(role="alternate")

    with pytest.raises(MoveRefused, match="can’t be chosen"):
        choices.choose(assistance_request=request, engagement_id=other.pk, at=NOON)


def test_the_desk_writes_the_lines_in_the_workspace():
    request = with_two()
    one, two = request.engagements.active().order_by("pk")
    page, address = browser(request.owner), f"/requests/{request.reference}/"
    assert "Let the leader choose" in said(page.get(f"{address}?do=choice"))

    page.post(f"{address}choice/", {f"line_{one.pk}": "First", f"line_{two.pk}": "Second"})

    assert "Second" in said(page.get(address))
