"""Who may do what: roles are data on the user, grants are code."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    REQUESTER = "requester", _("Agency leader")
    ADVISOR = "advisor", _("Advisor")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    PROGRAM_MANAGER = "program_manager", _("Program manager")
    WELLNESS_COORDINATOR = "wellness_coordinator", _("Wellness coordinator")
    CONTENT_EDITOR = "content_editor", _("Content editor")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    SYSTEM = "system", _("The portal itself")


class Permission(StrEnum):
    REQUEST_VIEW_ALL = "request.view_all"
    REQUEST_WORK = "request.work"
    REQUEST_CLOSE = "request.close"
    OFFER_ANSWER = "offer.answer"
    ENGAGEMENT_LOG = "engagement.log"
    ADVISOR_VIEW = "advisor.view"
    ADVISOR_EDIT = "advisor.edit"
    OWN_ADVISOR_PROFILE = "advisor.own_profile"
    SHIFT_EDIT = "shift.edit"
    ALARM_TAKE = "alarm.take"
    MESSAGE_VIEW = "message.view"
    REACH_VIEW = "reach.view"
    AUDIT_VIEW = "audit.view"
    LOOKS_VIEW = "request.looks_view"
    LIBRARY_EDIT = "library.edit"
    ACCOUNT_MANAGE = "account.manage"
    CHECKIN_VIEW = "checkin.view"
    REPORT_VIEW = "report.view"
    ROOM_EDIT = "room.edit"
    EMERGENCY_ACCESS = "emergency.access"
    ACCESS_REVIEW = "emergency.review"
    RETENTION_VIEW = "retention.view"
    AWARD_EDIT = "award.edit"
    RECORDS_DECIDE = "records.decide"
    CONCERN_READ = "concern.read"


_DESK = frozenset(
    {
        Permission.REQUEST_VIEW_ALL,
        Permission.REQUEST_WORK,
        Permission.REQUEST_CLOSE,
        Permission.ENGAGEMENT_LOG,
        Permission.ADVISOR_VIEW,
        Permission.ALARM_TAKE,
        Permission.MESSAGE_VIEW,
    }
)

GRANTS = MappingProxyType(
    {
        Role.REQUESTER: frozenset(),
        Role.ADVISOR: frozenset(
            {
                Permission.OFFER_ANSWER,
                Permission.ENGAGEMENT_LOG,
                Permission.OWN_ADVISOR_PROFILE,
            }
        ),
        Role.DUTY_OFFICER: _DESK,
        Role.PROGRAM_MANAGER: _DESK
        | {
            Permission.ADVISOR_EDIT,
            Permission.SHIFT_EDIT,
            Permission.REACH_VIEW,
            Permission.REPORT_VIEW,
            Permission.ROOM_EDIT,
            Permission.ACCESS_REVIEW,
            Permission.LOOKS_VIEW,
            Permission.RETENTION_VIEW,
            Permission.AWARD_EDIT,
            Permission.RECORDS_DECIDE,
            Permission.CONCERN_READ,
        },
        Role.WELLNESS_COORDINATOR: frozenset({Permission.CHECKIN_VIEW}),
        Role.CONTENT_EDITOR: frozenset({Permission.LIBRARY_EDIT}),
        Role.AUDITOR: frozenset(
            {Permission.AUDIT_VIEW, Permission.LOOKS_VIEW, Permission.RETENTION_VIEW}
        ),
        # Accounts and settings; no request text but in an emergency, one request at a time.
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.ACCOUNT_MANAGE,
                Permission.EMERGENCY_ACCESS,
                Permission.RETENTION_VIEW,
                Permission.AWARD_EDIT,
            }
        ),
        # Automation: it moves requests and offers on, and opens nothing to anybody.
        Role.SYSTEM: frozenset(
            {
                Permission.REQUEST_VIEW_ALL,
                Permission.REQUEST_WORK,
                Permission.REQUEST_CLOSE,
            }
        ),
    }
)

# The roles an alarm rings for: those who work the desk.
STAFF = frozenset({Role.DUTY_OFFICER, Role.PROGRAM_MANAGER})

# Who answers check-ins must not read who opened them, so these two stay apart.
KEPT_APART = (Role.WELLNESS_COORDINATOR, Role.AUDITOR)


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What the given roles may do together; an unknown role grants nothing."""
    return _granted(frozenset(roles))


@cache  # a page asks it some twenty times
def _granted(roles: frozenset[str]) -> frozenset[Permission]:
    known = (Role(role) for role in roles if role in Role.values)
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in known))


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Every role that sees more than its own single request signs in with a second factor."""
    return any(role != Role.REQUESTER for role in roles)
