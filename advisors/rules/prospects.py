"""Where the conversation with a prospect may go. Pure."""

from datetime import timedelta

from advisors.models.prospect import ProspectState

CONFIRM_WITHIN = timedelta(days=14)
LETTERS_A_DAY = 3  # to one address, whoever asks for them

# "Invited" is reached by inviting, and "not yet confirmed" is left by its sender alone.
MOVES: dict[str, frozenset[str]] = {
    ProspectState.NEW: frozenset(),
    ProspectState.CONFIRMED: frozenset(
        {ProspectState.TALKING, ProspectState.NOT_NOW, ProspectState.DECLINED}
    ),
    ProspectState.TALKING: frozenset({ProspectState.NOT_NOW, ProspectState.DECLINED}),
    ProspectState.NOT_NOW: frozenset({ProspectState.TALKING, ProspectState.DECLINED}),
    ProspectState.DECLINED: frozenset({ProspectState.TALKING}),
    ProspectState.INVITED: frozenset(),
}
MAY_BE_INVITED = frozenset({ProspectState.CONFIRMED, ProspectState.TALKING, ProspectState.NOT_NOW})
