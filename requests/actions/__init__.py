"""Everything that is done to a request. Keyword-only, with `by` and `at`; atomic and audited."""

from requests.actions.moves import MoveRefused, make_move

__all__ = ["MoveRefused", "make_move"]
