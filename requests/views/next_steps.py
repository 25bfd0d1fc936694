"""The one thing to do next on a request, and the quiet list of everything else. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import User
from requests.models import AssistanceRequest
from requests.states import NextAction, State

# Forms the workspace opens by ?do=…, each under the name of its address.
LOG_CALL = "log_call"
IDENTITY = "identity"
IDENTITY_CODE = "identity_code"
CHECK_CODE = "check_code"
TRIAGE = "triage"
BRIEF = "brief"
NEXT_ACTION = "next_action"
HAND_OVER = "hand_over"
DELEGATE = "delegate"
MESSAGE = "message"
CONTACT = "contact"
READ_CODE = "read_code"
CHOICE = "choice"
GIVE_BACK = "give_back"
FOLLOW_UP = "follow_up"
STOP_FOLLOW_UPS = "stop_follow_ups"
CLOSE = "close"
REOPEN = "reopen"
PEOPLE = "people"
LIBRARY = "library"
TAKE = "take"
CALLING = "calling"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button or a link: `code` names the form, the page or the address it leads to."""

    code: str
    label: str | Promise


LABELS: dict[str, str | Promise] = {
    TAKE: _("I have it"),
    CALLING: _("I am calling now"),
    LOG_CALL: _("Log a call"),
    IDENTITY: _("Confirm identity"),
    IDENTITY_CODE: _("Send a code to the agency"),
    CHECK_CODE: _("Type the code they read to you"),
    TRIAGE: _("Write down what is needed"),
    PEOPLE: _("Choose a lead"),
    LIBRARY: _("The library for this hour"),
    BRIEF: _("Write the brief"),
    NEXT_ACTION: _("Set the next action"),
    FOLLOW_UP: _("Follow-up done"),
    DELEGATE: _("Name a delegate"),
    MESSAGE: _("Write to the leader"),
    CONTACT: _("New number or new leader"),
    READ_CODE: _("Read a code aloud"),
    CHOICE: _("Let the leader choose"),
    HAND_OVER: _("Hand over"),
    GIVE_BACK: _("Give back to the desk"),
    CLOSE: _("Close the request"),
    REOPEN: _("Reopen"),
}

WITH_ADVISORS = frozenset({State.SEEKING, State.ENGAGED, State.FOLLOWING_UP})

_FIRST: dict[str, str] = {
    NextAction.CALL: CALLING,
    NextAction.CONFIRM_IDENTITY: IDENTITY,
    NextAction.TRIAGE: TRIAGE,
    NextAction.CHOOSE_ADVISORS: PEOPLE,
    NextAction.CHOOSE_AGAIN: PEOPLE,
    NextAction.FOLLOW_UP: FOLLOW_UP,
}


def primary(
    assistance_request: AssistanceRequest,
    moves: Collection[str],
    *,
    has_follow_up: bool,
    is_dialing: bool = False,
) -> Choice | None:
    """The page's one button; `moves` are those this reader may make now.

    `is_dialing`: somebody calls just now, so the next is to log it.
    """
    if assistance_request.state == State.CLOSED:
        return Choice(REOPEN, LABELS[REOPEN]) if REOPEN in moves else None
    if assistance_request.owner_id is None:
        return Choice(TAKE, LABELS[TAKE])
    code = _FIRST.get(assistance_request.next_action, LOG_CALL)
    if (code == FOLLOW_UP and not has_follow_up) or (code == CALLING and is_dialing):
        code = LOG_CALL
    return Choice(code, LABELS[code])


def others(
    user: User,
    assistance_request: AssistanceRequest,
    moves: Collection[str],
    first: Choice | None,
) -> list[Choice]:
    """What else this reader may do now."""
    codes = [code for code in (CLOSE, REOPEN) if code in moves]
    if assistance_request.is_open and assistance_request.state != State.SUBMITTED:
        work = [
            CALLING, LOG_CALL, IDENTITY, MESSAGE, TRIAGE, BRIEF, PEOPLE, LIBRARY, NEXT_ACTION,
            DELEGATE, CONTACT, READ_CODE, CHOICE, HAND_OVER,
        ]  # fmt: skip
        if assistance_request.state not in WITH_ADVISORS:
            work.remove(CHOICE)
        if assistance_request.owner_id == user.pk:
            work.append(GIVE_BACK)
        if assistance_request.is_identity_confirmed:
            work.remove(IDENTITY)
        else:
            work.remove(PEOPLE)
            work.remove(READ_CODE)
        codes = [*work, *codes]
    return [Choice(code, LABELS[code]) for code in codes if first is None or code != first.code]
