"""The forms of the pages on which accounts are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.members import addresses, rules
from mvai.accounts.models import User, UserQuerySet
from mvai.accounts.roles import Role

_ROLE_ERRORS = {
    "required": _("Choose at least one role."),
    "invalid_choice": _("Choose at least one role from the list."),
}


class _RoleField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class InviteForm(forms.Form):
    """Who is invited, and as what. The one who invites fixes the roles."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        error_messages={"required": _("Enter the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("Rank or title"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # Longer than an address may be, so that the sentence about it is ours.
    email = forms.CharField(
        label=_("E-mail"),
        max_length=1000,
        help_text=_("They sign in with it, and the invitation goes there."),
        error_messages={"required": _("Enter the e-mail address.")},
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    roles = _RoleField(
        label=_("What they do here"),
        help_text=_("Nobody is both wellness coordinator and auditor."),
        error_messages=_ROLE_ERRORS,
    )

    def __init__(self, *arguments: Any, by: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(role.value, role.label) for role in rules.roles_to_give(by)]

    def clean_email(self) -> str:
        """Said with what else is wrong, not after it."""
        address = addresses.as_kept(self.cleaned_data["email"])
        if wrong := addresses.why_not(address):
            raise forms.ValidationError(wrong)
        return address


class RolesForm(forms.Form):
    """What somebody does here, from now on."""

    roles = _RoleField(label=_("What they do here"), error_messages=_ROLE_ERRORS)

    def __init__(self, *arguments: Any, by: User, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["roles"]
        field.initial = user.roles
        assert isinstance(field, forms.MultipleChoiceField)
        shown = {*rules.roles_to_give(by), *user.roles}
        field.choices = [(role.value, role.label) for role in Role if role in shown]


class ReasonForm(forms.Form):
    """Why a second factor is to be removed; the second administrator goes by it."""

    reason = forms.CharField(
        label=_("How you know that it is them"),
        max_length=280,
        help_text=_("For example: called back on the number we have, and recognized the voice."),
        error_messages={"required": _("Say how you know that it is them who asked.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MemberFilter(forms.Form):
    """What the list of accounts can be narrowed to."""

    q = forms.CharField(
        label=_("Name or e-mail"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[
            ("", _("Any role")),
            *((role.value, role.label) for role in Role if role != Role.SYSTEM),
        ],
    )
    standing = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *rules.Standing.choices]
    )

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def apply(self, users: UserQuerySet, at: datetime) -> UserQuerySet:
        """The accounts asked for; none when the filter can't be understood."""
        if not self.is_valid():
            return users.none()
        asked = self.cleaned_data
        for word in asked["q"].split():
            users = users.filter(Q(person__full_name__icontains=word) | Q(email__icontains=word))
        if asked["role"]:
            users = users.filter(roles__contains=[asked["role"]])
        if asked["standing"]:
            users = users.filter(rules.where(asked["standing"], at))
        return users
