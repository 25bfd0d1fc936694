"""The filter of the audit log, and the end of the award."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.audit.models import AuditEntry
from mvai.web.days import in_living_time


class AuditFilter(forms.Form):
    """All fields may stay empty. Days are whole days in the reader's zone."""

    person = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=200,
        help_text=_("Part of a name or e-mail, or the number of an account."),
    )
    verb = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=60,
        help_text=_("Or how it begins, such as request."),
    )
    record = forms.CharField(
        label=_("On what"),
        required=False,
        max_length=100,
        help_text=_("A reference such as MV-7K4Q, or a kind of record and its number."),
    )
    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=[("", _("All")), *AuditEntry.Result.choices],
    )
    address = forms.CharField(
        label=_("From where"),
        required=False,
        max_length=45,
        help_text=_("A network address, or how it begins."),
        validators=[
            RegexValidator(
                r"^[0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]*$",
                _("Write an address such as 203.0.113.7 or 2001:db8::7, or how it begins."),
            )
        ],
    )
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
        if given["record"]:
            entries = _about(entries, given["record"])
        if given["result"]:
            entries = entries.filter(result=given["result"])
        if given["address"]:
            entries = entries.filter(address__startswith=given["address"].lower())
        if given["kind"]:
            entries = entries.filter(kind=given["kind"])
        if given["since"]:
            entries = entries.filter(at__gte=_midnight(given["since"]))
        if given["until"]:
            entries = entries.filter(at__lt=_midnight(given["until"] + timedelta(days=1)))
        return entries


def _about(entries, text: str):
    """By reference, by kind of record ("people.person"), or by both ("people.person 12")."""
    kind, _space, number = text.partition(" ")
    if "." not in kind:
        return entries.filter(label__in={text, text.upper()})
    entries = entries.filter(target_type=kind.lower())
    return entries.filter(target_id=number.strip()) if number.strip() else entries


def _ids_of(text: str):
    """Accounts that this may mean: by number, or those it is part of the name or address of."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return [int(text)]
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
