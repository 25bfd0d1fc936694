"""A passphrase may be anything that others would not try first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.accounts import UserFactory


@pytest.mark.parametrize(
    "passphrase",
    [
        "short words",  # eleven characters
        "passwordpassword",
        "MVAI-Portal-2026",
        "Chief of Police 1",
        "iacp iacp iacp iacp",
        "aaaaaaaaaaaaaaaa",
        "1212121212121212",
        "123456789012",
    ],
)
def test_what_others_would_try_first_is_refused(passphrase):
    with pytest.raises(ValidationError):
        validate_password(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        "four tall quiet lanterns",
        "our police dog likes snow",
        "ünd so weiter im Garten",
        "correct-horse-battery!",
        "x" * 20 + "yz qv" + "w" * 60,
        "夏の夜の静かな湖のほとりで",
    ],
)
def test_any_other_is_taken_whatever_it_is_made_of(passphrase):
    validate_password(passphrase)


@pytest.mark.django_db
def test_ones_own_name_and_address_are_refused():
    user = UserFactory(email="dana.ruiz@mvai.example", duty_officer=True)

    with pytest.raises(ValidationError):
        validate_password("dana.ruiz@mvai", user)


@given(st.text(min_size=12, max_size=80))
def test_whatever_is_typed_is_taken_or_refused_with_sentences(passphrase):
    said: list[str] = []
    try:
        validate_password(passphrase)
    except ValidationError as refusal:
        said = refusal.messages
    assert all(sentence.endswith(".") for sentence in said)
