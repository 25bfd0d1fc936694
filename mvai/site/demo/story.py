"""Plays each invented request through the real actions, at times in the past."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.agencies.models import Agency
from mvai.duty import actions as duty
from mvai.site.demo import past
from mvai.site.demo.tales import TALES, Tale
from requests.actions import (
    agreed,
    closing,
    desk,
    engagements,
    filing,
    follow_ups,
    offers,
    outreach,
    triage,
)
from requests.models import AssistanceRequest, Engagement, FollowUp, Offer
from requests.states import AdvisorRole, CallOutcome, FollowUpState, IdentityMethod, OfferState

ORDER = ("submitted", "acknowledged", "called", "triaged", "seeking", "engaged", "following_up")
PLACES = {"seeking_critical": "seeking"}


def tell(*, staff: dict[str, User], agencies: dict[str, Agency], at: datetime) -> int:
    """Every tale, the oldest first, so that loads and rests add up as they would have."""
    for tale in sorted(TALES, key=lambda tale: -tale.ago):
        _Teller(tale, staff, agencies, at).tell()
    return len(TALES)


class _Teller:
    """One tale: each step is an action of the portal, as a person would have taken it."""

    def __init__(
        self, tale: Tale, staff: dict[str, User], agencies: dict[str, Agency], now: datetime
    ) -> None:
        self.tale, self.now, self.staff = tale, now, staff
        self.filed_at = now - tale.ago
        self.owner = staff[tale.owner]
        self.agency = agencies.get(tale.city)

    def tell(self) -> None:
        reached = PLACES.get(self.tale.reaches, self.tale.reaches)
        last = "called" if reached == "closed" and not self.tale.brief else reached
        last = "following_up" if last == "closed" else last
        for step in ORDER[: ORDER.index(last) + 1]:
            getattr(self, f"_{step}")()
            past.send_what_was_due_at_once(self.now)
        if reached == "closed":
            closing.close(
                assistance_request=self._request(),
                close_reason=self.tale.ends,
                note=self.tale.note,
                by=self.owner,
                at=self._after(days=min(self.tale.ago.days - 1, 240) or 1),
            )

    def _after(self, **delta: float) -> datetime:
        return min(self.filed_at + timedelta(**delta), self.now)

    def _request(self) -> AssistanceRequest:
        return AssistanceRequest.objects.get(pk=self.pk)

    def _submitted(self) -> None:
        tale = self.tale
        details: dict[str, Any] = {"filer_role": tale.role, "needs": tale.needs.split()}
        if self.agency:
            details |= {"agency": self.agency}
        else:
            details |= {"agency_text": tale.typed_agency, "state_code": "ME"}
        self.pk = filing.file_request(
            attempt=uuid.uuid4(),
            call_name=tale.leader,
            call_number=tale.number,
            details=details,
            at=self.filed_at,
        ).pk

    def _acknowledged(self) -> None:
        if self.tale.rang_on:
            self._rings_on()
        desk.take(
            assistance_request=self._request(),
            by=self.owner,
            at=self._after(minutes=9 if self.tale.rang_on else 3),
        )

    def _rings_on(self) -> None:
        """The first on call doesn't come; who does gives it back."""
        duty.run_due_steps(self._after(minutes=5))
        for verb, minutes in ((desk.take, 6), (desk.give_back, 7)):
            verb(
                assistance_request=self._request(),
                by=self.staff["Marcus"],
                at=self._after(minutes=minutes),
            )

    def _called(self) -> None:
        unreadable = not self._request().call_number_e164
        desk.log_call(
            assistance_request=self._request(),
            outcome=CallOutcome.LEFT_MESSAGE if unreadable else CallOutcome.REACHED,
            minutes=2 if unreadable else 9,
            by=self.owner,
            at=self._after(minutes=10),
        )

    def _triaged(self) -> None:
        tale = self.tale
        desk.confirm_identity(
            assistance_request=self._request(),
            method=IdentityMethod.PUBLISHED_NUMBER,
            by=self.owner,
            at=self._after(minutes=17),
        )
        triage.triage(
            assistance_request=self._request(),
            fields={
                "setting": tale.setting,
                "incident_types": [tale.kind],
                "happened_at": self.filed_at - tale.happened,
                "needs": tale.needs.split(),
            },
            by=self.owner,
            at=self._after(minutes=21),
        )
        triage.write_brief(
            assistance_request=self._request(),
            brief=tale.brief,
            by=self.owner,
            at=self._after(minutes=24),
        )

    def _seeking(self) -> None:
        started = self._after(minutes=27)
        ranking = outreach.rank_advisors(assistance_request=self._request(), at=started)
        chosen = [Advisor.objects.get(pk=match.advisor_id) for match in ranking.matches[:2]]
        outreach.start(
            assistance_request=self._request(),
            lead=chosen[0],
            alternate=chosen[1] if len(chosen) > 1 else None,
            by=self.owner,
            at=started,
        )
        if self.tale.reaches == "seeking_critical":  # the alternate is quicker than the lead
            self._accept(AdvisorRole.ALTERNATE, self._after(minutes=32))

    def _accept(self, role: str, at: datetime) -> Engagement | None:
        offer = Offer.objects.filter(
            assistance_request_id=self.pk,
            role=role,
            state__in=[OfferState.PROMISED, OfferState.OPEN],
        ).first()
        if offer is None:
            return None
        by = User.objects.get(person__advisor=offer.advisor_id)
        offers.mark_seen(offer=offer, by=by, at=at - timedelta(minutes=1))
        return offers.accept(offer=Offer.objects.get(pk=offer.pk), by=by, at=at)

    def _engaged(self) -> None:
        lead = self._accept(AdvisorRole.LEAD, self._after(minutes=36))
        self._accept(AdvisorRole.ALTERNATE, self._after(minutes=41))
        if lead is not None and self.tale.reaches == "engaged":
            self._agree(lead)

    def _agree(self, lead: Engagement) -> None:
        """They talk tomorrow, at a full hour."""
        tomorrow = self.now + timedelta(hours=25)
        agreed.agree(
            engagement=lead,
            starts_at=tomorrow.replace(minute=0, second=0, microsecond=0),
            by=User.objects.get(person__advisor=lead.advisor_id),
            at=self._after(minutes=45),
        )

    def _following_up(self) -> None:
        lead = Engagement.objects.get(
            assistance_request_id=self.pk, role=AdvisorRole.LEAD, state="active"
        )
        by = User.objects.get(person__advisor=lead.advisor_id)
        for hours, minutes, topics in ((2.5, 45, ["LEADER"]), (50, 30, ["LEADER", "MEDIA"])):
            engagements.log_contact(
                engagement=lead,
                mode="PHONE",
                started_at=self._after(hours=hours),
                minutes=minutes,
                topics=topics,
                participants="The leader",
                by=by,
                at=self._after(hours=hours + 1),
            )
        past = FollowUp.objects.filter(
            assistance_request_id=self.pk, due_at__lt=self.now, state=FollowUpState.PLANNED
        ).order_by("due_at")
        kept = list(past)
        for follow_up in kept[:-1] if self.tale.behind else kept:
            follow_ups.done(
                follow_up=follow_up,
                by=self.owner,
                at=min(follow_up.due_at + timedelta(hours=2), self.now),
            )
