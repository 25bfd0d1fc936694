"""The roster's records: who an advisor is, what they know, and their papers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from advisors import rules
from advisors.actions.time import set_limits
from advisors.models import Advisor, Expertise, IncidentLed
from mvai.accounts import actions as accounts
from mvai.accounts.members import actions as members
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.audit import log
from mvai.people.actions import add_contact_point, remove
from mvai.people.models import Channel, Person
from mvai.web.refusals import Refused

PERSON = ("full_name", "title", "pronouns", "time_zone")
PLAIN = (
    "title_line",
    "former_agency",
    "agency_type_id",
    "size_band_id",
    "agency",
    "state",
    "region",
    "languages",
    "modes",
    "travel_notice_days",
)
LISTS = ("disciplines", "conflicts")
CONTACTS = {"voice": Channel.VOICE, "sms": Channel.SMS, "email": Channel.EMAIL}
INCIDENT = (
    "setting_id",
    "year",
    "role_then_id",
    "agency_type_id",
    "size_band_id",
    "phase_reached_id",
    "state",
    "anniversary_on",
    "rests_around_it",
    "children_harmed",
)


class ProfileRefused(Refused):
    """The record can't be kept as given."""


@transaction.atomic
def create_advisor(
    *,
    profile: Mapping[str, Any],
    person: Person | None = None,
    by: User,
    at: datetime,
    **parts: Any,
) -> Advisor:
    """A new advisor, active but not yet vetted and without an agreement, so never yet asked.

    `profile` holds the fields of PERSON, PLAIN, LISTS and CONTACTS; `parts` are those of
    `edit_advisor`. `person` is whoever it is, where the portal knows them already.
    """
    _refuse_unless_editor(by)
    person = person or Person.objects.create(
        **{name: profile[name] for name in PERSON if name in profile}
    )
    advisor = Advisor.objects.create(person=person)
    log.record(verb="advisor.created", target=advisor, by=by, at=at)
    return edit_advisor(advisor=advisor, profile=profile, by=by, at=at, **parts)


@transaction.atomic
def edit_advisor(
    *,
    advisor: Advisor,
    profile: Mapping[str, Any],
    limits: Mapping[str, Any] | None = None,
    expertise: Mapping[str, int] | None = None,
    incidents: Sequence[Mapping[str, Any]] | None = None,
    by: User,
    at: datetime,
) -> Advisor:
    """Change a record. `expertise` is level by need, `incidents` all that remain; None leaves be.

    Terms are given by their codes ("setting_id": "K12"). An incident names the row it changes
    under "id"; one without is new.
    """
    _refuse_unless_editor(by)
    locked = (
        Advisor.objects.select_for_update(of=("self",)).select_related("person").get(pk=advisor.pk)
    )
    changed = _change(locked.person, profile, PERSON) + _change(locked, profile, PLAIN)
    changed += _change_lists(locked, profile)
    changed += _change_contacts(locked.person, profile, by=by, at=at)
    if expertise is not None and _change_expertise(locked, expertise):
        changed.append("expertise")
    if incidents is not None and _change_incidents(locked, incidents):
        changed.append("incidents")
    if changed:
        log.record(verb="advisor.edited", target=locked, by=by, at=at, fields=sorted(changed))
    if limits is not None:
        set_limits(advisor=locked, limits=limits, by=by, at=at)
    return locked


@transaction.atomic
def record_standing(
    *,
    advisor: Advisor,
    is_active: bool,
    vetted_date: date | None,
    agreement_signed_date: date | None,
    agreement_expires_date: date | None,
    by: User,
    at: datetime,
) -> Advisor:
    """Whether an advisor is in the program, vetted, and under an agreement."""
    _refuse_unless_editor(by)
    locked = Advisor.objects.select_for_update(of=("self",)).get(pk=advisor.pk)
    given = {
        "is_active": is_active,
        "vetted_date": vetted_date,
        "agreement_signed_date": agreement_signed_date,
        "agreement_expires_date": agreement_expires_date,
    }
    changed = _change(locked, given, tuple(given))
    if changed:
        facts: dict[str, Any] = {name: given[name] for name in changed}
        log.record(verb="advisor.standing_recorded", target=locked, by=by, at=at, **facts)
    return locked


@transaction.atomic
def make_account(*, advisor: Advisor, email: str, by: User, at: datetime) -> User:
    """Give an advisor an account, and invite them to choose a password within 72 hours."""
    _refuse_unless_editor(by)
    if User.objects.filter(person=advisor.person_id).exists():
        raise ProfileRefused(_("This advisor has an account."))
    user = accounts.create_account(
        email=email, person=advisor.person, roles=[Role.ADVISOR], by=by, at=at
    )
    members.send_invitation(user=user, by=by, at=at)
    return user


def _refuse_unless_editor(by: User) -> None:
    if not rules.may_edit(by):
        raise PermissionDenied


def _change(record: Any, given: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    changed = [name for name in names if name in given and getattr(record, name) != given[name]]
    for name in changed:
        setattr(record, name, given[name])
    if changed:
        record.save(update_fields=changed)
    return changed


def _change_lists(advisor: Advisor, given: Mapping[str, Any]) -> list[str]:
    changed = []
    for name in LISTS:
        if name not in given:
            continue
        wanted = {getattr(item, "pk", item) for item in given[name]}
        if wanted != set(getattr(advisor, name).values_list("pk", flat=True)):
            getattr(advisor, name).set(wanted)
            changed.append(name)
    return changed


def _change_contacts(
    person: Person, given: Mapping[str, Any], *, by: User, at: datetime
) -> list[str]:
    """One number or address per channel on this page: another value takes the place of it.

    It is not used before the advisor has proven it, on "How we reach you".
    """
    changed = []
    for name, channel in CONTACTS.items():
        if name not in given:
            continue
        wanted = " ".join(given[name].split())
        points = list(person.contact_points.filter(channel=channel, stopped_at=None))
        if [point.value for point in points] == ([wanted] if wanted else []):
            continue
        for point in points:
            if point.value != wanted:
                remove(contact_point=point, at=at, by=by)
        if wanted:
            # The agreement holds the advisor's consent to calls and texts.
            add_contact_point(
                person=person, channel=channel, value=wanted, at=at, consented=True, by=by
            )
        changed.append(name)
    return changed


def _change_expertise(advisor: Advisor, levels: Mapping[str, int]) -> bool:
    wanted = {need: level for need, level in levels.items() if level}
    held = dict(advisor.expertise.values_list("need_id", "level"))
    if wanted == held:
        return False
    advisor.expertise.exclude(need__in=wanted).delete()
    Expertise.objects.bulk_create(
        [
            Expertise(advisor=advisor, need_id=need, level=level)
            for need, level in wanted.items()
            if held.get(need) != level
        ],
        update_conflicts=True,
        unique_fields=["advisor", "need"],
        update_fields=["level"],
    )
    return True


def _change_incidents(advisor: Advisor, incidents: Sequence[Mapping[str, Any]]) -> bool:
    held: dict[Any, IncidentLed] = {one.pk: one for one in advisor.incidents.all()}
    kept, changed = set(), False
    for given in incidents:
        row = held.get(given.get("id"))
        fields = {name: given[name] for name in INCIDENT if name in given}
        if row is None:
            row = IncidentLed.objects.create(advisor=advisor, **fields)
            changed = True
        elif _change(row, fields, INCIDENT):
            changed = True
        types = set(given.get("incident_types", ()))
        if types != set(row.incident_types.values_list("pk", flat=True)):
            row.incident_types.set(types)
            changed = True
        kept.add(row.pk)
    gone = advisor.incidents.exclude(pk__in=kept)
    if gone.exists():
        for row in gone:
            row.incident_types.clear()
            row.delete()
        changed = True
    return changed
