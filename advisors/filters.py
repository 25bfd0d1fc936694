"""What the roster can be narrowed to; it all stands in the address."""

from datetime import datetime, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisors.forms.fields import STATES
from advisors.models import Advisor, AdvisorQuerySet
from mvai.taxonomy.models import Discipline, Need, Setting

FREE = {"now": timedelta(0), "2h": timedelta(hours=2), "72h": timedelta(hours=72)}


class RosterFilter(django_filters.FilterSet):
    """Advisors by name, discipline, need, setting, state, and when they are free."""

    q = django_filters.CharFilter(
        label=_("Name or agency"),
        method="by_words",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 100}),
    )
    discipline = django_filters.ModelChoiceFilter(
        label=_("Discipline"),
        field_name="disciplines",
        queryset=Discipline.objects.all(),
        empty_label=_("Any"),
    )
    need = django_filters.ModelChoiceFilter(
        label=_("Covers"),
        field_name="expertise__need",
        queryset=Need.objects.active().exclude(pk="UNSURE"),
        empty_label=_("Any need"),
    )
    setting = django_filters.ModelChoiceFilter(
        label=_("Led through"),
        method="by_setting",
        queryset=Setting.objects.active(),
        empty_label=_("Any setting"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES[1:], empty_label=_("Any state")
    )
    free = django_filters.ChoiceFilter(
        label=_("Can be asked"),
        method="leave",
        empty_label=_("At any time"),
        choices=[
            ("now", _("Now")),
            ("2h", _("Within 2 hours")),
            ("72h", _("Within 72 hours")),
        ],
    )
    program = django_filters.ChoiceFilter(
        label=_("In the program"),
        method="by_program",
        empty_label=_("Active"),
        choices=[("all", _("Everybody")), ("left", _("Not active"))],
    )

    class Meta:
        model = Advisor
        fields: list[str] = []

    def filter_queryset(self, queryset: AdvisorQuerySet) -> AdvisorQuerySet:
        found = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("program"):
            found = found.active()
        return found

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values())

    def free_until(self, at: datetime) -> datetime | None:
        """Up to when somebody must be free to be listed; None when that isn't asked.

        Free time is computed, not stored, so the view applies this to what the rest finds.
        """
        span = FREE.get(self.form.cleaned_data.get("free", ""))
        return None if span is None else at + span

    def leave(self, queryset: AdvisorQuerySet, name: str, value: str) -> AdvisorQuerySet:
        return queryset

    def by_words(self, queryset: AdvisorQuerySet, name: str, value: str) -> AdvisorQuerySet:
        for word in value.replace("\x00", "").split():
            queryset = queryset.filter(
                Q(person__full_name__icontains=word)
                | Q(title_line__icontains=word)
                | Q(former_agency__icontains=word)
            )
        return queryset

    def by_setting(self, queryset: AdvisorQuerySet, name: str, value: Setting) -> AdvisorQuerySet:
        from advisors.models import IncidentLed

        led = IncidentLed.objects.filter(setting=value).values("advisor")
        return queryset.filter(pk__in=led)

    def by_program(self, queryset: AdvisorQuerySet, name: str, value: str) -> AdvisorQuerySet:
        return queryset.filter(is_active=False) if value == "left" else queryset
