"""Free text that is read for what should not be in it, before it is kept."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.web.scanning import scan

KEEP = "keep_"


class ScannedForm(forms.Form):
    """A form whose texts named in SCANNED are scanned: it warns, and refuses nothing.

    A text with a sign in it is kept back, shown again with the reason, until it is changed or
    its writer ticks that it may stay. Everything else of the form is taken. Each scanned field
    has `keep`, the box to tick, and after cleaning `warning`, the sentences or "".
    """

    SCANNED: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SCANNED:
            self.fields[KEEP + name] = forms.BooleanField(
                label=_("It is something else. Keep it."), required=False
            )
            self.fields[name].warning = ""  # type: ignore[attr-defined]
            self.fields[name].keep = self[KEEP + name]  # type: ignore[attr-defined]

    def __iter__(self) -> Iterator[forms.BoundField]:
        """The fields to show. The boxes to tick stand within the notes of theirs."""
        return (field for field in super().__iter__() if not field.name.startswith(KEEP))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.kept_back: dict[str, str] = {}
        for name in self.SCANNED:
            if cleaned.pop(KEEP + name, False):
                continue
            if found := scan(cleaned.get(name, "")):
                self.kept_back[name] = " ".join(finding.words for finding in found)
                self.fields[name].warning = self.kept_back[name]  # type: ignore[attr-defined]
        return cleaned
