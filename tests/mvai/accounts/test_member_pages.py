"""The administrator's pages about accounts, and which addresses an account may have."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvai.accounts.members import addresses, rules
from mvai.accounts.members.authority import MemberRefused
from mvai.accounts.models import User
from mvai.people.models import Person
from tests.factories import NOON
from tests.factories.accounts import InvitationFactory, UserFactory, sign_in
from tests.mvai.accounts.member_world import WRITER, invite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


class TestAddresses:
    def test_an_address_has_one_account_whatever_its_case(self, lena):
        invite(lena, "kim@agency.example")

        with pytest.raises(MemberRefused, match="has an account") as refusal:
            invite(lena, " KIM@Agency.Example ")
        assert refusal.value.field == "email"
        assert Person.objects.filter(full_name="Kim Lee").count() == 1

    def test_what_follows_a_plus_is_part_of_it(self, lena):
        invite(lena, "kim@agency.example")

        assert invite(lena, "Kim+Desk@agency.example").email == "kim+desk@agency.example"

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("k\u0456m@agency.example", "“і” isn’t one of the letters a to z"),
            ("kim@аgency.example", "“а” isn’t one of the letters a to z"),
            ("kim@\uff41gency.example", "isn’t one of the letters a to z"),
            ("kim\u200b@agency.example", "can’t be seen"),
            ("\u202ekim@agency.example", "can’t be seen"),
            ("k" * 65 + "@agency.example", "64 characters"),
            ("kim@" + "a." * 130 + "example", "254 characters"),
            ('"kim lee"@agency.example', "quotation marks"),
            ("kim@agency", "isn’t an e-mail address"),
            ("kim lee@agency.example", "isn’t an e-mail address"),
            ("kim@agency.example\nBcc: x@y.example", "isn’t an e-mail address"),
        ],
    )
    def test_an_odd_one_is_refused_with_a_sentence_beside_the_field(self, lena, address, words):
        page = sign_in(Client(), lena).post(reverse("members:invite"), WRITER | {"email": address})

        assert any(words in error for error in page.context["form"].errors["email"])
        assert not User.objects.exclude(pk=lena.pk).exists()

    @settings(max_examples=60, deadline=None)
    @given(st.one_of(st.emails(), st.text(max_size=300)))
    def test_what_is_taken_is_plain_short_and_has_one_form(self, address):
        kept = addresses.as_kept(address)

        if not addresses.why_not(kept):
            assert kept.isascii()
            assert kept.isprintable()
            assert len(kept) <= addresses.LONGEST
            assert addresses.as_kept(kept) == kept

    @settings(
        max_examples=30, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(st.text(max_size=250), st.text(max_size=70))
    def test_any_name_is_taken_or_answered_with_a_sentence(self, lena, name, title):
        with transaction.atomic():
            page = sign_in(Client(), lena).post(
                reverse("members:invite"),
                {
                    "full_name": name,
                    "title": title,
                    "email": "kim@agency.example",
                    "roles": "auditor",
                },
            )
            assert page.status_code == 302 or page.context["form"].errors
            transaction.set_rollback(True)


class TestThePages:
    @pytest.fixture
    def hers(self, lena):
        return sign_in(Client(), lena)

    def test_after_signing_in_an_administrator_sees_the_accounts(self, hers):
        assert hers.get(reverse("dashboard:home"))["Location"] == reverse("members:list")

    def test_one_is_invited_from_the_page(self, hers):
        given = WRITER | {"email": "kim@agency.example", "title": ""}
        page = hers.post(reverse("members:invite"), given, follow=True)

        user = User.objects.get(email="kim@agency.example")
        assert page.request["PATH_INFO"] == reverse("members:detail", args=[user.pk])
        assert "Send it again" in page.content.decode()

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({"q": "ruiz"}, {"Dana Ruiz"}),
            ({"q": "DANA dana@"}, {"Dana Ruiz"}),
            ({"role": "auditor"}, {"Ada West"}),
            ({"standing": "invited"}, {"Iris Moss"}),
            ({"standing": "expired"}, {"Evan Holt"}),
            ({"standing": "withdrawn"}, {"Will Dean"}),
            ({"standing": "off"}, {"Ada West"}),
            ({"standing": "active"}, {"Dana Ruiz", "Lena Fischer"}),
            ({"q": "nobody"}, set()),
            ({"role": "emperor"}, set()),
        ],
    )
    def test_the_list_is_narrowed(self, lena, hers, asked, names):
        lena.person.full_name = "Lena Fischer"
        lena.person.save()
        UserFactory(duty_officer=True, email="dana@mvai.example")
        UserFactory(auditor=True, is_active=False, person__full_name="Ada West")
        for name, more in (
            ("Iris Moss", {}),
            ("Evan Holt", {"expires_at": NOON, "invited_at": NOON - timedelta(hours=72)}),
            ("Will Dean", {"withdrawn_at": NOON}),
        ):
            InvitationFactory(user__person__full_name=name, invited_by=lena, **more)

        page = hers.get(reverse("members:list"), asked)

        shown = {user.display_name for user, _standing, _tone in page.context["rows"]}
        assert shown == names
        for user, standing, _tone in page.context["rows"]:
            assert User.objects.filter(rules.where(standing, NOON), pk=user.pk).exists()

    def test_the_list_goes_by_pages_with_few_queries(self, hers, django_assert_max_num_queries):
        for _one in range(26):
            InvitationFactory()

        with django_assert_max_num_queries(14):
            page = hers.get(reverse("members:list"))
        assert len(page.context["rows"]) == 25
        assert "Next page" in page.content.decode()

    def test_refused_roles_are_said_beside_the_field(self, hers):
        officer = UserFactory(duty_officer=True)
        page = hers.post(
            reverse("members:roles", args=[officer.pk]),
            {"roles": ["auditor", "wellness_coordinator"]},
        )

        assert "Nobody is both" in page.content.decode()

    def test_of_their_own_account_they_see_no_buttons(self, lena, hers):
        page = hers.get(reverse("members:detail", args=[lena.pk])).content.decode()

        assert "Another administrator can change it" in page
        assert reverse("members:deactivate", args=[lena.pk]) not in page

    @pytest.mark.parametrize(
        "verb", ["deactivate", "activate", "end_sessions", "invite_again", "withdraw"]
    )
    def test_a_refusal_is_said_on_the_page(self, lena, hers, verb):
        page = hers.post(reverse(f"members:{verb}", args=[lena.pk]), follow=True)

        assert "This is your own account" in page.content.decode()

    def test_whether_a_second_factor_is_set_up_is_said(self, hers):
        officer = UserFactory(duty_officer=True)
        address = reverse("members:detail", args=[officer.pk])
        assert "Not set up" in hers.get(address).content.decode()

        Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
        assert "Not set up" not in hers.get(address).content.decode()
