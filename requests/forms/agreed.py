"""When leader and advisor talk: a day and an hour by one of two clocks."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.web.times import full_hour_words, gap_or_repeat, zone_of
from requests.forms.desk import MomentField

LEADER, ADVISOR = "leader", "advisor"


class LocalMomentField(MomentField):
    """A day and a time as some clock shows them; the form says whose, so no zone yet."""

    def compress(self, data_list):
        if not data_list or data_list[0] in self.empty_values:
            return None
        day, clock = data_list
        return datetime.combine(day, clock)


def in_zone(local: datetime, zone: str) -> datetime:
    """The moment at which that zone's clock shows it. Raises ValidationError, in words, when in
    the night of a change the clock jumps over it or shows it twice.
    """
    place = zone_of(zone)
    hour = full_hour_words(local)
    match gap_or_repeat(local.date(), local.time(), place):
        case "gap":
            raise ValidationError(
                _(
                    "The clocks go forward that night, and %(hour)s is left out. "
                    "Choose an hour earlier or later."
                )
                % {"hour": hour}
            )
        case "repeat":
            raise ValidationError(
                _(
                    "The clocks go back that night, and %(hour)s comes twice. "
                    "Choose a time before 1:00 a.m. or from 2:00 a.m. on."
                )
                % {"hour": hour}
            )
    return local.replace(tzinfo=place)


class TimeForm(forms.Form):
    """What every form about a talk asks: whose clock, how long, and by video where."""

    MOMENTS: tuple[str, ...] = ()

    whose = forms.ChoiceField(label=gettext_lazy("By whose clock?"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=gettext_lazy("How long, in minutes"),
        min_value=5,
        max_value=480,
        initial=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    video_url = forms.CharField(
        label=gettext_lazy("Video link, if you want one"),
        required=False,
        max_length=500,
        widget=forms.URLInput(),
        help_text=gettext_lazy(
            "Begins with https. It shows behind a code or a sign-in only, never in a message."
        ),
    )

    def __init__(
        self, *args, zones: Mapping[str, str], labels: Mapping[str, str | Promise], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self._zones = zones
        self.fields["whose"].choices = [(code, labels[code]) for code in zones]
        if len(set(zones.values())) == 1:
            del self.fields["whose"]  # both clocks are the same
        self.order_fields([*self.MOMENTS, "whose", "minutes", "video_url"])

    def clean_video_url(self) -> str:
        typed = self.cleaned_data["video_url"].strip()
        if not typed:
            return ""
        try:
            URLValidator(schemes=["https"])(typed)
            parts = urlsplit(typed)
            if parts.username is not None or parts.password is not None or not parts.hostname:
                raise ValueError
            # As the browser will resolve it: a look-alike host shows what it is.
            host = parts.hostname.encode("idna").decode()
            port = f":{parts.port}" if parts.port else ""
        except (ValidationError, ValueError):
            raise ValidationError(
                _("Give the whole link, such as https://video.example/room.")
            ) from None
        return urlunsplit(("https", host + port, parts.path, parts.query, parts.fragment))

    def clean(self):
        cleaned = super().clean()
        same = next(iter(self._zones.values())) if "whose" not in self.fields else ""
        zone = same or self._zones.get(cleaned.get("whose", ""))
        for name in self.MOMENTS:
            if zone and cleaned.get(name):
                try:
                    cleaned[name] = in_zone(cleaned[name], zone)
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned


class AgreedTimeForm(TimeForm):
    """A time that both have agreed to."""

    MOMENTS = ("starts_at",)

    starts_at = LocalMomentField(label=gettext_lazy("When do you talk?"))


class ProposalsForm(TimeForm):
    """Up to three times, of which the leader takes one."""

    MOMENTS = ("first", "second", "third")

    first = LocalMomentField(label=gettext_lazy("First time"))
    second = LocalMomentField(label=gettext_lazy("Second time"), required=False)
    third = LocalMomentField(label=gettext_lazy("Third time"), required=False)

    def times(self) -> list[datetime]:
        """Those that were given, of a valid form."""
        given = [self.cleaned_data.get(name) for name in self.MOMENTS]
        return [moment for moment in given if moment]


class ChoiceForm(forms.Form):
    """Which of the proposed times suits the leader."""

    time = forms.IntegerField(
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid": gettext_lazy("Choose a time."),
        },
        min_value=1,
        max_value=2**62,
    )
