"""One file that an editor hands in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.web.refusals import Refused


class _OneFileForm(forms.Form):
    file = forms.FileField(
        max_length=200,
        error_messages={
            "required": _("Choose a file first."),
            "missing": _("Choose a file first."),
            "empty": _("The file is empty."),
            "invalid": _("Choose a file first."),
            "max_length": _("The name of the file is too long."),
        },
    )

    too_large: Any = ""

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        self._is_too_large = is_too_large
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self._is_too_large:
            self._errors.pop("file", None)
            self.add_error("file", self.too_large)

    def refuse(self, reason: Refused) -> None:
        self.add_error("file", str(reason))


class ImportForm(_OneFileForm):
    """A zip as the export makes it."""

    too_large = _("The zip is larger than 100 MB.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Zip")
        self.fields["file"].help_text = _("Up to 100 MB. Nothing changes before you say yes.")
        self.fields["file"].widget.attrs["accept"] = ".zip,application/zip"


class AttachForm(_OneFileForm):
    """A PDF or DOCX for an edition."""

    too_large = _("The file is larger than 20 MB.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("PDF or DOCX")
        self.fields["file"].help_text = _("Up to 20 MB, without scripts and macros.")
        self.fields["file"].widget.attrs["accept"] = ".pdf,.docx"
