"""What narrows the library, and what it could be narrowed to. A value nobody knows is ignored."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import Need, Phase
from resources.rules.words import LONGEST
from resources.states import Audience, Kind


class QuietText(forms.CharField):
    """As much of it as can be searched for; nothing that is typed here is wrong."""

    def clean(self, value: Any) -> str:
        return " ".join(str(value or "").replace("\0", " ").split())[:LONGEST]


class KnownValues(forms.MultipleChoiceField):
    def clean(self, value: Any) -> list[str]:
        asked = value if isinstance(value, list) else []
        return [code for code, _label in _pairs(self) if code in asked]


class KnownValue(forms.ChoiceField):
    def clean(self, value: Any) -> str:
        return value if value in dict(_pairs(self)) else ""


def _pairs(field: Any) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in field.choices]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool
    is_least: bool = False  # there are more than were counted


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing chosen, and the address without it."""

    label: str
    address: str


class LibraryFilter(forms.Form):
    q = QuietText(
        label=_("Search the library"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": LONGEST, "autocapitalize": "off"}
        ),
    )
    need = KnownValues(label=_("About"), required=False)
    phase = KnownValues(label=_("When"), required=False)
    kind = KnownValues(label=_("Kind"), choices=Kind.choices, required=False)
    audience = KnownValues(label=_("For whom"), choices=Audience.choices, required=False)
    hour = KnownValue(label=_("For the hour you are in"), required=False)

    # By the name of the field: what the catalog calls the facet.
    FACETS = {"need": "need", "phase": "phase", "kind": "kind", "audience": "for"}

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["need"].choices = [  # type: ignore[attr-defined]
            (term.pk, str(term)) for term in Need.objects.active().exclude(code="UNSURE")
        ]
        hours = [(term.pk, str(term)) for term in Phase.objects.active()]
        self.fields["phase"].choices = self.fields["hour"].choices = hours  # type: ignore[attr-defined]
        self.full_clean()

    @property
    def words(self) -> str:
        return self.cleaned_data["q"]

    def is_narrowed(self) -> bool:
        return bool(self.words or any(self.chosen().values()))

    def chosen(self) -> dict[str, list[str]]:
        """As the catalog says it: "need" to ["need:MEDIA"]."""
        return {
            facet: [f"{facet}:{value}" for value in self.cleaned_data[name]]
            for name, facet in self.FACETS.items()
        }

    def facets(self, counts: Mapping[str, int], cut: Collection[str] = ()) -> list[Facet]:
        """Each with the values that would still find something, and those that are chosen. Of
        the facets in `cut`, values without a count may find something all the same."""
        return [one for one in self._facets(counts, cut) if one.options]

    def _facets(self, counts: Mapping[str, int], cut: Collection[str]) -> Iterator[Facet]:
        for name, facet in self.FACETS.items():
            chosen = self.cleaned_data[name]
            options = [
                Option(
                    value,
                    str(label),
                    counts.get(f"{facet}:{value}", 0),
                    is_chosen=value in chosen,
                    is_least=facet in cut,
                )
                for value, label in self._choices(name)
            ]
            shown = [one for one in options if one.count or one.is_chosen or one.is_least]
            yield Facet(name, str(self.fields[name].label), shown)

    def chips(self) -> list[Chip]:
        """What is chosen beside the words."""
        return [
            Chip(str(label), self.address_without(name, value))
            for name in self.FACETS
            for value, label in self._choices(name)
            if value in self.cleaned_data[name]
        ]

    def hours(self) -> list[tuple[str, str, str]]:
        """Code, words and address of each hour that one may be in."""
        return [
            (code, label, self._address({**self._said(), "hour": [code]}))
            for code, label in self._choices("hour")
        ]

    def address_without(self, name: str, value: str | None = None) -> str:
        said = self._said()
        said[name] = [one for one in said.get(name, []) if value is not None and one != value]
        return self._address(said)

    def address_without_words(self) -> str:
        return self.address_without("q")

    def address_with_words(self, words: str) -> str:
        return self._address({**self._said(), "q": [words]})

    def _said(self) -> dict[str, list[str]]:
        said = {name: list(self.cleaned_data[name]) for name in self.FACETS}
        return said | {name: [self.cleaned_data[name]] for name in ("q", "hour")}

    def _choices(self, name: str) -> list[tuple[str, str]]:
        return _pairs(self.fields[name])

    def _address(self, said: Mapping[str, list[str]]) -> str:
        query = urlencode(
            {
                name: some
                for name, values in said.items()
                if (some := [one for one in values if one])
            },
            doseq=True,
        )
        return f"?{query}"
