"""The gateway's error codes that we can put into words of our own; all others are "refused"."""

from mvai.outbox.states import NotSent

# At the hand-over and in receipts alike. 2xxxx: the request; 3xxxx: on the way to the phone.
_KNOWN: dict[NotSent, tuple[int, ...]] = {
    NotSent.UNKNOWN_RECIPIENT: (
        21211,  # not a number
        21214,  # can't be called
        21217,  # not a valid number
        21614,  # not a mobile number
        21635,  # a landline
        13224,  # not a number that can be dialed
        30005,  # unknown to its carrier, or no longer in use
        30006,  # a landline, or a carrier that takes no texts
    ),
    NotSent.CONTACT_POINT_STOPPED: (21610,),
    NotSent.OUT_OF_REACH: (
        21612,  # no way from our number to theirs now
        30003,  # off, or without a signal
    ),
    NotSent.BLOCKED: (
        21216,  # the call was blocked
        30004,
        30007,  # filtered by the carrier
        30032,
        30034,  # our number is not registered with the carriers
    ),
}
REASONS: dict[int, NotSent] = {code: reason for reason, codes in _KNOWN.items() for code in codes}


def reason_of(code: object, *, otherwise: NotSent) -> NotSent:
    """The reason for an error code as it came: a number, its digits, or anything else."""
    try:
        return REASONS.get(int(str(code)), otherwise)
    except ValueError:
        return otherwise
