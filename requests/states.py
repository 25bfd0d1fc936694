"""The life of a request, an offer, an engagement and a follow-up, as tables.

Buttons, audit verbs, the diagram in the documents and the tests all read these tables.
Only `requests.actions.moves.make_move` changes the state of a request.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission


class State(models.TextChoices):
    """Where a request is."""

    SUBMITTED = "submitted", _("Waiting for us")
    ACKNOWLEDGED = "acknowledged", _("Someone has it")
    TRIAGED = "triaged", _("Ready to match")
    SEEKING = "seeking", _("Asking advisors")
    ENGAGED = "engaged", _("Advisor found")
    FOLLOWING_UP = "following_up", _("Following up")
    CLOSED = "closed", _("Closed")


OPEN = frozenset(State) - {State.CLOSED}


class OfferState(models.TextChoices):
    """How an offer to an advisor stands."""

    PROMISED = "promised", _("Being sent")
    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Not now")
    EXPIRED = "expired", _("No answer")
    SUPERSEDED = "superseded", _("Already filled")
    WITHDRAWN = "withdrawn", _("Taken back")
    # What the four before it become 30 days after matching: a no is never counted.
    NOT_TAKEN = "not_taken", _("Not taken")


OPEN_OFFER = frozenset({OfferState.PROMISED, OfferState.OPEN})
ENDED_WITHOUT_YES = frozenset(
    {OfferState.DECLINED, OfferState.EXPIRED, OfferState.SUPERSEDED, OfferState.WITHDRAWN}
)
OFFER_NEXT: dict[OfferState, frozenset[OfferState]] = {
    OfferState.PROMISED: frozenset({OfferState.OPEN, OfferState.ACCEPTED, *ENDED_WITHOUT_YES}),
    OfferState.OPEN: frozenset({OfferState.ACCEPTED, *ENDED_WITHOUT_YES}),
    OfferState.ACCEPTED: frozenset(),
    **dict.fromkeys(sorted(ENDED_WITHOUT_YES), frozenset({OfferState.NOT_TAKEN})),
    OfferState.NOT_TAKEN: frozenset(),
}


class OutreachState(models.TextChoices):
    """How one round of asking advisors stands."""

    RUNNING = "running", _("Asking")
    STOPPED = "stopped", _("Stopped by the desk")
    FILLED = "filled", _("Filled")
    EMPTY = "empty", _("Nobody left to ask")


class AdvisorRole(models.TextChoices):
    """What an advisor is asked to be for a request."""

    LEAD = "lead", _("Lead advisor")
    ALTERNATE = "alternate", _("Alternate advisor")
    SPECIALIST = "specialist", _("Specialist advisor")


class EngagementState(models.TextChoices):
    """How an advisor's part in a request stands."""

    ACTIVE = "active", _("Active")
    HANDED_OVER = "handed_over", _("Handed over")
    ENDED = "ended", _("Ended")


class FollowUpState(models.TextChoices):
    """How a planned contact stands."""

    PLANNED = "planned", _("Planned")
    DUE = "due", _("Due")
    DONE = "done", _("Done")
    MOVED = "moved", _("Moved")
    SKIPPED = "skipped", _("Skipped")
    STOPPED = "stopped", _("Stopped")


OPEN_FOLLOW_UP = frozenset({FollowUpState.PLANNED, FollowUpState.DUE})


class Identity(models.TextChoices):
    """Whether we know that the caller is who they say."""

    PENDING = "pending", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed")


class IdentityMethod(models.TextChoices):
    """How identity was confirmed."""

    PUBLISHED_NUMBER = "published_number", _("Called the agency's published number")
    AGENCY_EMAIL_CODE = "agency_email_code", _("Code sent to an agency e-mail address")
    KNOWN_CONTACT = "known_contact", _("Known to us or to someone we trust")
    STATE_ASSOCIATION = "state_association", _("Confirmed by the state association")


class IdentityOutcome(models.TextChoices):
    """What one try to confirm identity came to."""

    CONFIRMED = "confirmed", _("It is who they say")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed")
    NO_ANSWER = "no_answer", _("No answer yet")
    CODE_SENT = "code_sent", _("Code sent")
    WRONG_CODE = "wrong_code", _("Wrong code")


class CallOutcome(models.TextChoices):
    """How a call to the leader went."""

    REACHED = "reached", _("We spoke")
    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "left_message", _("Left a message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    # Somebody called the desk about a request that is there already (actions.same).
    CALLED_US = "called_us", _("They called us")


# What the desk may say of a call of its own.
OF_OUR_CALLS = tuple(outcome for outcome in CallOutcome if outcome != CallOutcome.CALLED_US)


class ApproachState(models.TextChoices):
    """How it stands with an agency that the program wants to offer help."""

    OPEN = "open", _("Not reached yet")
    ACCEPTED = "accepted", _("They want help")
    DECLINED = "declined", _("They said no, thank you")
    ENDED = "ended", _("Ended without an answer")


class TryOutcome(models.TextChoices):
    """How one try to reach that agency went."""

    NO_ANSWER = "no_answer", _("No answer")
    LEFT_WORD = "left_word", _("Left word")
    CALL_BACK = "call_back", _("They asked us to call later")
    DECLINED = "declined", _("They said no, thank you")
    ACCEPTED = "accepted", _("They want help")


TRY_AGAIN = (TryOutcome.NO_ANSWER, TryOutcome.LEFT_WORD, TryOutcome.CALL_BACK)


class NoText(models.TextChoices):
    """Why no text went ahead of a call."""

    NO_NUMBER = "no_number", _("no number that can be read")
    NO_CONSENT = "no_consent", _("they did not agree to texts")
    STOPPED = "stopped", _("they asked for no more texts")
    LANDLINE = "landline", _("the number takes no texts")


class AgreedState(models.TextChoices):
    """How a time for leader and advisor to talk stands."""

    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    HELD = "held", _("They talked")
    PASSED = "passed", _("Passed")  # and nobody wrote down whether they talked
    NOT_CHOSEN = "not_chosen", _("Not chosen")
    CALLED_OFF = "called_off", _("Called off")


OPEN_AGREED = frozenset({AgreedState.PROPOSED, AgreedState.AGREED})


class Urgency(models.TextChoices):
    """How soon a peer is needed (domain.md 3.10)."""

    CRITICAL = "critical", _("Critical")
    URGENT = "urgent", _("Urgent")
    STANDARD = "standard", _("Standard")
    PREP = "prep", _("Preparedness")


ANSWER_WITHIN = {
    Urgency.CRITICAL: timedelta(minutes=15),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.STANDARD: timedelta(hours=48),
    Urgency.PREP: timedelta(hours=48),
}


class CloseReason(models.TextChoices):
    """Why a request was closed."""

    MET = "met", _("The agency has what it needs")
    REFERRED = "referred", _("Referred to another program")
    DECLINED_BY_AGENCY = "declined_by_agency", _("The agency does not want help now")
    DUPLICATE = "duplicate", _("The same as another request")
    OUT_OF_SCOPE = "out_of_scope", _("Outside the program")
    UNREACHABLE = "unreachable", _("Could not be reached")
    NOT_CONFIRMED = "not_confirmed", _("Identity not confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn by the requester")


REASONS_WITH_NOTE = frozenset(
    {
        CloseReason.REFERRED,
        CloseReason.DUPLICATE,
        CloseReason.OUT_OF_SCOPE,
        CloseReason.UNREACHABLE,
        CloseReason.NOT_CONFIRMED,
    }
)


class Doubt(models.TextChoices):
    """Why a request may not be real, as the desk reads it; the list is closed."""

    TRAP = "trap", _("a field that people don’t see was filled in")
    NO_PAGE = "no_page", _("it did not come from our page")
    FAST = "fast", _("it was sent faster than a person types")
    PAGE = "page", _("one page was sent with many different answers")
    ADDRESS = "address", _("many requests came from one network")
    NUMBER = "number", _("many requests left this number")
    BUSY = "busy", _("many requests came at once")


class NextAction(models.TextChoices):
    """What the owner of a request does next."""

    CALL = "call", _("Call the number they left")
    CONFIRM_IDENTITY = "confirm_identity", _("Confirm who they are")
    TRIAGE = "triage", _("Write down what is needed")
    CHOOSE_ADVISORS = "choose_advisors", _("Choose a lead and an alternate")
    AWAIT_ANSWERS = "await_answers", _("Wait for the advisors' answers")
    CHOOSE_AGAIN = "choose_again", _("Choose whom to ask next")
    FIRST_CONTACT = "first_contact", _("See that the advisor and the leader have spoken")
    FOLLOW_UP = "follow_up", _("Follow up as planned")
    OTHER = "other", _("Something else")


@dataclass(frozen=True, slots=True)
class Move:
    """One way a request may change state, and who may make it."""

    name: str
    sources: frozenset[State]
    target: State
    needs: frozenset[Permission]  # any one of them
    label: str | Promise
    needs_note: bool = False
    needs_close_reason: bool = False
    needs_names: bool = False  # not once the requester's names were removed
    by_link: bool = False  # the requester may make it from the status page, without an account
    is_button: bool = False  # offered as such; the others follow from an action
    tells_leader: str = ""  # purpose of the message promised to the leader

    @property
    def verb(self) -> str:
        """The audit verb."""
        return _VERBS.get(self.name, f"request.{self.name}")


_VERBS = {
    "take": "request.taken",
    "give_back": "request.given_back",
    "triage": "request.triaged",
    "seek": "request.seeking",
    "engage": "request.engaged",
    "begin_following_up": "request.following_up",
    "seek_again": "request.seeking_again",
    "close": "request.closed",
    "withdraw": "request.withdrawn",
    "reopen": "request.reopened",
    "ask_again": "request.asked_again",
}

_DESK = frozenset({Permission.REQUEST_WORK})

MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "take",
            sources=frozenset({State.SUBMITTED}),
            target=State.ACKNOWLEDGED,
            needs=_DESK,
            label=_("I have it"),
            is_button=True,
        ),
        Move(
            "give_back",
            sources=frozenset({State.ACKNOWLEDGED}),
            target=State.SUBMITTED,
            needs=_DESK,
            label=_("Give it back to the desk"),
            is_button=True,
        ),
        Move(
            "triage",
            sources=frozenset({State.ACKNOWLEDGED}),
            target=State.TRIAGED,
            needs=_DESK,
            label=_("Save what is needed"),
        ),
        Move(
            "seek",
            sources=frozenset({State.TRIAGED}),
            target=State.SEEKING,
            needs=_DESK,
            label=_("Ask advisors"),
        ),
        Move(
            "engage",
            sources=frozenset({State.SEEKING}),
            target=State.ENGAGED,
            needs=frozenset({Permission.OFFER_ANSWER, Permission.REQUEST_WORK}),
            label=_("Accept"),
            tells_leader="peer_assigned",
        ),
        Move(
            "begin_following_up",
            sources=frozenset({State.ENGAGED}),
            target=State.FOLLOWING_UP,
            needs=frozenset({Permission.ENGAGEMENT_LOG, Permission.REQUEST_WORK}),
            label=_("First contact made"),
        ),
        Move(
            "seek_again",
            sources=frozenset({State.ENGAGED, State.FOLLOWING_UP}),
            target=State.SEEKING,
            needs=frozenset({Permission.ENGAGEMENT_LOG, Permission.REQUEST_WORK}),
            label=_("Find another advisor"),
        ),
        Move(
            "close",
            sources=OPEN - {State.SUBMITTED},
            target=State.CLOSED,
            needs=frozenset({Permission.REQUEST_CLOSE}),
            label=_("Close the request"),
            needs_close_reason=True,
            is_button=True,
        ),
        Move(
            "withdraw",
            sources=OPEN,
            target=State.CLOSED,
            needs=frozenset({Permission.REQUEST_CLOSE}),
            label=_("Withdraw the request"),
            by_link=True,
        ),
        Move(
            "reopen",
            sources=frozenset({State.CLOSED}),
            target=State.ACKNOWLEDGED,
            needs=_DESK,
            label=_("Reopen"),
            needs_note=True,
            needs_names=True,
            is_button=True,
        ),
        Move(
            "ask_again",
            sources=frozenset({State.CLOSED}),
            target=State.SUBMITTED,
            needs=_DESK,
            label=_("Ask for a call again"),
            by_link=True,
        ),
    )
}
