"""The manager's forms: who an advisor is, what they know, and their papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from advisors.forms.fields import (
    STATES,
    AgenciesField,
    AgencyField,
    CodeField,
    CodesField,
    DateField,
    agency_words,
)
from advisors.matching.words import LANGUAGES
from advisors.models import Advisor
from advisors.models.advisor import Mode
from advisors.models.profile import Level
from mvai.people.models import Channel
from mvai.people.normal import normalize
from mvai.taxonomy.choices import choices_of
from mvai.taxonomy.models import (
    AgencyType,
    Discipline,
    IncidentType,
    Need,
    Phase,
    Setting,
    SizeBand,
)
from mvai.web.zones import zones_with

NOT_KNOWN = ("", _("Not known"))
NOT_A_TOPIC = ("UNSURE",)


class ProfileForm(forms.Form):
    """The person, how to reach them, and the agency they led or served in."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    title_line = forms.CharField(
        label=_("Rank as shown"),
        max_length=80,
        required=False,
        help_text=_("For example “Sheriff (ret.)”. Agencies see it after an advisor accepts."),
    )
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    voice = forms.CharField(label=_("Number to call"), max_length=60, required=False)
    sms = forms.CharField(
        label=_("Number for texts"),
        max_length=60,
        required=False,
        help_text=_("Only with the consent given in the agreement."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    disciplines = CodesField(
        label=_("Disciplines"), error_messages={"required": _("Choose at least one.")}
    )
    former_agency = forms.CharField(
        label=_("Agency then"),
        max_length=200,
        required=False,
        help_text=_("Where they served when it happened, in words."),
    )
    agency_type_id = CodeField(label=_("Type of agency then"), required=False)
    size_band_id = CodeField(label=_("Size of agency then"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    agency = AgencyField(
        label=_("Own agency today"),
        required=False,
        help_text=_("As “Name, ST”. Its requests are never offered to them."),
    )
    conflicts = AgenciesField(
        label=_("Agencies not to be offered"),
        required=False,
        help_text=_("One a line, as “Name, ST”: neighbors in a lawsuit, former employers."),
    )
    languages = CodesField(label=_("Languages"), choices=list(LANGUAGES.items()))
    modes = CodesField(label=_("How they help"), choices=Mode.choices)
    travel_notice_days = forms.IntegerField(
        label=_("Days of notice to travel"), min_value=0, max_value=90, initial=0
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        offered = choices_of(Discipline, AgencyType, SizeBand)
        held = self.initial.get("disciplines", ())
        unused = Discipline.objects.filter(pk__in=held, active=False)
        self.fields["disciplines"].choices = [
            *offered["Discipline"],
            *((term.pk, term.label) for term in unused),
        ]
        self.fields["agency_type_id"].choices = [NOT_KNOWN, *offered["AgencyType"]]
        self.fields["size_band_id"].choices = [NOT_KNOWN, *offered["SizeBand"]]
        self.fields["time_zone"].choices = zones_with(self.initial.get("time_zone", ""))[1:]
        self.fields["languages"].choices = [
            (code, _now(words)) for code, words in LANGUAGES.items()
        ]

    @classmethod
    def initial_of(cls, advisor: Advisor | None) -> dict[str, Any]:
        if advisor is None:
            return {"languages": ["en"], "modes": [Mode.VIRTUAL]}
        person = advisor.person
        points = {
            point.channel: point.value
            for point in reversed(person.contact_points.filter(stopped_at=None))
        }
        own = {
            name: getattr(advisor, name)
            for name in (
                "title_line",
                "former_agency",
                "agency_type_id",
                "size_band_id",
                "state",
                "region",
                "languages",
                "modes",
                "travel_notice_days",
            )
        }
        return own | {
            "full_name": person.full_name,
            "pronouns": person.pronouns,
            "time_zone": person.time_zone,
            "voice": points.get(Channel.VOICE, ""),
            "sms": points.get(Channel.SMS, ""),
            "email": points.get(Channel.EMAIL, ""),
            "disciplines": list(advisor.disciplines.values_list("pk", flat=True)),
            "agency": agency_words(advisor.agency),
            "conflicts": "\n".join(agency_words(agency) for agency in advisor.conflicts.all()),
        }

    def clean_voice(self) -> str:
        return self._readable("voice", Channel.VOICE)

    def clean_sms(self) -> str:
        return self._readable("sms", Channel.SMS)

    def _readable(self, name: str, channel: str) -> str:
        value = self.cleaned_data[name]
        if value and not normalize(channel, value):
            raise forms.ValidationError(_("Write the number with its area code."))
        return value

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given["voice"] or given["sms"] or given["email"]):
            self.add_error("voice", _("Give one way to reach them."))
        return given


class ExpertiseForm(forms.Form):
    """A level for each need, by the advisor's own rating."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        levels = [("", _now("Not covered")), *Level.choices]
        for need in Need.objects.active().exclude(pk__in=NOT_A_TOPIC):
            self.fields[need.pk] = forms.TypedChoiceField(
                label=_now(need.label), choices=levels, coerce=int, empty_value="", required=False
            )

    @classmethod
    def initial_of(cls, advisor: Advisor | None) -> dict[str, int]:
        return dict(advisor.expertise.values_list("need_id", "level")) if advisor else {}


class IncidentForm(forms.Form):
    """One incident led. No names, and no numbers of people harmed."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    setting_id = CodeField(label=_("Setting"))
    incident_types = CodesField(label=_("What kind"), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=1960, max_value=2100)
    role_then_id = CodeField(label=_("Role then"), required=False)
    agency_type_id = CodeField(label=_("Type of agency"), required=False)
    size_band_id = CodeField(label=_("Size of agency"), required=False)
    phase_reached_id = CodeField(label=_("Stayed until"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    anniversary_on = DateField(label=_("Date of the incident"), required=False)
    rests_around_it = forms.BooleanField(
        label=_("Not to be asked in the week before and after that date"), required=False
    )
    children_harmed = forms.BooleanField(label=_("Children were harmed"), required=False)

    LISTS = {
        "setting_id": Setting,
        "incident_types": IncidentType,
        "role_then_id": Discipline,
        "agency_type_id": AgencyType,
        "size_band_id": SizeBand,
        "phase_reached_id": Phase,
    }

    def __init__(self, *arguments: Any, offered: dict, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, kind in self.LISTS.items():
            start = [] if name == "incident_types" else [NOT_KNOWN]
            self.fields[name].choices = [*start, *offered[kind.__name__]]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        day = given.get("anniversary_on")
        if given.get("rests_around_it") and not day:
            self.add_error("anniversary_on", _("Give the date to rest around."))
        if day and given.get("year") and day.year != given["year"]:
            self.add_error("anniversary_on", _("This date lies in another year."))
        return given


class IncidentForms(forms.BaseFormSet):
    """The incidents an advisor led through, one form each."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["form_kwargs"] = {"offered": choices_of(*IncidentForm.LISTS.values())}  # type: ignore[type-abstract]
        super().__init__(*arguments, **{"prefix": "incidents", **options})

    @classmethod
    def initial_of(cls, advisor: Advisor | None) -> list[dict[str, Any]]:
        if advisor is None:
            return []
        return [
            {
                "id": incident.pk,
                "incident_types": [kind.pk for kind in incident.incident_types.all()],
            }
            | {
                name: getattr(incident, name)
                for name in IncidentForm.base_fields
                if name not in ("id", "incident_types")
            }
            for incident in advisor.incidents.prefetch_related("incident_types")
        ]

    @property
    def incidents(self) -> list[dict[str, Any]]:
        """Those that were filled in and not taken out."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Take this incident out")


IncidentFormSet: type[IncidentForms] = forms.formset_factory(  # type: ignore[assignment]
    IncidentForm, formset=IncidentForms, extra=1, can_delete=True, max_num=20, absolute_max=21
)


class StandingForm(forms.Form):
    """In the program, vetted, under an agreement."""

    vetted_date = DateField(label=_("Vetted on"), required=False)
    agreement_signed_date = DateField(label=_("Agreement signed on"), required=False)
    agreement_expires_date = DateField(
        label=_("Agreement ends on"),
        required=False,
        help_text=_("From that day on nothing is offered."),
    )
    is_active = forms.BooleanField(label=_("Active in the program"), required=False)

    @classmethod
    def initial_of(cls, advisor: Advisor) -> dict[str, Any]:
        return {name: getattr(advisor, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        signed, ends = given.get("agreement_signed_date"), given.get("agreement_expires_date")
        if signed and not ends and not self.has_error("agreement_expires_date"):
            self.add_error("agreement_expires_date", _("Say when it ends, too."))
        if ends and not signed and not self.has_error("agreement_signed_date"):
            self.add_error("agreement_signed_date", _("Say when it was signed, too."))
        if signed and ends and ends <= signed:
            self.add_error("agreement_expires_date", _("Choose a day after it was signed."))
        return given


class AccountForm(forms.Form):
    """The address an advisor signs in with."""

    email = forms.EmailField(label=_("E-mail to sign in with"))
