"""Forms of an advisor's own time."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from advisors.forms.fields import CodesField, DateField, TimeField
from advisors.models import Advisor
from advisors.models.hours import Weekday
from mvai.taxonomy.choices import choices_of
from mvai.taxonomy.models import IncidentType, Setting
from mvai.web.times import zone_of

STRETCHES = (1, 2)


class WeekForm(forms.Form):
    """The usual week: for each weekday up to two stretches, from and until; blank is not a day."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for weekday in Weekday:
            for stretch in STRETCHES:
                names = {"day": weekday.label, "number": stretch}
                self.fields[f"from_{weekday}_{stretch}"] = TimeField(
                    label=_now("%(day)s, from (%(number)s)") % names, required=False
                )
                self.fields[f"until_{weekday}_{stretch}"] = TimeField(
                    label=_now("%(day)s, until (%(number)s)") % names, required=False
                )

    @classmethod
    def of(cls, advisor: Advisor) -> "WeekForm":
        initial, seen = {}, dict.fromkeys(Weekday.values, 0)
        for weekday, opens, closes in advisor.windows.values_list("weekday", "opens", "closes"):
            seen[weekday] += 1
            initial[f"from_{weekday}_{seen[weekday]}"] = opens
            initial[f"until_{weekday}_{seen[weekday]}"] = closes
        return cls(initial=initial)

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        """Each weekday with its bound fields, from and until in turn."""
        return [
            (
                str(weekday.label),
                [
                    self[f"{part}_{weekday}_{stretch}"]
                    for stretch in STRETCHES
                    for part in ("from", "until")
                ],
            )
            for weekday in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        windows = []
        for weekday in Weekday:
            for stretch in STRETCHES:
                opens = given.get(f"from_{weekday}_{stretch}")
                closes = given.get(f"until_{weekday}_{stretch}")
                if opens is None and closes is None:
                    continue
                if closes == time(0):  # until midnight
                    closes = time(23, 59)
                if opens is None:
                    self._miss(f"from_{weekday}_{stretch}", _now("From when?"))
                elif closes is None:
                    self._miss(f"until_{weekday}_{stretch}", _now("Until when?"))
                elif closes <= opens:
                    self._miss(
                        f"until_{weekday}_{stretch}",
                        _now("Choose a time after the first. Past midnight, use the next day too."),
                    )
                else:
                    windows.append((int(weekday), opens, closes))
            self._refuse_overlap(weekday, windows)
        return {"windows": windows}

    def _refuse_overlap(self, weekday: Weekday, windows: list[tuple[int, time, time]]) -> None:
        day = sorted(window for window in windows if window[0] == weekday)
        if len(day) == 2 and day[1][1] < day[0][2]:
            self._miss(f"from_{weekday}_2", _now("This overlaps the first stretch."))

    def _miss(self, name: str, words: str) -> None:
        if not self.has_error(name):
            self.add_error(name, words)


class AbsenceForm(forms.Form):
    """Days away, both included, by the advisor's own calendar."""

    first_day = DateField(label=_("First day away"))
    last_day = DateField(
        label=_("Last day away"), required=False, help_text=_("Leave empty for a single day.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first = given.get("first_day")
        if first and not given.get("last_day"):
            given["last_day"] = first
        if first and given["last_day"] < first:
            self.add_error("last_day", _("The last day can’t be before the first."))
        return given

    def period(self, zone: str) -> tuple[datetime, datetime]:
        """[midnight of the first day, midnight after the last), in the zone named."""
        given = self.cleaned_data
        return (
            midnight(given["first_day"], zone),
            midnight(given["last_day"] + timedelta(days=1), zone),
        )


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), zone_of(zone))


class NotNowForm(forms.Form):
    """One tap: for how long."""

    SPANS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}

    how_long = forms.ChoiceField(
        choices=[
            ("24h", _("24 hours")),
            ("7d", _("7 days")),
            ("30d", _("30 days")),
            ("open", _("Until I say")),
        ]
    )

    def until(self, at: datetime) -> datetime | None:
        """When it ends; None for "until I say"."""
        span = self.SPANS.get(self.cleaned_data["how_long"])
        return at + span if span else None


class LimitsForm(forms.Form):
    """How much, when, and what about. The advisor's own; the manager may keep it for them."""

    hours_per_week = forms.IntegerField(
        label=_("Hours a week, at most"), min_value=1, max_value=Advisor.MOST_HOURS
    )
    max_active = forms.IntegerField(
        label=_("Requests at the same time, at most"), min_value=1, max_value=Advisor.CEILING
    )
    max_critical = forms.IntegerField(
        label=_("Of these critical, at most"),
        min_value=0,
        max_value=Advisor.CEILING,
        help_text=_("Critical is the first three days. 0 means none."),
    )
    on_call = forms.BooleanField(label=_("May be asked in quiet hours too"), required=False)
    reach_from = TimeField(label=_("Agencies may call from"), required=False)
    reach_until = TimeField(label=_("Agencies may call until"), required=False)
    may_text = forms.BooleanField(label=_("Agencies may text"), required=False)
    avoided_settings = CodesField(label=_("Settings not to be asked about"), required=False)
    avoided_types = CodesField(label=_("Incidents not to be asked about"), required=False)
    avoids_children_harmed = forms.BooleanField(
        label=_("Not to be asked when children were harmed"), required=False
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        offered = choices_of(Setting, IncidentType)
        self.fields["avoided_settings"].choices = offered["Setting"]
        self.fields["avoided_types"].choices = offered["IncidentType"]
        for name in ("reach_from", "may_text"):
            self.fields[name].seen_by = _("An agency sees this after the offer is accepted.")

    @classmethod
    def initial_of(cls, advisor: Advisor) -> dict[str, Any]:
        plain = {
            name: getattr(advisor, name)
            for name in cls.base_fields
            if name not in ("avoided_settings", "avoided_types")
        }
        return plain | {
            "avoided_settings": list(advisor.avoided_settings.values_list("pk", flat=True)),
            "avoided_types": list(advisor.avoided_types.values_list("pk", flat=True)),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        most, critical = given.get("max_active"), given.get("max_critical")
        if most and critical and critical > most:
            self.add_error("max_critical", _("No more than the requests at the same time."))
        self._both_or_neither("reach_from", "reach_until")
        reach = given.get("reach_from"), given.get("reach_until")
        if None not in reach and reach[1] <= reach[0]:
            self.add_error("reach_until", _("Choose a time after the first."))
        return given

    def _both_or_neither(self, first: str, second: str) -> None:
        given = self.cleaned_data
        for present, missing in ((first, second), (second, first)):
            is_half = given.get(present) is not None and given.get(missing) is None
            if is_half and not self.has_error(missing):
                self.add_error(missing, _("Give both times, or neither."))
