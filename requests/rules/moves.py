"""Who may move a request."""

from mvai.accounts.models import User
from requests.models import AssistanceRequest, RecordsAsk, RecordsKind, RecordsOutcome
from requests.states import MOVES, Move


def may_make(user: User | None, move: Move, assistance_request: AssistanceRequest) -> bool:
    """Whether this user may make this move here; nobody at all stands for the status page."""
    if user is None:
        return move.by_link
    if not any(user.may(permission) for permission in move.needs):
        return False
    visible = AssistanceRequest.objects.visible_to(user).filter(pk=assistance_request.pk)
    return visible.exists()


def names_are_removed(assistance_request: AssistanceRequest) -> bool:
    """Nobody is left to call: the requester had their names taken out."""
    done = RecordsAsk.objects.filter(kind=RecordsKind.REMOVAL, outcome=RecordsOutcome.DONE)
    return done.filter(assistance_request=assistance_request).exists()


def moves_for(user: User, assistance_request: AssistanceRequest) -> list[Move]:
    """The buttons this user sees on this request, which they were already allowed to read."""
    return [
        move
        for move in MOVES.values()
        if move.is_button
        and assistance_request.state in move.sources
        and any(user.may(permission) for permission in move.needs)
        and not (move.needs_names and names_are_removed(assistance_request))
    ]
