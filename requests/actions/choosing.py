"""Whom to choose from: the ranking of this moment, and who may not be asked at all."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from advisors.matching import Need, Ranking, rank
from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.people.models import WITH_CONTACT_POINT, ContactPoint
from mvai.taxonomy.phases import phase_at
from requests.actions.loads import asked_already, loads
from requests.actions.moves import MoveRefused
from requests.models import AssistanceRequest, FilingFor

# No reason of the desk's outweighs these: they protect the agency or the advisor's own word.
NEVER = frozenset(
    {
        "inactive",
        "not_vetted",
        "agreement",
        "discipline",
        "own_agency",
        "conflict",
        "same_incident",
        "topic",
        "not_now",
    }
)


def rank_advisors(*, assistance_request: AssistanceRequest, at: datetime) -> Ranking:
    """Every advisor, best first, with reasons; and those who can't be asked, with why."""
    candidates = Advisor.objects.as_candidates(loads=loads(at), at=at)
    return rank(need_of(assistance_request, at), candidates)


def need_of(assistance_request: AssistanceRequest, at: datetime) -> Need:
    """What matching is told about a request. What isn't known stays blank."""
    agency = assistance_request.agency
    agency_type = (agency.agency_type_id or "") if agency else ""
    setting = assistance_request.setting_id or ""
    role = _role_of(assistance_request, agency_type)
    language = assistance_request.leader.language
    happened_at, is_ahead = assistance_request.happened_at, assistance_request.is_preparedness
    return Need(
        at=at,
        urgency=assistance_request.urgency,
        setting=setting,
        incident_types=frozenset(assistance_request.incident_types.values_list("pk", flat=True)),
        needs=frozenset(assistance_request.needs.values_list("pk", flat=True)),
        role=role,
        agency_type=agency_type,
        size_band=(agency.size_band_id or "") if agency else "",
        time_zone=assistance_request.time_zone,
        state=assistance_request.state_code or (agency.state if agency else ""),
        phase=phase_at(happened_at, at) if happened_at or is_ahead else "",
        agency_id=assistance_request.agency_id,
        languages_preferred=frozenset({language} - {"en", ""}),
        prefers_tribal=agency_type == "TRIBAL" or setting == "TRIBAL" or role == "LE_TRIBAL",
        prefers_campus=setting == "CAMPUS" or role == "LE_CAMPUS",
        children_harmed=bool(assistance_request.children_harmed),
        already_asked=asked_already(assistance_request.pk),
    )


def refuse_gated(advisor: Advisor, ranking: Ranking, override_reason: str) -> None:
    """Raise MoveRefused, with the rules' own words, for somebody who isn't to be asked."""
    if is_turned_off(advisor):
        raise MoveRefused(
            _("%(name)s can't answer: their account is turned off.")
            % {"name": advisor.person.full_name}
        )
    if not reachable([advisor.pk]):
        raise MoveRefused(
            _("%(name)s can't be sent a message: no number or address on file.")
            % {"name": advisor.person.full_name}
        )
    if any(match.advisor_id == advisor.pk for match in ranking.matches):
        return
    gates = next((out.gates for out in ranking.excluded if out.advisor_id == advisor.pk), ())
    if not any(gate.code in NEVER for gate in gates) and override_reason.strip():
        return
    words = "; ".join(gate.words for gate in gates)
    raise MoveRefused(
        _("%(name)s can't be asked now: %(why)s.")
        % {"name": advisor.person.full_name, "why": words or _("not on the list")}
    )


def reachable(advisor_ids: Iterable[int]) -> set[int]:
    """Those of the advisors who have a proven number or address that a message can go to.

    Nobody whose account is turned off: they could not say yes.
    """
    points = ContactPoint.objects.usable(*WITH_CONTACT_POINT).proven()
    return set(
        Advisor.objects.filter(
            pk__in=list(advisor_ids), person__contact_points__in=points.order_by()
        )
        .exclude(person__user__is_active=False)
        .values_list("pk", flat=True)
    )


def is_turned_off(advisor: Advisor) -> bool:
    return User.objects.filter(person=advisor.person_id, is_active=False).exists()


def _role_of(assistance_request: AssistanceRequest, agency_type: str) -> str:
    """The discipline of the leader to be called, as far as it is known."""
    said = assistance_request.filer_role
    if assistance_request.filing_for == FilingFor.ME:
        return "" if said == "OTHER" else said
    if assistance_request.filing_for == FilingFor.MY_CHIEF:
        return "LE_SHERIFF" if agency_type == "SHERIFF" else "LE_CHIEF"
    return ""
