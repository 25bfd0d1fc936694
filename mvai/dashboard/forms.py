"""The filter of the audit log, and the end of the award."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.audit.models import AuditEntry
from mvai.web.days import in_living_time


class AuditFilter(forms.Form):
    """All fields may stay empty. Days are whole days in the reader's zone."""

    verb = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=60,
        help_text=_("Or how it begins, such as request."),
    )
    person = forms.CharField(
        label=_("Who"), required=False, max_length=200, help_text=_("Part of a name or e-mail.")
    )
    label = forms.CharField(label=_("Reference"), required=False, max_length=40)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All")), ("write", _("Done")), ("read", _("Opened"))],
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[in_living_time],
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[in_living_time],
    )

    def clean(self):
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            raise ValidationError({"until": _("Choose a day that isn’t before the first one.")})
        return given

    def entries(self):
        """The entries asked for, newest first; none while the filter can't be read."""
        entries = AuditEntry.objects.order_by("-at", "-pk")
        if not self.is_bound:
            return entries
        if not self.is_valid():
            return entries.none()
        given = self.cleaned_data
        if given["verb"]:
            entries = entries.filter(verb__startswith=given["verb"].lower())
        if given["person"]:
            entries = entries.filter(actor_id__in=list(_ids_of(given["person"])))
        if given["label"]:
            entries = entries.filter(label__iexact=given["label"].strip())
        if given["kind"]:
            entries = entries.filter(kind=given["kind"])
        if given["since"]:
            entries = entries.filter(at__gte=_midnight(given["since"]))
        if given["until"]:
            entries = entries.filter(at__lt=_midnight(given["until"] + timedelta(days=1)))
        return entries


def _ids_of(text: str):
    named = Q(person__full_name__icontains=text) | Q(email__icontains=text)
    return User.objects.filter(named).values_list("pk", flat=True)[:500]


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class AwardEndForm(forms.Form):
    """The last day of the award. `confirmed` says that the person has read what it means."""

    ends_on = forms.DateField(
        label=_("Last day of the award"),
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[in_living_time],
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
