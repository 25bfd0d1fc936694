"""How the tests are shared out among the processes of a run."""

from xdist.scheduler import LoadScopeScheduling

# Tests that share something dear to make, so that one process runs all of them.
TOGETHER = (
    "tests/browser/",  # a portal with a whole directory, and a browser
    "tests/faults/test_messages.py",  # a portal
    "tests/mvai/site/test_demonstration.py",  # two years of work
)


class Scheduling(LoadScopeScheduling):
    """Those begin first, each in a process of its own; every other test goes to whoever is free.

    The mark `xdist_group` would say the same beside the tests, but pytest-xdist 3.8 writes it
    where pytest 9.2 no longer reads it: nothing is said, and the tests are scattered.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
