"""Shifts, plans and the desk's hours. Times are desk time, whoever writes them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.duty import plans
from mvai.duty.desk import desk_zone, desk_zone_words
from mvai.duty.hours import MIDNIGHT, Hours, Stretch
from mvai.duty.models import LATEST, Audience, DutyRole, Shift
from mvai.web.days import in_living_time


class DeskTimeField(forms.DateTimeField):
    """A moment, written and shown in the desk's zone."""

    default_validators = [in_living_time]

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        with timezone.override(desk_zone()):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(desk_zone()):
            return super().prepare_value(value)


class _PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: User) -> str:
        return user.display_name


class ShiftForm(forms.Form):
    """Who is on call, in which role, from when to when."""

    user = _PersonField(label=_("Who"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("In which role"), choices=DutyRole.choices)
    starts_at = DeskTimeField(label=_("From"))
    ends_at = DeskTimeField(label=_("To"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        staff = User.objects.staff().select_related("person").order_by("person__full_name")
        self.fields["user"].queryset = staff
        zone = desk_zone_words(timezone.now())
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = _("Desk time (%(zone)s).") % {"zone": zone}

    @classmethod
    def of(cls, shift: Shift) -> "ShiftForm":
        return cls(
            initial={
                "user": shift.user_id,
                "role": shift.role,
                "starts_at": shift.starts_at,
                "ends_at": shift.ends_at,
            }
        )


class PlanStepForm(forms.Form):
    """Whom one step pages, when, and how. Blank is no step."""

    audience = forms.ChoiceField(
        label=_("Who"), choices=[("", _("Choose")), *Audience.choices], required=False
    )
    minutes = forms.IntegerField(
        label=_("Minutes after it began"),
        min_value=0,
        max_value=LATEST // plans.MINUTE,
        required=False,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Give 0 to 120 minutes.")),
    )
    channels = forms.MultipleChoiceField(
        label=_("By"),
        choices=[(one.value, one.label) for one in plans.CHANNELS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: as each person wishes."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("DELETE") or not (self.is_there or self.errors):
            return given
        if not given.get("audience") and not self.has_error("audience"):
            self.add_error("audience", _("Choose who is paged."))
        if given.get("minutes") is None and not self.has_error("minutes"):
            self.add_error("minutes", _("After how many minutes? 0 is at once."))
        return given

    @property
    def is_there(self) -> bool:
        given = self.cleaned_data
        return bool(
            given.get("audience") or given.get("minutes") is not None or given.get("channels")
        )

    @property
    def step(self) -> plans.PlannedStep:
        given = self.cleaned_data
        return plans.PlannedStep(
            given["audience"], given["minutes"] * plans.MINUTE, tuple(given["channels"])
        )


class PlanForms(forms.BaseFormSet):
    """A whole plan, a form for each step and a blank one for the next."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"prefix": "steps", **options})

    @staticmethod
    def initial_of(plan: plans.Plan) -> list[dict[str, Any]]:
        return [
            {
                "audience": step.audience,
                "minutes": step.after // plans.MINUTE,
                "channels": list(step.channels),
            }
            for step in plan
        ]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Take this step out")

    @property
    def kept(self) -> list[PlanStepForm]:
        return [
            form for form in self.forms if form.is_there and not form.cleaned_data.get("DELETE")
        ]

    def refuse(self, refusal: plans.PlanRefused) -> None:
        """Say why beside the step that is to blame, or above them all."""
        if refusal.row is None:
            self._non_form_errors.append(str(refusal))
        else:
            self.kept[refusal.row].add_error(None, str(refusal))


PlanFormSet: type[PlanForms] = forms.formset_factory(  # type: ignore[assignment]
    PlanStepForm,
    formset=PlanForms,
    extra=1,
    can_delete=True,
    max_num=plans.MOST_STEPS + 1,
    absolute_max=plans.MOST_STEPS + 4,
)


class HoursForm(forms.Form):
    """The desk's week: for each day up to two stretches, from and until; blank is closed."""

    STRETCHES = (1, 2)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for day, label in WEEKDAYS.items():
            for number in self.STRETCHES:
                names = {"day": label, "number": number}
                for part, words in (
                    ("from", gettext("%(day)s, from (%(number)s)")),
                    ("until", gettext("%(day)s, until (%(number)s)")),
                ):
                    self.fields[f"{part}_{day}_{number}"] = forms.TimeField(
                        label=words % names,
                        required=False,
                        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                    )

    @classmethod
    def of(cls, hours: Hours) -> "HoursForm":
        initial, seen = {}, dict.fromkeys(WEEKDAYS, 0)
        for stretch in hours.stretches:
            seen[stretch.weekday] += 1
            initial[f"from_{stretch.weekday}_{seen[stretch.weekday]}"] = stretch.opens
            initial[f"until_{stretch.weekday}_{seen[stretch.weekday]}"] = stretch.closes
        return cls(initial=initial)

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        """Each weekday with its bound fields, from and until in turn."""
        return [
            (
                str(label),
                [
                    self[f"{part}_{day}_{one}"]
                    for one in self.STRETCHES
                    for part in ("from", "until")
                ],
            )
            for day, label in WEEKDAYS.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        stretches: list[Stretch] = []
        for day in WEEKDAYS:
            for number in self.STRETCHES:
                self._add(stretches, day, number, given)
            self._refuse_overlap(day, stretches)
        if not (stretches or self.errors):
            raise forms.ValidationError(
                _("Give at least one day its hours. For no hours at all, use “Around the clock”.")
            )
        return {"stretches": stretches}

    def _add(self, stretches: list[Stretch], day: int, number: int, given: dict[str, Any]) -> None:
        since, until = f"from_{day}_{number}", f"until_{day}_{number}"
        opens, closes = given.get(since), given.get(until)
        if self.has_error(since) or self.has_error(until) or (opens is None and closes is None):
            return
        if opens is None:
            self.add_error(since, _("From when?"))
        elif closes is None:
            self.add_error(until, _("Until when?"))
        elif closes != MIDNIGHT and closes <= opens:
            self.add_error(
                until, _("Choose a time after the first. Past midnight, use the next day too.")
            )
        else:
            stretches.append(Stretch(day, opens, closes))

    def _refuse_overlap(self, day: int, stretches: list[Stretch]) -> None:
        mine = sorted(one for one in stretches if one.weekday == day)
        if len(mine) == 2 and (mine[0].closes == MIDNIGHT or mine[1].opens < mine[0].closes):
            self.add_error(f"from_{day}_2", _("This overlaps the first stretch."))
