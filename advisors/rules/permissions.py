from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.accounts.roles import Permission


def may_edit(user: User) -> bool:
    """Profiles, agreements and vetting are the program manager's."""
    return user.may(Permission.ADVISOR_EDIT)


def may_keep_time(user: User, advisor: Advisor) -> bool:
    """Hours, limits and "not now" are the advisor's own; the manager may keep them on a call."""
    if may_edit(user):
        return True
    return user.may(Permission.OWN_ADVISOR_PROFILE) and advisor.person_id == user.person_id
