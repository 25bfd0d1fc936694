"""Break glass: one request, with a reason, for half an hour, alerted, logged and reviewed."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from requests.actions import emergency_access as actions
from requests.forms.emergency_access import EmergencyForm, ReviewForm
from requests.models import EmergencyAccess
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AssistanceRequestFactory, EmergencyAccessFactory
from tests.mvai.accounts.lock_world import PASSWORD
from tests.requests.stories import engaged
from tests.together import at_once

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
WHY = "Nobody at the desk answers, and the leader needs the advisor's number."


@pytest.fixture
def lena():
    return UserFactory(administrator=True, person__full_name="Lena Fischer")


@pytest.fixture
def helen():
    user = UserFactory(program_manager=True, person__full_name="Helen Aguirre")
    ContactPointFactory(person=user.person)
    return user


def open_(by, request=None, reason=WHY, at=NOON) -> EmergencyAccess:
    request = request or AssistanceRequestFactory()
    return actions.open_request(reference=request.reference, reason=reason, by=by, at=at)


def read(client, access, at=NOON):
    with time_machine.travel(at, tick=False):
        return client.get(reverse("requests:emergency_read", args=[access.pk]))


def test_it_lasts_half_an_hour_and_not_a_moment_longer(client, lena):
    access = open_(lena)
    sign_in(client, lena)

    assert read(client, access, NOON + 29 * MINUTE).status_code == 200
    assert read(client, access, NOON + 30 * MINUTE).status_code == 404


def test_the_program_manager_is_told_with_nothing_but_the_reference(lena, helen):
    access = open_(lena)

    messages = Message.objects.filter(purpose="emergency_access", person=helen.person)
    assert {message.channel for message in messages} == {"sms", "portal"}
    assert {message.urgent for message in messages} == {True}
    assert {message.label for message in messages} == {access.assistance_request.reference}


def test_a_reason_is_needed(lena):
    for reason in ("", "   ", "because"):
        with pytest.raises(actions.EmergencyRefused) as refusal:
            open_(lena, reason=reason)
        assert refusal.value.field == "reason"
    assert not EmergencyAccess.objects.exists()


def test_a_reference_that_is_nobodys_is_said_beside_the_field(client, lena, settings):
    sign_in(client, lena)

    page = client.post(reverse("requests:emergency"), {"reference": "MV-0000", "reason": WHY})

    assert "There is no request with this reference" in page.content.decode()
    assert WHY.replace("'", "&#x27;") in page.content.decode()


@pytest.mark.parametrize("role", ["duty_officer", "program_manager", "advisor", "auditor"])
def test_nobody_else_opens_one(role):
    with pytest.raises(PermissionDenied):
        open_(UserFactory(**{role: True}))


def test_an_account_that_was_closed_opens_nothing(lena):
    lena.is_active = False

    with pytest.raises(PermissionDenied):
        open_(lena)


def test_asked_twice_it_is_opened_once(lena):
    request = AssistanceRequestFactory()

    first, second = open_(lena, request), open_(lena, request, at=NOON + MINUTE)

    assert first == second
    assert EmergencyAccess.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_open_one(lena):
    request = AssistanceRequestFactory()

    at_once(*[lambda: open_(lena, request)] * 4)

    assert EmergencyAccess.objects.count() == 1


def test_it_opens_this_request_to_this_person_and_no_other(client, lena):
    access = open_(lena)
    other = AssistanceRequestFactory()
    sign_in(client, lena)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(access.assistance_request.get_absolute_url()).status_code == 404

    sign_in(client, UserFactory(administrator=True))
    assert read(client, access).status_code == 404


def test_every_look_is_written_down(client, lena):
    access = open_(lena)
    sign_in(client, lena)

    for _twice in range(2):
        read(client, access)

    reads = AuditEntry.objects.reads().about(access.assistance_request)
    assert [entry.verb for entry in reads] == ["emergency_access.read"] * 2
    assert {entry.actor_id for entry in reads} == {lena.pk}


def test_the_log_tells_that_it_was_opened_and_until_when_and_not_why(lena):
    access = open_(lena)

    entry = AuditEntry.objects.get(verb="emergency_access.opened")
    assert entry.label == access.assistance_request.reference
    assert entry.facts == {"until": access.ends_at.isoformat()}


def test_what_is_shown_can_not_be_changed_from_there(client, lena):
    request = engaged()
    access = open_(lena, request)
    sign_in(client, lena)

    shown = read(client, access).content.decode()

    assert request.call_name in shown
    assert f"/requests/{request.reference}/" not in shown


def test_whoever_opened_it_may_close_it_early(client, lena):
    access = open_(lena)
    sign_in(client, lena)
    with time_machine.travel(NOON + MINUTE, tick=False):
        client.post(reverse("requests:emergency_end", args=[access.pk]))

    assert read(client, access, NOON + 2 * MINUTE).status_code == 404
    access.refresh_from_db()
    assert access.ends_at == NOON + MINUTE


def test_long_after_signing_in_it_asks_who_is_there_and_then_goes_on(client, lena):
    request = AssistanceRequestFactory()
    lena.set_password(PASSWORD)
    lena.save()
    TOTP.activate(lena, generate_totp_secret())
    sign_in(client, lena)
    session = client.session
    for step in session["account_authentication_methods"]:
        step["at"] -= 3600
    session.save()

    asked = client.post(
        reverse("requests:emergency"), {"reference": request.reference, "reason": WHY}
    )
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmergencyAccess.objects.exists()
    answer = client.post(asked["Location"], {"password": PASSWORD})

    opened = EmergencyAccess.objects.get()
    assert (opened.assistance_request, opened.by, opened.reason) == (request, lena, WHY)
    assert answer["Location"] == reverse("requests:emergency_read", args=[opened.pk])


def test_a_role_that_was_taken_away_closes_it_at_the_next_look(client, lena):
    access = open_(lena)
    sign_in(client, lena)
    lena.roles = ["content_editor"]
    lena.save()

    assert read(client, access).status_code == 403


class TestReview:
    def test_somebody_else_says_whether_it_was_needed(self, helen):
        access = actions.review(
            access=EmergencyAccessFactory(), verdict="justified", by=helen, at=NOON
        )

        assert (access.reviewed_by, access.reviewed_at) == (helen, NOON)
        assert AuditEntry.objects.get(verb="emergency_access.reviewed").facts == {
            "verdict": "justified"
        }

    def test_nobody_reviews_their_own(self):
        both = UserFactory(roles=["administrator", "program_manager"])

        with pytest.raises(actions.EmergencyRefused):
            actions.review(
                access=EmergencyAccessFactory(by=both), verdict="justified", by=both, at=NOON
            )

    def test_nor_does_the_database_let_them(self):
        access = EmergencyAccessFactory()
        access.reviewed_by, access.reviewed_at, access.verdict = access.by, NOON, "justified"

        with pytest.raises(IntegrityError), transaction.atomic():
            access.save()

    def test_once_is_enough(self, helen):
        access = actions.review(
            access=EmergencyAccessFactory(), verdict="justified", by=helen, at=NOON
        )

        with pytest.raises(actions.EmergencyRefused):
            actions.review(access=access, verdict="justified", by=helen, at=NOON)

    def test_what_was_not_needed_is_said_with_what_follows(self, client, helen):
        access = EmergencyAccessFactory()
        sign_in(client, helen)
        address = reverse("requests:emergency_review", args=[access.pk])

        page = client.post(address, {f"review-{access.pk}-verdict": "not_justified"})

        assert "Say what follows from it." in page.content.decode()
        access.refresh_from_db()
        assert access.verdict == ""

    def test_the_page_tells_who_why_and_how_often_it_was_read(self, client, lena, helen):
        access = open_(lena)
        sign_in(client, lena)
        for _twice in range(2):
            read(client, access)
        sign_in(client, helen)

        shown = client.get(reverse("requests:emergency_reviews")).content.decode()

        assert "Lena Fischer" in shown
        assert "2 times" in shown
        assert WHY.replace("'", "&#x27;") in shown


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=st.text(max_size=40), reason=st.text(max_size=400))
def test_whatever_is_typed_is_taken_or_refused_with_a_sentence(client, reference, reason):
    form = EmergencyForm({"reference": reference, "reason": reason})
    if form.is_valid():
        by = UserFactory(administrator=True)
        with pytest.raises(actions.EmergencyRefused):
            actions.open_request(**form.cleaned_data, by=by, at=NOON)
    else:
        assert all(str(error) for errors in form.errors.values() for error in errors)


@given(verdict=st.text(max_size=20), note=st.text(max_size=400))
def test_a_review_is_one_of_two(verdict, note):
    form = ReviewForm({"verdict": verdict, "note": note})
    assert not form.is_valid() or form.cleaned_data["verdict"] in ("justified", "not_justified")
