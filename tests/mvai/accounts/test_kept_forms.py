"""A form that met the lock waits for its writer, and for nobody else."""

from datetime import timedelta

import hypothesis
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mvai.accounts.lock import actions
from mvai.accounts.lock.models import KeptForm
from mvai.outbox import sweeps
from mvai.people.models import ContactPoint
from mvai.web import written
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import (
    BY_HTMX,
    HALF_AN_HOUR,
    NUMBER,
    PAGE,
    Forms,
    code_of,
    leave_alone,
    lock_page,
    send_number,
    signed_in_ago,
    unlock,
)

pytestmark = pytest.mark.django_db


class TestAKeptForm:
    @pytest.fixture
    def shown(self, locked, secret) -> tuple[Client, str]:
        """Dana sent a number, met the lock, and has unlocked: her browser and the page."""
        answer = send_number(locked)
        assert answer["Location"] == lock_page(PAGE)
        assert "is kept for you" in locked.get(answer["Location"]).content.decode()
        answer = unlock(locked, code_of(secret), PAGE)
        assert answer["Location"].startswith(reverse("lock:kept"))
        return locked, locked.get(answer["Location"]).content.decode()

    def test_nothing_happens_before_it_is_sent_again(self, shown):
        assert not ContactPoint.objects.filter(value=NUMBER["value"]).exists()

    def test_it_is_shown_and_sent_as_it_was(self, shown):
        client, page = shown
        assert NUMBER["value"] in page

        client.post(reverse("reach:add"), dict(Forms(page).going_to(reverse("reach:add"))))

        assert ContactPoint.objects.filter(normalized="+12025550143").exists()
        assert not KeptForm.objects.exists()

    def test_it_is_shown_in_the_words_of_its_page(self, shown):
        _client, page = shown

        assert "Add a number or an address" in page
        assert "<dt>Number or address</dt>\n      <dd" in page
        assert "reach/add" not in page.split("<form")[0]

    def test_it_is_shown_with_a_token_of_now(self, shown, dana):
        _client, page = shown
        fields = dict(Forms(page).going_to(reverse("reach:add")))

        assert len(fields["csrfmiddlewaretoken"]) == 64

    def test_discarding_it_sends_nothing(self, shown):
        client, _page = shown
        form = KeptForm.objects.get()

        client.post(reverse("lock:discard", args=[form.pk]))

        assert not KeptForm.objects.exists()
        assert not ContactPoint.objects.filter(normalized="+12025550143").exists()

    def test_looking_at_it_changes_nothing(self, shown):
        client, _page = shown

        assert NUMBER["value"] in client.get(reverse("lock:kept")).content.decode()

    def test_every_page_says_so_until_it_is_sent(self, shown):
        client, page = shown
        words = "is not sent yet"
        assert words in client.get(PAGE).content.decode()

        client.post(reverse("reach:add"), dict(Forms(page).going_to(reverse("reach:add"))))
        assert words not in client.get(PAGE).content.decode()

    def test_every_page_says_so_until_it_is_discarded(self, shown):
        client, _page = shown
        client.post(reverse("lock:discard", args=[KeptForm.objects.get().pk]))

        assert "is not sent yet" not in client.get(PAGE).content.decode()

    def test_what_meets_the_lock_twice_is_kept_once(self, shown):
        client, page = shown
        leave_alone(client, HALF_AN_HOUR)

        client.post(reverse("reach:add"), dict(Forms(page).going_to(reverse("reach:add"))))

        assert KeptForm.objects.count() == 1

    def test_somebody_else_in_the_same_browser_never_gets_it(self, locked):
        send_number(locked)
        other = UserFactory(duty_officer=True)
        locked.post(reverse("account_logout"))
        sign_in(locked, other)

        assert locked.get(reverse("lock:kept"))["Location"] == reverse("dashboard:home")
        pk = KeptForm.objects.get().pk
        assert locked.post(reverse("lock:discard", args=[pk])).status_code == 404
        assert KeptForm.objects.exists()

    def test_nor_when_they_sign_in_over_the_locked_session(self, locked):
        send_number(locked)

        sign_in(locked, UserFactory(duty_officer=True))

        assert locked.get(reverse("lock:kept"))["Location"] == reverse("dashboard:home")

    def test_nor_the_same_person_in_another_browser(self, locked, dana):
        send_number(locked)
        elsewhere = sign_in(Client(), dana)

        assert elsewhere.get(reverse("lock:kept"))["Location"] == reverse("dashboard:home")

    def test_nor_anybody_who_had_the_name_of_the_sign_in(self, locked, dana):
        send_number(locked)
        form = KeptForm.objects.get()
        theirs = {"user": UserFactory(duty_officer=True), "sign_in": form.sign_in}

        assert actions.written_by(**theirs, at=form.kept_at) == []
        assert not actions.forget_form(**theirs, pk=form.pk, at=form.kept_at)

    def test_it_is_sealed(self, locked):
        send_number(locked)

        assert "555-0143" not in KeptForm.objects.get().sealed

    def test_it_ends_with_the_twelve_hours(self, locked):
        signed_in_ago(locked, timedelta(hours=3))
        send_number(locked)

        left = KeptForm.objects.get().expires_at - timezone.now()
        assert timedelta(hours=8, minutes=59) < left < timedelta(hours=9)

    def test_a_sweep_removes_it_afterward(self, locked):
        send_number(locked)
        ends = KeptForm.objects.get().expires_at
        sweep = next(one for one in sweeps.registered() if one.name == "accounts.purge_kept_forms")

        assert sweep.function(ends - timedelta(seconds=1)) == 0
        assert sweep.function(ends) == 1

    def test_without_the_forms_own_token_nothing_is_kept(self, dana, secret):
        browser = sign_in(Client(enforce_csrf_checks=True), dana)
        leave_alone(browser, HALF_AN_HOUR)

        assert send_number(browser).status_code == 403
        assert not KeptForm.objects.exists()

    def test_passwords_are_never_kept(self, locked):
        locked.post(reverse("account_change_password"), {"oldpassword": "x", "password1": "y"})
        assert not KeptForm.objects.exists()

        kept = written.without_secrets(
            [("note", "a"), ("new_Password", "b"), ("csrfmiddlewaretoken", "c")]
        )
        assert kept == [("note", "a")]

    def test_what_is_too_long_is_not_kept_and_that_is_said(self, locked):
        answer = locked.post(reverse("reach:add"), {"value": "x" * 300_000})

        assert not KeptForm.objects.exists()
        assert "too long to keep" in locked.get(answer["Location"]).content.decode()

    def test_so_many_are_kept_and_no_more(self, locked):
        for number in range(actions.MOST_FORMS + 1):
            locked.post(reverse("reach:add"), {"value": str(number)})

        assert KeptForm.objects.count() == actions.MOST_FORMS

    def test_it_can_be_sent_by_htmx_too(self, locked):
        answer = locked.post(
            reverse("reach:add"),
            NUMBER,
            headers=BY_HTMX | {"HX-Current-URL": f"http://testserver{PAGE}"},
        )

        assert answer["HX-Redirect"] == lock_page(PAGE)
        assert KeptForm.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{"sign_in": ""}, {"expires_at": NOON}])
    def test_the_database_refuses_one_that_nobody_could_find(self, dana, wrong):
        right = {"sign_in": "a", "kept_at": NOON, "expires_at": NOON + HALF_AN_HOUR}

        with pytest.raises(IntegrityError, match="accounts_kept_form"):
            KeptForm.objects.create(user=dana, sealed="x", **(right | wrong))


# What a browser can send: no lone surrogates, no NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)


class TestAnyText(TestCase):
    @given(st.lists(st.tuples(st.sampled_from(["note", "brief", "needs"]), TEXTS), max_size=6))
    def test_any_text_comes_back_as_it_was_sent(self, fields):
        user = UserFactory()

        actions.keep_form(
            user=user, sign_in="a", path="/x/", fields=fields, at=NOON,
            expires_at=NOON + HALF_AN_HOUR,
        )  # fmt: skip
        (said,) = actions.written_by(user=user, sign_in="a", at=NOON)

        assert list(said.fields) == fields
        assert said.path == "/x/"

    @hypothesis.settings(max_examples=30)  # each is a sign-in and four pages
    @given(TEXTS.filter(lambda text: text.strip()))
    def test_any_text_is_in_the_page_as_it_was_typed(self, text):
        user = UserFactory(duty_officer=True)
        TOTP.activate(user, secret := generate_totp_secret())
        client = sign_in(Client(), user)
        leave_alone(client, HALF_AN_HOUR)
        client.post(reverse("reach:add"), {"channel": "sms", "value": text})
        unlock(client, code_of(secret))

        page = client.get(reverse("lock:kept")).content.decode()
        fields = dict(Forms(page).going_to(reverse("reach:add")))

        assert fields["value"] == text
