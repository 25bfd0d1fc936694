"""The life of a message: which state may follow which, and why one was not sent."""

from collections.abc import Iterable
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """Where a message stands. Words are for the staff page."""

    PROMISED = "promised", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    HANDED_OVER = "handed_over", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED_FOR_NOW = "failed_for_now", _("Waiting to try again")
    FAILED = "failed", _("Could not be sent")
    UNKNOWN = "unknown", _("May have arrived")
    CANCELED = "canceled", _("Left out")
    EXPIRED = "expired", _("Too late to send")


_PROMISED, _CLAIMED, _HANDED_OVER = (
    MessageState.PROMISED,
    MessageState.CLAIMED,
    MessageState.HANDED_OVER,
)
_DROPPED = {MessageState.CANCELED, MessageState.EXPIRED}

# Forward only. A claim may be taken again when its lease has run out, and a message may be
# tried again only while the provider is known not to have taken it (or may be asked).
NEXT: dict[MessageState, frozenset[MessageState]] = {
    _PROMISED: frozenset({_CLAIMED, *_DROPPED}),
    _CLAIMED: frozenset(
        {
            _CLAIMED,
            _HANDED_OVER,
            MessageState.FAILED_FOR_NOW,
            MessageState.FAILED,
            MessageState.UNKNOWN,
            *_DROPPED,
        }
    ),
    # A receipt may show that it was taken after all.
    MessageState.FAILED_FOR_NOW: frozenset({_CLAIMED, _HANDED_OVER, *_DROPPED}),
    MessageState.UNKNOWN: frozenset({_HANDED_OVER, MessageState.DELIVERED, MessageState.FAILED}),
    _HANDED_OVER: frozenset({MessageState.DELIVERED, MessageState.FAILED}),
    MessageState.DELIVERED: frozenset(),
    MessageState.FAILED: frozenset(),
    MessageState.CANCELED: frozenset(),
    MessageState.EXPIRED: frozenset(),
}

WAITING = frozenset({_PROMISED, MessageState.FAILED_FOR_NOW})
UNDERWAY = WAITING | {_CLAIMED}
SENT = frozenset({_HANDED_OVER, MessageState.DELIVERED})
UNSENT = frozenset({MessageState.FAILED, MessageState.UNKNOWN})
NOT_SENT = UNSENT | _DROPPED


class NotSent(models.TextChoices):
    """Every reason a message was not sent; the list is closed."""

    NO_CONTACT_POINT = "no_contact_point", _("No number or address that can be used")
    CONTACT_POINT_UNPROVEN = (
        "contact_point_unproven",
        _("No number or address that the person has proven"),
    )
    CONTACT_POINT_STOPPED = "contact_point_stopped", _("The person asked for no more messages here")
    CONTACT_POINT_UNUSABLE = "contact_point_unusable", _("The number or address can’t be used")
    NO_LONGER_NEEDED = "no_longer_needed", _("No longer needed when its turn came")
    ALREADY_TAKEN = "already_taken", _("Someone already had it")
    OFFER_NOT_OPEN = "offer_not_open", _("The offer was no longer open")
    REQUEST_NOT_OPEN = "request_not_open", _("The request was no longer open")
    ALREADY_DONE = "already_done", _("It was already done")
    NOT_ON_DUTY = "not_on_duty", _("The person was no longer on duty")
    REPLACED = "replaced", _("A newer message took its place")
    TEXTED_LATELY = (
        "texted_lately",
        _("The same number or address had one within the hour, and the request is to be checked"),
    )
    HELD_BACK = (
        "held_back",
        _("Many of these went out within the hour, and the request is to be checked"),
    )
    SUBJECT_GONE = "subject_gone", _("What it was about no longer exists")
    CANCELED_BY_STAFF = "canceled_by_staff", _("Staff canceled it")
    TOO_LATE = "too_late", _("It would have come too late to be of use")
    REFUSED = "refused", _("The provider refused it")
    UNKNOWN_RECIPIENT = "unknown_recipient", _("The provider doesn’t know this number or address")
    UNREACHABLE = "unreachable", _("The provider could not be reached, after several tries")
    OUT_OF_REACH = "out_of_reach", _("The phone was off or out of reach")
    NOBODY_ANSWERED = "nobody_answered", _("Nobody picked up the phone")
    LINE_BUSY = "line_busy", _("The line was busy")
    BLOCKED = "blocked", _("The phone company held it back")
    NOT_DELIVERED = "not_delivered", _("The provider took it and could not deliver it")
    NO_ANSWER = "no_answer", _("The provider gave no answer, so it may have arrived")
    ADDRESS_REFUSED = "address_refused", _("The room’s address leads inside, so nothing goes there")
    NOT_WRITTEN = "not_written", _("The text could not be prepared")


# No way led to the person when it was promised.
NO_WAY = frozenset(
    {NotSent.NO_CONTACT_POINT, NotSent.CONTACT_POINT_UNPROVEN, NotSent.CONTACT_POINT_STOPPED}
)
EXPIRING = frozenset({NotSent.TOO_LATE})


class Outcome(models.TextChoices):
    """How one attempt ended."""

    HANDED_OVER = "handed_over", _("Handed to the provider")
    TRY_AGAIN = "try_again", _("Did not work; will be tried again")
    GAVE_UP = "gave_up", _("Did not work")
    NO_ANSWER = "no_answer", _("No answer; it may have arrived")


class Group(StrEnum):
    """The tabs of the staff page."""

    WAITING = "waiting"
    SENT = "sent"
    UNSENT = "unsent"
    LEFT_OUT = "left_out"
    ARCHIVED = "archived"  # whatever its state, of long ago


GROUPS: dict[Group, frozenset[MessageState]] = {
    Group.WAITING: UNDERWAY,
    Group.SENT: SENT,
    Group.UNSENT: UNSENT,
    Group.LEFT_OUT: frozenset(_DROPPED),
}


def sources_of(target: MessageState) -> frozenset[MessageState]:
    """The states from which `target` may be reached in one move."""
    return frozenset(source for source, targets in NEXT.items() if target in targets)


def moves() -> Iterable[tuple[str, str]]:
    """Every allowed (source, target), in a stable order."""
    return [
        (source.value, target.value)
        for source, targets in NEXT.items()
        for target in sorted(targets, key=lambda state: state.value)
    ]
