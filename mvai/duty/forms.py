"""The shift form. Times are desk time, whoever writes them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from mvai.duty.models import DutyRole, Shift
from mvai.duty.roster import desk_zone, desk_zone_words
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
