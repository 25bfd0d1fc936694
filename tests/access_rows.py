"""Who may see and do what at one address: the answers, the visitors, and shapes of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OK = "ok"  # a page, a redirect onward, or a form's errors
LOGIN = "login"
REFUSED = "refused"  # 403: not your verb
MISSING = "missing"  # 404: not your row, or nothing there
NO_SUCH_METHOD = "no such method"  # 405

# The visitors. `advisor` and `requester` have nothing to do with the rows; `own_advisor` was
# offered and accepted.
ANONYMOUS = "anonymous"
SIGNED_IN = (
    "requester",
    "advisor",
    "own_advisor",
    "duty_officer",
    "program_manager",
    "wellness_coordinator",
    "content_editor",
    "auditor",
    "administrator",
)
VISITORS = (ANONYMOUS, *SIGNED_IN)
DESK = ("duty_officer", "program_manager")
MANAGER = ("program_manager",)
ADVISORS = ("advisor", "own_advisor")

Answers = Mapping[str, str]


def for_all(answer: str) -> Answers:
    return dict.fromkeys(VISITORS, answer)


def for_signed_in(answer: str) -> Answers:
    return {ANONYMOUS: LOGIN} | dict.fromkeys(SIGNED_IN, answer)


def only(*visitors: str, others: str = REFUSED, they: str = OK) -> Answers:
    return for_signed_in(others) | dict.fromkeys(visitors, they)


@dataclass(frozen=True)
class Row:
    get: Answers
    post: Answers
    # The address's arguments, from the world that tests/test_access.py makes.
    arguments: Callable[[Any], Mapping[str, Any]] = lambda world: {}
    data: Callable[[Any], Mapping[str, Any]] = lambda world: {}


def public_page(**extra: Any) -> Row:
    return Row(for_all(OK), for_all(NO_SUCH_METHOD), **extra)


def public_form(**extra: Any) -> Row:
    return Row(for_all(OK), for_all(OK), **extra)


def public_post(**extra: Any) -> Row:
    return Row(for_all(NO_SUCH_METHOD), for_all(OK), **extra)


def page(get: Answers, **extra: Any) -> Row:
    return Row(get, for_signed_in(NO_SUCH_METHOD), **extra)


def post(answers: Answers, **extra: Any) -> Row:
    return Row(for_signed_in(NO_SUCH_METHOD), answers, **extra)


def form(answers: Answers, **extra: Any) -> Row:
    return Row(answers, answers, **extra)


def by_reference(world: Any) -> Mapping[str, Any]:
    return {"reference": world.assistance_request.reference}


def desk_verb(**extra: Any) -> Row:
    """A verb of the desk on one request. Others don't learn whether it exists."""
    return post(only(*DESK, others=MISSING) | extra.pop("but", {}), **extra)


# An advisor who accepted may know of the request; its desk verbs are still not theirs.
OWN_ADVISOR_IS_REFUSED = {"own_advisor": REFUSED}
