"""What somebody typed, in the words of the page it was typed on: for showing it again.

A page that shows fields again knows their names only. Each step says here what it is called
and which forms its fields are of; mvai/site/written.py has the list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django import forms
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Fields = Mapping[str, forms.Field]
# A form's class, or what makes one whose fields are only known when it is made.
Form = type[forms.BaseForm] | Callable[[], forms.BaseForm]
Words = str | Promise

# What is never kept or shown again, by a part of the field's name.
SECRETS = ("password", "passphrase", "secret", "token")
_HIDDEN_LENGTH = 40
# Of one form that is kept or shown again: room for two long texts of the library.
MOST_CHARACTERS = 256 * 1024


@dataclass(frozen=True, slots=True)
class Step:
    title: Words
    forms: tuple[Form, ...] = ()
    labels: Mapping[str, Words] | None = None  # of fields that no form has


_modules: list[str] = []


def register(module: str) -> None:
    """Name a module whose STEPS holds a step by the name of the address that takes the fields.

    It is imported when first asked for: forms made before all apps are ready would speak
    Django's words and not ours (mvai/web/wording.py).
    """
    _modules.append(module)


@cache
def _steps() -> Mapping[str, Step]:
    found: dict[str, Step] = {}
    for module in _modules:
        found |= import_module(module).STEPS
    return found


def step_of(name: str) -> Step | None:
    return _steps().get(name)


def title_of(path: str) -> str:
    """What the step at this address is called; "" when nothing is there."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    step = _steps().get(found.view_name)
    if step is None:
        return ""
    reference = found.kwargs.get("reference", "")
    return f"{step.title}, {reference}" if reference else str(step.title)


def lines_of(path: str, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Label and value of what a person would know again, several values of one field together.

    What only the page knows the meaning of is left out: signed attempts, keys, counts.
    """
    try:
        step = _steps().get(resolve(path.partition("?")[0]).view_name, Step(""))
    except Resolver404:
        step = Step("")
    known = fields_of(step)
    lines: dict[str, list[str]] = {}
    for name, value in fields:
        if not value.strip() or _is_for_machines(name, value):
            continue
        label, words = _in_words(step, known, name, value)
        if label:
            lines.setdefault(label, []).append(words)
    return [(label, ", ".join(words)) for label, words in lines.items()]


def without_secrets(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in fields
        if not any(secret in name.lower() for secret in SECRETS)
    ]


def fields_of(step: Step) -> Fields:
    known: dict[str, forms.Field] = {}
    for form in step.forms:
        one: Any = form
        known |= one.base_fields if isinstance(form, type) else one().fields
    return known


def _in_words(step: Step, known: Fields, name: str, value: str) -> tuple[str, str]:
    labels = step.labels or {}
    if label := labels.get(name) or labels.get(name.rpartition("_")[0]):  # or of numbered ones
        return str(label), value
    bare = name.rpartition("-")[2]  # without the form's prefix and its number in a set
    parts = bare.rpartition("_")  # a day and its time are two controls of one field
    field = known.get(bare) or (known.get(parts[0]) if parts[2] in ("0", "1") else None)
    if field is None:
        return bare.replace("_", " ").strip().capitalize(), value
    if isinstance(field.widget, forms.HiddenInput):
        return "", value
    return str(field.label or bare.replace("_", " ").capitalize()), _chosen(field, value)


def _chosen(field: forms.Field, value: str) -> str:
    """A choice as its page names it. Not a row's: whoever sends its number may not see it."""
    if isinstance(field, forms.BooleanField):
        return _("Yes")
    if isinstance(field, forms.ModelChoiceField):
        return _("as chosen")
    if isinstance(field, forms.ChoiceField):
        return str(_flat(field.choices).get(value, value))
    return value


def _flat(choices: Any) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for value, label in choices:
        flat |= _flat(label) if isinstance(label, (list, tuple)) else {str(value): label}
    return flat


def _is_for_machines(name: str, value: str) -> bool:
    """The count of a set's forms; signed attempts and keys: long, and without a space."""
    if name.endswith("_FORMS") or name in ("next", "attempt"):
        return True
    return len(value) > _HIDDEN_LENGTH and not any(letter.isspace() for letter in value)
