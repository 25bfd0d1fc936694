"""Seals secrets, such as those of second factors, with a key that is not the sessions' own."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

CannotUnseal = InvalidToken  # no key of MFA_KEY opens it


def make_key() -> str:
    """A new key for MFA_KEY: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def _fernet() -> MultiFernet:
    """MFA_KEY may hold several keys, comma-separated: the first seals, all of them unseal."""
    return MultiFernet([Fernet(key.strip()) for key in settings.MFA_KEY.split(",") if key.strip()])


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises cryptography.fernet.InvalidToken when no key of MFA_KEY opens it."""
    return _fernet().decrypt(sealed.encode()).decode()


def reseal(sealed: str) -> str:
    """The same text under the first key. Raises CannotUnseal."""
    return _fernet().rotate(sealed.encode()).decode()
