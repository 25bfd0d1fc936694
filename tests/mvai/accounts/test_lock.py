"""A session nobody uses is locked; what was being written waits for its writer alone."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from mvai.accounts.lock import rules
from mvai.accounts.lock.models import KeptForm
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import (
    BY_A_PERSON,
    BY_HTMX,
    HALF_AN_HOUR,
    NUMBER,
    PAGE,
    PASSWORD,
    TWELVE_HOURS,
    code_of,
    leave_alone,
    lock_page,
    send_number,
    signed_in_ago,
    unlock,
)

pytestmark = pytest.mark.django_db

BEYOND = [role for role in Role if role not in (Role.REQUESTER, Role.SYSTEM)]


class TestWhenItLocks:
    def test_after_half_an_hour_alone_a_page_leads_to_the_lock(self, at_work):
        leave_alone(at_work, HALF_AN_HOUR)

        answer = at_work.get(PAGE)

        assert answer["Location"] == lock_page(PAGE)

    def test_before_that_it_does_not(self, at_work):
        leave_alone(at_work, HALF_AN_HOUR - timedelta(seconds=5))

        assert at_work.get(PAGE).status_code == 200

    @pytest.mark.parametrize("role", BEYOND)
    def test_every_role_beyond_requester_is_locked(self, client, role):
        user = UserFactory(roles=[role])
        TOTP.activate(user, generate_totp_secret())
        leave_alone(sign_in(client, user), HALF_AN_HOUR)

        assert client.get(PAGE)["Location"] == lock_page(PAGE)

    def test_a_requester_is_not(self, client):
        leave_alone(sign_in(client, UserFactory()), TWELVE_HOURS * 2)

        assert client.get(PAGE).status_code == 200

    def test_opening_a_page_is_activity(self, at_work):
        leave_alone(at_work, timedelta(minutes=29))
        at_work.get(PAGE)
        leave_alone(at_work, timedelta(minutes=29))

        assert at_work.get(PAGE).status_code == 200

    @pytest.mark.parametrize(
        "headers", [BY_HTMX, {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "iframe"}]
    )
    def test_what_a_page_asks_for_by_itself_is_not(self, at_work, headers):
        leave_alone(at_work, timedelta(minutes=29))
        assert at_work.get(PAGE, headers=headers).status_code == 200
        leave_alone(at_work, timedelta(minutes=1))

        assert at_work.get(PAGE)["Location"] == lock_page(PAGE)

    def test_what_a_finger_asked_for_by_script_is(self, at_work):
        leave_alone(at_work, timedelta(minutes=29))
        at_work.get(PAGE, headers=BY_A_PERSON)
        leave_alone(at_work, timedelta(minutes=1))

        assert at_work.get(PAGE).status_code == 200

    def test_activity_is_written_once_a_minute_at_most(self, at_work):
        before = at_work.session["lock_active"]
        at_work.get(PAGE)
        assert at_work.session["lock_active"] == before

        leave_alone(at_work, timedelta(minutes=1))
        at_work.get(PAGE)
        assert at_work.session["lock_active"] > before - 60

    def test_public_pages_take_a_locked_session_for_nobody(self, locked):
        page = locked.get(reverse("requests:landing"))

        assert page.status_code == 200
        assert not page.context["user"].is_authenticated
        assert "Dana Ruiz" not in page.content.decode()

    def test_the_sign_in_page_leads_to_the_lock(self, locked):
        answer = locked.get(reverse("account_login"), {"next": PAGE})

        assert answer["Location"] == lock_page(PAGE)

    def test_an_action_of_htmx_moves_the_whole_page_to_the_lock(self, locked):
        answer = locked.get(
            PAGE, headers=BY_A_PERSON | {"HX-Current-URL": f"http://testserver{PAGE}?a=1"}
        )

        assert answer["HX-Redirect"] == lock_page(f"{PAGE}?a=1")

    def test_a_poll_covers_the_page_and_leaves_what_is_written_there(self, locked):
        answer = locked.get(PAGE, headers=BY_HTMX)

        assert answer.status_code == 204
        assert answer["HX-Trigger"] == "session-locked"
        assert "HX-Redirect" not in answer

    def test_a_role_that_is_taken_away_is_gone_at_the_next_page(self, at_work, dana):
        assert at_work.get(reverse("duty:roster")).status_code == 200
        User.objects.filter(pk=dana.pk).update(roles=[Role.CONTENT_EDITOR])

        assert at_work.get(reverse("duty:roster")).status_code == 403

    def test_a_role_that_is_given_locks_from_the_next_page_on(self, client):
        user = UserFactory()
        TOTP.activate(user, generate_totp_secret())
        leave_alone(sign_in(client, user), HALF_AN_HOUR)
        User.objects.filter(pk=user.pk).update(roles=[Role.AUDITOR])

        assert client.get(PAGE)["Location"] == lock_page(PAGE)


class TestTheEnd:
    def test_after_twelve_hours_one_signs_in_in_full(self, at_work):
        signed_in_ago(at_work, TWELVE_HOURS)

        answer = at_work.get(PAGE)

        assert answer["Location"] == f"{reverse('account_login')}?{urlencode({'next': PAGE})}"
        assert "_auth_user_id" not in at_work.session

    def test_unlocking_does_not_put_the_end_off(self, locked, secret):
        signed_in_ago(locked, TWELVE_HOURS - timedelta(seconds=30))
        unlock(locked, code_of(secret))
        assert locked.get(PAGE).status_code == 200
        signed_in_ago(locked, timedelta(seconds=31))

        assert locked.get(PAGE)["Location"].startswith(reverse("account_login"))

    def test_the_cookie_outlives_the_twelve_hours(self, settings):
        assert timedelta(seconds=settings.SESSION_COOKIE_AGE) > rules.LONGEST

    def test_a_session_that_remembers_no_times_is_over(self, at_work):
        session = at_work.session
        del session["lock_signed_in"]
        session.save()

        assert at_work.get(PAGE)["Location"].startswith(reverse("account_login"))

    def test_a_session_that_nothing_could_unlock_is_over(self, client):
        leave_alone(sign_in(client, UserFactory(auditor=True)), HALF_AN_HOUR)

        assert client.get(PAGE)["Location"].startswith(reverse("account_login"))
        assert "_auth_user_id" not in client.session

    def test_a_poll_ends_nothing_that_somebody_may_be_writing(self, at_work):
        signed_in_ago(at_work, TWELVE_HOURS)

        answer = at_work.get(PAGE, headers=BY_HTMX)

        assert answer["HX-Trigger"] == "session-locked"

    @pytest.mark.django_db(transaction=True)
    def test_what_was_sent_at_the_end_waits_for_the_next_sign_in(self, at_work, secret):
        signed_in_ago(at_work, TWELVE_HOURS)
        answer = send_number(at_work)
        assert urlencode({"next": reverse("lock:kept")}) in answer["Location"]

        at_work.post(answer["Location"], {"login": "dana@mvai.example", "password": PASSWORD})
        at_work.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

        assert NUMBER["value"] in at_work.get(reverse("lock:kept")).content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_and_for_nobody_else_who_signs_in_here(self, at_work):
        signed_in_ago(at_work, TWELVE_HOURS)
        send_number(at_work)

        sign_in(at_work, UserFactory(duty_officer=True))

        assert at_work.get(reverse("lock:kept"))["Location"] == reverse("dashboard:home")
        assert at_work.session["lock_sign_in"] != KeptForm.objects.get().sign_in


class TestUnlocking:
    def test_a_code_opens_the_page_one_was_going_to(self, locked, secret):
        answer = unlock(locked, code_of(secret), PAGE)

        assert answer["Location"] == PAGE
        assert locked.get(PAGE).status_code == 200

    def test_a_wrong_code_does_not(self, locked):
        answer = unlock(locked, "000000")

        assert answer.context["form"].errors["code"]
        assert locked.get(PAGE)["Location"] == lock_page(PAGE)

    def test_a_code_is_good_once(self, locked, secret):
        code = code_of(secret)
        unlock(locked, code)
        leave_alone(locked, HALF_AN_HOUR)

        answer = unlock(locked, code)

        assert answer.context["form"].errors["code"]

    def test_a_recovery_code_is_good_once(self, locked, dana):
        code = RecoveryCodes.activate(dana).get_unused_codes()[0]
        assert unlock(locked, code, PAGE)["Location"] == PAGE
        leave_alone(locked, HALF_AN_HOUR)

        assert unlock(locked, code).context["form"].errors["code"]

    def test_somebody_elses_code_does_not_open_it(self, locked):
        other = UserFactory(duty_officer=True)
        theirs = generate_totp_secret()
        TOTP.activate(other, theirs)

        assert unlock(locked, code_of(theirs)).context["form"].errors["code"]

    def test_wrong_codes_are_counted(self, locked, secret):
        for _try in range(5):
            unlock(locked, "000000")

        assert unlock(locked, code_of(secret)).status_code == 429

    def test_a_way_that_does_not_exist_opens_nothing(self, locked):
        locked.post(reverse("lock:page"), {"way": "demo"})

        assert locked.get(PAGE)["Location"] == lock_page(PAGE)

    def test_the_session_has_another_key_afterward(self, locked, secret):
        before = locked.session.session_key
        unlock(locked, code_of(secret))

        assert locked.session.session_key != before
        assert not Session.objects.filter(session_key=before).exists()

    def test_signing_in_gives_the_session_another_key(self, client, dana, secret):
        client.get(reverse("account_login"))
        client.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
        before = client.session.session_key
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

        assert client.session.session_key != before

    def test_the_list_of_sign_ins_follows_the_key(self, locked, dana, secret):
        UserSession.objects.create(
            user=dana, ip="192.0.2.1", session_key=locked.session.session_key
        )
        unlock(locked, code_of(secret))

        assert UserSession.objects.get(user=dana).session_key == locked.session.session_key

    def test_a_second_tab_that_unlocks_later_goes_on_with_the_same_code(self, locked, secret):
        code = code_of(secret)
        unlock(locked, code, PAGE)

        second = unlock(locked, code, reverse("duty:roster"))

        assert second["Location"] == reverse("duty:roster")

    def test_a_second_tab_whose_key_is_old_comes_back_in_through_the_new_one(self, locked, secret):
        stale = Client()
        stale.cookies.update(locked.cookies.copy())
        unlock(locked, code_of(secret), PAGE)

        lost = unlock(stale, code_of(secret), PAGE)

        assert lost["Location"].startswith(reverse("account_login"))
        assert locked.get(lost["Location"], follow=True).status_code == 200  # the browser's cookie

    def test_only_pages_of_this_site_are_gone_on_to(self, locked, secret):
        answer = unlock(locked, code_of(secret), "https://elsewhere.example/")

        assert answer["Location"] == reverse("dashboard:home")

    def test_the_lock_page_shows_no_more_than_a_name(self, locked):
        page = locked.get(reverse("lock:page")).content.decode()

        assert "Dana Ruiz" in page
        assert reverse("requests:board") not in page

    def test_one_signs_out_from_the_lock(self, locked):
        locked.post(reverse("account_logout"))

        assert "_auth_user_id" not in locked.session

    def test_unlocking_and_failing_are_in_the_log(self, locked, dana, secret):
        unlock(locked, "000000")
        unlock(locked, code_of(secret))

        entries = AuditEntry.objects.about(dana).filter(verb="account.unlocked").order_by("pk")
        assert [entry.result for entry in entries] == ["refused", "done"]

    def test_in_the_demonstration_one_click_unlocks_what_one_click_opened(self, client, settings):
        settings.DEMO = True
        user = UserFactory(duty_officer=True)
        client.post(reverse("accounts:demo_sign_in"), {"user": user.pk})
        leave_alone(client, HALF_AN_HOUR)

        client.post(reverse("lock:page"), {"way": "demo"})
        assert client.get(PAGE).status_code == 200

        leave_alone(client, HALF_AN_HOUR)
        settings.DEMO = False
        client.post(reverse("lock:page"), {"way": "demo"})
        assert "_auth_user_id" not in client.session


class TestTheState:
    def test_it_tells_how_long_is_left(self, at_work, dana):
        leave_alone(at_work, timedelta(minutes=10))

        said = at_work.get(reverse("lock:state"), headers={"Sec-Fetch-Dest": "empty"}).json()

        assert said["who"] == str(dana.pk)
        assert 1195 <= said["left"] <= 1200

    @pytest.mark.parametrize("make_old", [leave_alone, signed_in_ago])
    def test_it_tells_of_the_lock_and_changes_nothing(self, at_work, make_old):
        make_old(at_work, TWELVE_HOURS)

        assert at_work.get(reverse("lock:state")).json() == {"locked": True}
        assert "_auth_user_id" in at_work.session


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("many", [2, 4])
def test_tabs_that_unlock_at_once_all_end_well(locked, secret, many):
    """They send one key and one code; the browser keeps the cookie of whoever was let in."""
    code, cookies = code_of(secret), locked.cookies.copy()

    def one(_tab: int):
        tab = Client()
        tab.cookies.update(cookies)
        try:
            answer = unlock(tab, code, PAGE)
            return answer.status_code, answer.headers.get("Location", ""), tab
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        ends = list(pool.map(one, range(many)))

    let_in = [tab for _status, went, tab in ends if went == PAGE]
    assert let_in
    assert all(status in (200, 302) for status, _went, _tab in ends)
    assert all(tab.get(PAGE).status_code == 200 for tab in let_in)
    # Whoever was not let in presses once more, with the cookie that the browser has by now.
    assert unlock(let_in[0], code, PAGE)["Location"] == PAGE


@pytest.mark.django_db(transaction=True)
def test_one_recovery_code_unlocks_one_of_two_sessions(dana, secret):
    code = RecoveryCodes.activate(dana).get_unused_codes()[0]
    browsers = [sign_in(Client(), dana) for _number in range(2)]
    for browser in browsers:
        leave_alone(browser, HALF_AN_HOUR)

    def one(browser: Client) -> bool:
        try:
            return unlock(browser, code, PAGE).status_code == 302
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        with transaction.atomic():
            # Both get as far as they can before either may write that the code is used.
            list(Authenticator.objects.select_for_update().filter(user=dana))
            tries = [pool.submit(one, browser) for browser in browsers]
            wait(tries, timeout=1)
        let_in = [each.result() for each in tries]

    assert let_in.count(True) == 1
