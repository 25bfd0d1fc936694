"""Looks at a filing as it comes in and counts it: what speaks against it."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from mvai.accounts.lockout import counting
from mvai.accounts.lockout.rates import Tally, tally
from mvai.audit.middleware import address_of
from requests.models import AssistanceRequest
from requests.rules.doubts import Limits, Signs, doubts_about
from requests.states import Doubt
from requests.views import attempts

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
_NATIONAL = 10
LATELY = timedelta(minutes=15)


def doubts_of(
    request: HttpRequest, *, token: str, attempt: UUID, number: str, trapped: bool, at: datetime
) -> list[Doubt]:
    """Never raises: a filing that can't be counted is filed without a doubt."""
    limits = _limits()
    # A page that isn't ours and a caller without an address count as nobody's.
    counted = {
        "of_page": Tally("filing, page", attempts.seed(token) or attempt.hex, limits.of_page),
        "of_number": Tally("filing, number", _digits(number), limits.of_number, within=HOUR),
        "of_address": Tally(
            "filing, address",
            counting.net(address_of(request)) or attempt.hex,
            limits.of_address,
        ),
        "in_all": Tally("filing", "", limits.busy),
    }
    try:
        found = dict(
            zip(counted, tally(list(counted.values()), once=attempt.hex, at=at), strict=True)
        )
        is_busy = found["in_all"] >= limits.busy
        unmarked = AssistanceRequest.objects.unmarked_since(at - LATELY) if is_busy else ()
        found["unmarked"] = len(unmarked[: limits.ceiling])
    except DatabaseError as error:
        log.error("a filing could not be counted: %s", type(error).__name__)
        return []
    return doubts_about(
        Signs(
            trapped=trapped,
            page_age=attempts.age(token, at),
            is_copy=token.startswith(attempts.OF_A_COPY),
            **found,
        ),
        limits,
    )


def _limits() -> Limits:
    return Limits(
        fastest=timedelta(seconds=settings.FILING_FASTEST_SECONDS),
        of_page=settings.FILINGS_PER_PAGE,
        of_number=settings.FILINGS_PER_NUMBER,
        of_address=settings.FILINGS_PER_ADDRESS,
        busy=settings.FILINGS_BUSY,
        ceiling=settings.FILINGS_CEILING,
    )


def _digits(number: str) -> str:
    """The same for every way to write one number, extension or not, without reading it whole."""
    digits = "".join(filter(str.isdecimal, number)).removeprefix("1")
    return digits[:_NATIONAL] or number.casefold()
