"""Whoever guesses waits; whoever was here before does not wait for strangers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from mvai.accounts.lockout import counting, devices
from mvai.accounts.lockout.models import Try
from mvai.accounts.messages import password_path
from mvai.accounts.models import User
from mvai.audit.models import AuditEntry
from mvai.outbox import sweeps
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD, code_of

pytestmark = pytest.mark.django_db

EMAIL = "lee@agency.example"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def lee() -> User:
    """An agency's leader: signs in with a password alone."""
    user = UserFactory(email=EMAIL)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def dana() -> tuple[User, str]:
    """An officer and the secret of her authenticator."""
    user = UserFactory(duty_officer=True, email="dana@mvai.example")
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, secret := generate_totp_secret())
    return user, secret


def give(client: Client, password: str, email: str = EMAIL, address: str = "192.0.2.1"):
    return client.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address
    )


def guess(times: int, email: str = EMAIL, client: Client | None = None, **extra) -> None:
    for _time in range(times):
        give(client or Client(), "something else", email, **extra)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestAnAccount:
    def test_after_five_wrong_passwords_the_right_one_waits(self, client, lee):
        guess(5)

        assert give(client, PASSWORD).status_code == 429
        assert not is_in(client)

    def test_after_four_it_does_not(self, client, lee):
        guess(4)
        give(client, PASSWORD)

        assert is_in(client)

    def test_after_a_quarter_of_an_hour_it_is_taken_again(self, client, lee):
        with time_machine.travel(NOON, tick=False) as clock:
            guess(5)
            clock.shift(QUARTER - timedelta(seconds=1))
            assert give(client, PASSWORD).status_code == 429
            clock.shift(timedelta(seconds=1))
            give(client, PASSWORD)
            assert is_in(client)

    def test_waiting_tries_do_not_prolong_the_wait(self, client, lee):
        with time_machine.travel(NOON, tick=False) as clock:
            guess(5)
            clock.shift(QUARTER / 2)
            guess(5)
            clock.shift(QUARTER / 2)
            give(client, PASSWORD)
            assert is_in(client)

    @pytest.mark.parametrize(
        "email", ["LEE@agency.example", " lee@agency.example", "Lee@AGENCY.example"]
    )
    def test_however_it_is_written_it_is_one_account(self, client, lee, email):
        guess(5, email)

        assert give(client, PASSWORD).status_code == 429

    def test_from_many_addresses_it_is_one_account(self, client, lee):
        for number in range(5):
            guess(1, address=f"192.0.2.{number + 10}")

        assert give(client, PASSWORD).status_code == 429

    def test_another_account_does_not_wait(self, client, lee):
        guess(5, "other@agency.example")
        give(client, PASSWORD)

        assert is_in(client)

    def test_a_whole_sign_in_ends_the_count(self, lee):
        guess(4)
        give(Client(), PASSWORD)
        guess(4)
        client = Client()
        give(client, PASSWORD)

        assert is_in(client)

    def test_nothing_of_it_is_in_the_cache(self, lee):
        guess(5)
        cache.clear()

        assert give(Client(), PASSWORD).status_code == 429

    def test_codes_are_counted_with_passwords(self, client, dana):
        user, secret = dana
        guess(2, user.email)
        give(client, PASSWORD, user.email)
        for _code in range(3):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})

        answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

        assert answer.status_code == 429
        assert not is_in(client)

    def test_the_right_password_does_not_make_more_codes_free(self, dana):
        user, _secret = dana
        for _round in range(5):
            browser = Client()
            give(browser, PASSWORD, user.email)
            browser.post(reverse("mfa_authenticate"), {"code": "000000"})

        assert give(Client(), PASSWORD, user.email).status_code == 429

    def test_asking_again_who_one_is_counts_too(self, client, lee):
        sign_in(client, lee, method="password")
        for _time in range(5):
            client.post(reverse("account_reauthenticate"), {"password": "something else"})

        answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        assert answer.status_code == 429


class TestAnUnknownAccount:
    def test_it_gets_the_same_answers(self, client, lee):
        answers = {EMAIL: [], "nobody@agency.example": []}
        for email, given in answers.items():
            for _time in range(6):
                answer = give(client, "something else", email)
                page = re.sub(
                    r'value="[^"]*"|nonce-[\w=+/-]+|"X-CSRFToken": "\w+"',
                    "",
                    answer.content.decode(),
                )
                given.append((answer.status_code, page))
            Try.objects.all().delete()

        known, unknown = answers.values()
        assert [status for status, _page in known] == [200] * 5 + [429]
        assert known == unknown

    @pytest.mark.parametrize("email", [EMAIL, "nobody@agency.example"])
    def test_a_wrong_password_is_hashed_once(self, client, lee, email, monkeypatch):
        from django.contrib.auth.hashers import MD5PasswordHasher

        encode, hashed = MD5PasswordHasher.encode, []

        def watched(self, *arguments, **options):
            hashed.append(1)
            return encode(self, *arguments, **options)

        monkeypatch.setattr(MD5PasswordHasher, "encode", watched)
        give(client, "something else", email)

        assert len(hashed) == 1


class TestAnAddress:
    def test_after_twenty_wrong_tries_it_waits_whatever_the_account(self, client, lee):
        for number in range(20):
            guess(1, f"person{number}@agency.example")

        assert give(client, PASSWORD).status_code == 429
        give(client, PASSWORD, address="192.0.2.2")
        assert is_in(client)

    def test_a_whole_network_of_ipv6_is_one(self, client, lee):
        for number in range(20):
            guess(1, f"person{number}@agency.example", address=f"2001:db8::{number + 1:x}")

        assert give(client, PASSWORD, address="2001:db8::ffff").status_code == 429
        give(client, PASSWORD, address="2001:db8:0:1::1")
        assert is_in(client)

    def test_its_own_sign_ins_do_not_end_the_count(self, lee):
        for number in range(19):
            guess(1, f"person{number}@agency.example")
        give(Client(), PASSWORD)
        guess(1, "person20@agency.example")

        assert give(Client(), "something else", "person21@agency.example").status_code == 429


class TestAKnownBrowser:
    @pytest.fixture
    def own(self, lee) -> Client:
        """Lee's browser, from which she has signed in and out."""
        client = Client()
        give(client, PASSWORD)
        client.post(reverse("account_logout"))
        return client

    def test_strangers_do_not_lock_it_out(self, own):
        guess(5)
        give(own, PASSWORD)

        assert is_in(own)

    def test_nor_do_strangers_at_its_address(self, own):
        for number in range(20):
            guess(1, f"person{number}@agency.example")
        give(own, PASSWORD)

        assert is_in(own)

    def test_it_has_a_count_of_its_own(self, own):
        guess(5, client=own)

        assert give(own, PASSWORD).status_code == 429

    def test_which_leaves_strangers_theirs(self, own):
        guess(5, client=own)
        stranger = Client()
        give(stranger, PASSWORD)

        assert is_in(stranger)

    def test_its_sign_in_does_not_end_the_count_of_strangers(self, own):
        guess(5)
        give(own, PASSWORD)

        assert give(Client(), PASSWORD).status_code == 429

    def test_it_is_known_to_its_accounts_only(self, own, dana):
        user, _secret = dana
        guess(5, user.email)

        assert give(own, PASSWORD, user.email).status_code == 429

    def test_the_right_password_alone_makes_no_browser_known(self, client, dana):
        user, _secret = dana
        give(client, PASSWORD, user.email)

        assert "device" not in client.cookies

    def test_a_cookie_somebody_else_wrote_is_none(self, own, lee, settings):
        genuine = own.cookies["device"].value
        assert devices.known_as(genuine, EMAIL)
        settings.SECRET_KEY = "another key"

        assert not devices.known_as(genuine, EMAIL)
        assert not devices.known_as("nonsense", EMAIL)

    def test_the_cookie_names_nobody_and_no_script_reads_it(self, own):
        cookie = own.cookies["device"]

        assert "lee" not in cookie.value
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    def test_a_few_accounts_fit_and_the_oldest_goes(self):
        cookie = ""
        emails = [f"person{number}@agency.example" for number in range(devices.MOST_ACCOUNTS + 1)]
        for email in emails:
            cookie = devices.remember(cookie, email)

        assert not devices.known_as(cookie, emails[0])
        assert all(devices.known_as(cookie, email) for email in emails[1:])


class TestTheLink:
    def choose(self, client: Client, user: User, password: str) -> None:
        page = client.get(password_path(user), follow=True)
        client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})

    def test_a_new_password_by_a_link_frees_the_account(self, client, lee):
        guess(5)
        self.choose(client, lee, "a loud river in spring")
        give(client, "a loud river in spring")

        assert is_in(client)

    def test_in_every_browser(self, client, lee):
        guess(5)
        self.choose(Client(), lee, "a loud river in spring")
        give(client, "a loud river in spring")

        assert is_in(client)

    def test_also_when_strangers_go_on_guessing(self, client, lee):
        self.choose(client, lee, "a loud river in spring")
        guess(5)
        give(client, "a loud river in spring")

        assert is_in(client)

    def test_asking_for_a_link_alone_frees_nothing(self, client, lee):
        guess(5)
        client.post(reverse("account_reset_password"), {"email": EMAIL})

        assert give(client, PASSWORD).status_code == 429


class TestThePage:
    def test_it_says_until_when_and_offers_the_link(self, client, lee):
        with time_machine.travel(NOON, tick=False):
            guess(5)
            answer = give(client, PASSWORD)
        page = answer.content.decode()

        assert answer["Retry-After"] == "900"
        assert "wait until 12:15 p.m." in page
        assert reverse("account_reset_password") in page
        assert 'id="main"' in page

    def test_other_limits_have_it_too(self, client):
        for _time in range(6):
            answer = client.post(reverse("account_reset_password"), {"email": EMAIL})

        assert answer.status_code == 429
        assert 'id="main"' in answer.content.decode()


class TestTheRows:
    def test_neither_address_is_in_them(self, lee):
        guess(1)
        row = Try.objects.get()

        assert EMAIL not in f"{row.account}{row.device}{row.address}"
        assert "192.0.2.1" not in f"{row.account}{row.device}{row.address}"

    def test_the_hash_is_keyed(self, settings):
        before = counting.account_hash(EMAIL)
        settings.SECRET_KEY = "another key"

        assert counting.account_hash(EMAIL) != before

    @pytest.mark.parametrize("field", ["account", "address"])
    def test_the_database_refuses_what_is_not_hashed(self, field):
        right = {"account": "a" * 64, "address": "b" * 64, "at": NOON}

        with pytest.raises(IntegrityError, match="accounts_try_is_hashed"):
            Try.objects.create(**(right | {field: EMAIL}))

    def test_a_sweep_removes_those_of_yesterday(self, lee):
        with time_machine.travel(NOON, tick=False):
            guess(2)
        sweep = next(one for one in sweeps.registered() if one.name == "accounts.purge_tries")

        assert sweep.function(NOON + timedelta(hours=24) - timedelta(seconds=1)) == 0
        assert sweep.function(NOON + timedelta(hours=24)) == 2

    def test_a_lockout_is_in_the_log_once_and_names_the_account(self, lee):
        guess(8)

        entry = AuditEntry.objects.get(verb="account.locked_out")
        assert (entry.target_id, entry.result, entry.facts) == (str(lee.pk), "refused", {})

    def test_so_is_one_of_an_account_that_does_not_exist(self):
        guess(5, "nobody@agency.example")

        assert AuditEntry.objects.get(verb="account.locked_out").target_id == ""


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_five():
    caller = counting.caller(email=EMAIL, device="", address="192.0.2.1")

    def one(_number: int) -> bool:
        try:
            counting.begin_try(caller=caller, email=EMAIL, at=NOON)
        except counting.TooManyTries:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(one, range(24)))

    assert taken.count(True) == 5
