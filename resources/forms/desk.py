"""The small forms of the editors' desk."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mvai.web.days import in_living_time
from mvai.web.lines import LineField
from resources.models import Item
from resources.models.item import OUR_PAGES
from resources.states import Kind

LONGEST_SLUG = 80
A_YEAR = timedelta(days=365)
LATEST = 3 * A_YEAR  # what is put off for longer is not reviewed at all


def slug_for(title: str) -> str:
    """An address that no item has, from the title: "first-24-hours", then "first-24-hours-2"."""
    wished = slugify(title)[:LONGEST_SLUG].strip("-") or "item"
    taken = {
        *OUR_PAGES,
        *Item.objects.filter(slug__startswith=wished).values_list("slug", flat=True),
    }
    number, slug = 1, wished
    while slug in taken:
        number += 1
        slug = f"{wished[: LONGEST_SLUG - 5]}-{number}"
    return slug


class NewItemForm(forms.Form):
    """What an item can't be without; the rest is written on the next page."""

    title = LineField(
        label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")}
    )
    summary = LineField(
        label=_("What one gets"),
        max_length=250,
        error_messages={"required": _("Say in a line what a reader gets from it.")},
        help_text=_("One or two sentences. They stand under the title in the list."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.CARD)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    slug = forms.CharField(
        label=_("Address in the library"),
        required=False,
        help_text=_(
            "Small letters, digits and hyphens, such as first-24-hours. Leave it empty to have it "
            "made from the title. It never changes, since people print it."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip()
        if not slug:
            return slug_for(self.cleaned_data.get("title", ""))
        if slug != slugify(slug) or "_" in slug or len(slug) > LONGEST_SLUG:
            raise ValidationError(
                _now("An address has small letters, digits and hyphens. How about “%(slug)s”?")
                % {"slug": slug_for(slug)}
            )
        if slug in OUR_PAGES or Item.objects.filter(slug=slug).exists():
            raise ValidationError(
                _now("“%(slug)s” is taken. How about “%(free)s”?")
                % {"slug": slug, "free": slug_for(slug)}
            )
        return slug

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "summary", "kind")}


class PlaceForm(forms.Form):
    """Where an item stands among the others."""

    place = forms.IntegerField(
        label=_("Place in the library"),
        min_value=0,
        max_value=30_000,
        help_text=_(
            "Small numbers stand first, the portal’s own pages from 10 on. It counts where nothing "
            "is searched for, and between pages that fit a search as well."
        ),
        error_messages={
            "required": _("Give it a number."),
            "invalid": _("Give it a whole number, such as 100."),
            "min_value": _("Give it a number from 0 to 30,000."),
            "max_value": _("Give it a number from 0 to 30,000."),
        },
    )


class BeginForm(forms.Form):
    """Which language to write in, and from which version's words."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    like = forms.IntegerField(
        label=_("From the words of"), required=False, widget=forms.HiddenInput, max_value=2**31
    )


class RevisionForm(forms.Form):
    """`revision` is what its sender has read."""

    revision = forms.IntegerField(
        label=_("As read"), min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )


class ReviewByForm(forms.Form):
    review_by = forms.DateField(
        label=_("Review again by"),
        validators=[in_living_time],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say by when somebody looks at it again."),
            "invalid": _("Give a day, such as 2027-11-23."),
        },
        help_text=_("One year on, unless it ages faster. The editors are reminded a month before."),
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        options["initial"] = {"review_by": today + A_YEAR} | (options.get("initial") or {})
        super().__init__(*arguments, **options)
        self.today = today

    def clean_review_by(self) -> date:
        day: date = self.cleaned_data["review_by"]
        if day <= self.today:
            raise ValidationError(_now("Choose a day that still lies ahead."))
        if day > self.today + LATEST:
            raise ValidationError(_now("Three years on at most: what is older nobody relies on."))
        return day


class PublishForm(ReviewByForm, RevisionForm):
    """Put on show what its sender has read."""

    field_order = ("review_by", "revision")


class SendBackForm(forms.Form):
    note = forms.CharField(
        label=_("What to change"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what to change, so that its author can.")},
    )

    def __init__(self, *arguments: Any, is_own: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["note"].required = not is_own


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: whoever looks for it will ask.")},
    )

    def __init__(self, *arguments: Any, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reason"].required = not is_draft


class DeskSearch(forms.Form):
    """What the desk is asked for; it stands in the address."""

    q = forms.CharField(
        label=_("Title or address"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @classmethod
    def said(cls, given: Mapping[str, Any]) -> str:
        """The words looked for; none where they can't be read."""
        form = cls(given)
        return form.cleaned_data["q"] if form.is_valid() else ""
