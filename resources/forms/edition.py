"""The form with every fact of an edition."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.taxonomy.models import Need, Phase, Setting, Term
from mvai.web.lines import LineField
from resources.models import Edition
from resources.models.edition import WORDS
from resources.rules import texts
from resources.rules.facts import Terms, words_of
from resources.states import Audience, Kind

NO_TOPIC = "UNSURE"  # what a leader taps who doesn't know yet
MOST_SOURCES, MOST_KEYWORDS = 40, 40
LONGEST_ADDRESS, LONGEST_SOURCE, LONGEST_KEYWORD = 500, 200, 60
_TERMS: Mapping[str, type[Term]] = {"needs": Need, "phases": Phase, "settings": Setting}
_is_address = URLValidator(schemes=["https"])


def terms() -> Terms:
    """The words of every code, those that are no longer offered among them."""
    return {
        name: {term.pk: str(term) for term in model.objects.all()} for name, model in _TERMS.items()
    }


def check_address(address: str) -> None:
    """An https address of another site that a reader may be sent to."""
    try:
        _is_address(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError):
        raise ValidationError(
            _now("“%(address)s” is no address that begins with https://.")
            % {"address": address[:80]}
        ) from None
    if "@" in parts.netloc or len(address) > LONGEST_ADDRESS:
        raise ValidationError(_now("Give the address as it stands on the site, and no longer."))


class AddressField(forms.CharField):
    widget = forms.URLInput(attrs={"placeholder": "https://"})

    def clean(self, value: Any) -> str:
        address = super().clean(value)
        if address:
            check_address(address)
        return address


class SourcesField(forms.CharField):
    """A line for each: its title, then its address."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{one['title']} {one['address']}" for one in value)
        return value

    def clean(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_SOURCES:
            raise ValidationError(_now("Forty sources at most. Name those that carry the text."))
        return [self._source(line) for line in lines]

    def _source(self, line: str) -> dict[str, str]:
        title, _blank, address = line.rpartition(" ")
        check_address(address)
        title = title.strip()
        if not title or len(title) > LONGEST_SOURCE:
            raise ValidationError(
                _now("Write a title before “%(address)s”, no longer than this line.")
                % {"address": address[:80]}
            )
        return {"title": title, "address": address}


class KeywordsField(forms.CharField):
    """Words between commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        said = super().clean(value).replace("\n", ",").split(",")
        words = list(dict.fromkeys(" ".join(word.split()) for word in said if word.strip()))
        if len(words) > MOST_KEYWORDS:
            raise ValidationError(_now("Forty words at most: those that people would type."))
        if long := [word for word in words if len(word) > LONGEST_KEYWORD]:
            raise ValidationError(
                _now("“%(word)s” is long for a word to look for. Put commas between them.")
                % {"word": long[0][:40]}
            )
        return words


class MarkdownField(forms.CharField):
    """A text of the library. It has no length that a browser would cut a paste to."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        attributes = {"rows": rows, "spellcheck": "true", "class": "writing__text"}
        super().__init__(
            required=False, strip=False, widget=forms.Textarea(attrs=attributes), **options
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value).replace("\r\n", "\n").replace("\r", "\n").strip()
        if troubles := texts.troubles(text):
            raise ValidationError(troubles)
        return text


class CodesField(forms.MultipleChoiceField):
    """Terms of a list, in its order; what was chosen and is no longer offered stays."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, offered: Iterable[Term], chosen: Sequence[str], model: type[Term]) -> None:
        kept = {term.pk: str(term) for term in offered}
        kept |= {term.pk: str(term) for term in model.objects.filter(pk__in=chosen)}
        self.choices = list(kept.items())


class EditionForm(forms.Form):
    """All that the author of an edition writes. `revision` is what they began from."""

    title = LineField(
        label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")}
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    summary = LineField(
        label=_("What one gets"),
        max_length=250,
        error_messages={"required": _("Say in a line what a reader gets from it.")},
        help_text=_("One or two sentences under the title."),
    )
    author = LineField(
        label=_("Author organization"),
        max_length=160,
        error_messages={"required": _("Name the organization that wrote it.")},
    )
    address = AddressField(
        label=_("Address of the other program’s work"),
        required=False,
        help_text=_("Only for links to another program’s work."),
    )

    needs = CodesField(label=_("About"), required=False)
    phases = CodesField(label=_("When"), required=False)
    audiences = forms.MultipleChoiceField(
        label=_("For whom"),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    settings = CodesField(
        label=_("Where"), required=False, help_text=_("None: it fits wherever it happened.")
    )
    keywords = KeywordsField(
        label=_("Also found by"),
        required=False,
        help_text=_("Words that people type and the text doesn’t say, between commas."),
    )

    advisory = LineField(
        label=_("Before you read"),
        max_length=250,
        required=False,
        help_text=_("A calm line where the text may be hard to read."),
    )
    card = MarkdownField(
        label=_("On one page"),
        rows=16,
        help_text=_("What a reader needs first. It prints on one sheet."),
    )
    text = MarkdownField(
        label=_("Full text"), rows=28, help_text=_("What follows the page. It may stay empty.")
    )
    minutes = forms.IntegerField(
        label=_("Minutes to read"),
        required=False,
        min_value=1,
        max_value=600,
        error_messages={
            "min_value": _("From 1 to 600 minutes."),
            "max_value": _("From 1 to 600 minutes."),
        },
        help_text=_("Leave it empty to have it counted, at 200 words a minute."),
    )

    sources = SourcesField(
        label=_("Sources"),
        required=False,
        help_text=_("One to a line: the title, then its address with https://."),
    )
    license = LineField(label=_("License"), max_length=160, required=False)
    is_funded = forms.BooleanField(label=_("Show the award’s disclaimer with it"), required=False)
    revision = forms.IntegerField(
        label=_("As read"), min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    # Where somebody else saved meanwhile: which facts stay as they have them.
    theirs = forms.MultipleChoiceField(
        label=_("Keep theirs"), choices=[(name, name) for name in WORDS], required=False
    )

    def __init__(self, *arguments: Any, edition: Edition, **options: Any) -> None:
        before = words_of(edition) | {"revision": edition.revision}
        options["initial"] = before
        super().__init__(*arguments, **options)
        self.edition = edition
        offered = {
            "needs": Need.objects.active().exclude(pk=NO_TOPIC),
            "phases": Phase.objects.active(),
            "settings": Setting.objects.active(),
        }
        for name, model in _TERMS.items():
            self.fields[name].offer(offered[name], before[name], model)

    def words(self) -> dict[str, Any]:
        """The edition's facts as they are to be kept."""
        said = {name: self.cleaned_data[name] for name in WORDS}
        for name in ("needs", "phases", "audiences", "settings"):
            before = getattr(self.edition, name)
            if set(before) == set(said[name]):
                said[name] = before  # boxes have no order of their own
        if not said["minutes"]:
            said["minutes"] = texts.minutes_to_read(said["card"], said["text"])
        taken = set(self.cleaned_data["theirs"])
        return {name: value for name, value in said.items() if name not in taken}
