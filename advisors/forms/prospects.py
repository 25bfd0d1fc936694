"""Offering to help one day, naming somebody who could, and what the manager writes about them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from advisors.forms.fields import CodeField, CodesField
from advisors.models import Prospect, ProspectQuerySet, ProspectState
from advisors.rules.gaps import NOT_A_TOPIC
from advisors.rules.prospects import MOVES
from mvai.taxonomy.models import Discipline, Need
from mvai.web.lines import LineField
from mvai.web.traps import TrapForm

_MAIL = {"autocapitalize": "none", "spellcheck": "false"}
SECOND_WAVE = 2


def disciplines_offered() -> QuerySet[Discipline]:
    """Those in use; with the setting on, those of the second wave as well."""
    wanted = Q(active=True)
    if settings.SECOND_WAVE:
        wanted |= Q(wave=SECOND_WAVE)
    return Discipline.objects.filter(wanted).order_by("sort")


class _ProspectForm(TrapForm):
    """What both doors ask about the person who may help."""

    full_name = LineField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Give the name.")},
    )
    title_line = LineField(
        label=_("Rank or role"),
        max_length=80,
        required=False,
        help_text=_("For example: sheriff, retired."),
    )
    discipline_id = CodeField(
        label=_("Which is closest?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the closest one.")},
    )
    agency_text = LineField(label=_("Agency, former or present"), max_length=200, required=False)
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs=_MAIL | {"autocomplete": "email"}),
        error_messages={"required": _("Give an e-mail address: we ask there whether it was you.")},
    )
    experience = forms.CharField(
        label=_("What you have been through, in general words"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "For example: led a mid-size agency after a school attack, until the trial. "
            "No names of victims or suspects, and no numbers of people harmed."
        ),
    )
    needs = CodesField(label=_("What could you help with?"), required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        closest, needs = self.fields["discipline_id"], self.fields["needs"]
        assert isinstance(closest, forms.ChoiceField)
        assert isinstance(needs, forms.ChoiceField)
        closest.choices = [(one.pk, str(one)) for one in disciplines_offered()]
        topics = Need.objects.active().exclude(pk__in=NOT_A_TOPIC)
        needs.choices = [(one.pk, str(one)) for one in topics]

    def _address(self, name: str) -> str:
        address = str(self.cleaned_data[name]).strip()
        try:
            if address:
                validate_email(address)
        except ValidationError:
            raise ValidationError(
                _now("This isn’t an e-mail address. It looks like name@agency.gov.")
            ) from None
        return address

    def clean_email(self) -> str:
        return self._address("email")

    def facts(self) -> dict[str, Any]:
        """About the person who may help."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name in _FACTS}


_FACTS = frozenset(
    {
        "full_name",
        "title_line",
        "discipline_id",
        "agency_text",
        "email",
        "how_to_reach",
        "experience",
        "needs",
        "relation",
    }
)


class CouldHelpForm(_ProspectForm):
    """ "I have been through this, and could help." """

    how_to_reach = LineField(
        label=_("How and when to reach you"),
        max_length=120,
        required=False,
        help_text=_("For example: a number, in the evening, Mountain Time."),
    )

    @property
    def sender(self) -> dict[str, str]:
        return {
            "sender_name": self.cleaned_data["full_name"],
            "sender_address": self.cleaned_data["email"],
        }


class NominateForm(_ProspectForm):
    """Somebody names a person who could help. That person hears nothing of it from the portal."""

    full_name = LineField(
        label=_("Their name"), max_length=200, error_messages={"required": _("Give their name.")}
    )
    discipline_id = CodeField(
        label=_("Which is closest?"), required=False, widget=forms.RadioSelect
    )
    email = forms.CharField(
        label=_("Their e-mail, if you know it"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs=_MAIL | {"autocomplete": "off"}),
        help_text=_("The portal sends nothing there. The program manager writes first."),
    )
    experience = forms.CharField(
        label=_("Why you think of them, in general words"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names of victims or suspects, and no numbers of people harmed."),
    )
    needs = CodesField(label=_("What could they help with?"), required=False)
    sender_name = LineField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give your name.")},
    )
    sender_email = forms.CharField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs=_MAIL | {"autocomplete": "email"}),
        error_messages={"required": _("Give an e-mail address: we ask there whether it was you.")},
    )
    relation = LineField(
        label=_("How you know each other"),
        max_length=120,
        error_messages={"required": _("Say in a few words how you know each other.")},
    )

    def clean_sender_email(self) -> str:
        return self._address("sender_email")

    @property
    def sender(self) -> dict[str, str]:
        return {
            "sender_name": self.cleaned_data["sender_name"],
            "sender_address": self.cleaned_data["sender_email"],
        }


class ProspectFilter(forms.Form):
    """What the list can be narrowed to; it all stands in the address."""

    q = forms.CharField(
        label=_("Name or agency"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    discipline = forms.ModelChoiceField(
        Discipline.objects.all(), label=_("Discipline"), required=False, empty_label=_("Any")
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Confirmed, and not decided")), ("all", _("All")), *ProspectState.choices],
    )

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def apply(self, prospects: ProspectQuerySet) -> ProspectQuerySet:
        """The prospects asked for; none when the filter can't be understood."""
        if not self.is_valid():
            return prospects.none()
        asked = self.cleaned_data
        for word in asked["q"].split():
            prospects = prospects.filter(
                Q(full_name__icontains=word) | Q(agency_text__icontains=word)
            )
        if asked["discipline"]:
            prospects = prospects.filter(discipline=asked["discipline"])
        if asked["state"] == "":
            return prospects.with_us()
        return prospects if asked["state"] == "all" else prospects.filter(state=asked["state"])


class ProspectMoveForm(forms.Form):
    """Where the conversation stands."""

    state = forms.ChoiceField(
        label=_("Where it stands"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say where it stands.")},
    )

    def __init__(self, *arguments: Any, prospect: Prospect, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        allowed = {prospect.state, *MOVES[prospect.state]}
        field.choices = [one for one in ProspectState.choices if one[0] in allowed]


class ProspectNoteForm(forms.Form):
    text = forms.CharField(
        label=_("What was said, in a line or two"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a line, or leave it.")},
        help_text=_("Records of a public program may have to be disclosed."),
    )


class ProspectInviteForm(forms.Form):
    email = forms.CharField(
        label=_("E-mail of the account"),
        max_length=254,
        widget=forms.EmailInput(attrs=_MAIL | {"autocomplete": "off"}),
        help_text=_("They choose a password by a link that is good for 72 hours."),
        error_messages={"required": _("Give the address the invitation goes to.")},
    )

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).strip()
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(
                _now("This isn’t an e-mail address. It looks like name@agency.gov.")
            ) from None
        return address
