from django import forms
from django.utils.translation import gettext_lazy as _


class UseForm(forms.Form):
    """Over how long; a value it doesn't know is thirty days."""

    USUAL = 30

    days = forms.TypedChoiceField(
        label=_("Over"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        required=False,
        initial=USUAL,
    )

    def chosen(self) -> int:
        said = self.cleaned_data["days"] if self.is_valid() else ""
        return int(said or self.USUAL)
