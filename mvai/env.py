"""Reads settings from the environment, and says by name what is missing."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


class Environment:
    """The environment, with a list of what production still needs."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        if values.get("MVAI_ENV", "development") == "development":
            values = {**_running_portal(values.get("MVAI_VAR")), **values}
        self._values = values
        self.name = values.get("MVAI_ENV", "development")
        if self.name not in {"development", "test", "production"}:
            raise ImproperlyConfigured(
                f"MVAI_ENV is {self.name!r}; it must be development, test or production."
            )
        self._missing: list[str] = []

    @property
    def is_production(self) -> bool:
        return self.name == "production"

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def required(self, name: str, why: str, *, default: str = "") -> str:
        """A value production can't do without; elsewhere `default` will do."""
        value = self.text(name)
        if not value and self.is_production:
            self._missing.append(f"{name} is not set: {why}.")
        return value or default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"1", "true", "yes", "on"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None

    def names(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def refuse_if_incomplete(self) -> None:
        """Raise once, with a sentence for each missing setting."""
        if self._missing:
            raise ImproperlyConfigured(
                "The portal can't start.\n" + "\n".join(f"- {line}" for line in self._missing)
            )


def running_portal_file(var: Path) -> Path:
    """Where `manage.py up` leaves the addresses of what it started, while it runs."""
    return var / "running.json"


def _running_portal(var: str | None) -> dict[str, str]:
    """So that a command in a second terminal meets the portal that runs in the first."""
    try:
        text = running_portal_file(Path(var) if var else ROOT / "var").read_text()
    except OSError:
        return {}
    return json.loads(text)


def database(url: str) -> dict[str, Any]:
    """Django's database settings from postgres://user:password@host:port/name.

    A socket folder is given as ?host=/folder, as libpq does.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "OPTIONS": query,
    }


def smtp(url: str) -> dict[str, Any]:
    """Django's e-mail settings from smtp://user:password@host:port (or smtp+tls, smtps)."""
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "127.0.0.1",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def mailbox_address(url: str, *, may_be_in_clear: bool) -> str:
    """The address that a mailbox's user name is, where it is one: imaps://user%40host:…@…"""
    parts = urlsplit(url)
    known = {"", "imaps", "imap+tls", *(["imap"] if may_be_in_clear else [])}
    if parts.scheme not in known:
        raise ImproperlyConfigured("INBOX_URL must start with imaps:// or imap+tls://.")
    user = unquote(parts.username or "")
    return user if "@" in user else ""


def scanner(where: str) -> str:
    """The address of a clamd: a socket's path after "unix:", or a host and a port."""
    is_socket = where.startswith("unix:/")
    is_place = where.rpartition(":")[0] and where.rpartition(":")[2].isdigit()
    if where and not is_socket and not is_place:
        raise ImproperlyConfigured("CLAMD must be unix:/folder/clamd.sock or host:port.")
    return where
