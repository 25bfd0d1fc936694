"""The least that the constraints accept, per app."""

from datetime import UTC, datetime

# Monday noon on the East Coast; fixed, so that no test knows what day it is.
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
