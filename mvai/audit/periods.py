"""When the records of a class may go."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.audit import log
from mvai.audit.models import AwardEnd, RetentionPeriod
from mvai.audit.retention import DEFAULTS, CountedFrom


def load(get_model: Any) -> None:
    """Add the periods that a portal begins with, where they are missing. For a migration.

    Those of classes that came later are left to a later migration.
    """
    model = get_model("audit", "RetentionPeriod")
    known = dict(model._meta.get_field("code").choices)  # by then
    for code, years, days, counted_from in DEFAULTS:
        if code.value not in known:
            continue
        period = {"years": years, "days": days, "counted_from": counted_from.value}
        model.objects.get_or_create(code=code.value, defaults=period)


def cutoffs(now: datetime, *, award_end: date | None = None) -> dict[str, datetime]:
    """By class: records whose moment is before this may go. A class that isn't there stays.

    Counted from the award's end, everything up to that day may go once the period after it is
    over, and nothing before; what is newer belongs to the next award. `award_end` asks what
    would be if that were its last day.
    """
    ends_on = award_end or AwardEnd.objects.current()
    found = {}
    for period in RetentionPeriod.objects.all():
        if period.counted_from == CountedFrom.OWN_MOMENT:
            found[period.code] = _earlier(now, years=period.years, days=period.days)
        elif ends_on is not None and now >= free_from(period, ends_on):
            found[period.code] = _midnight(ends_on + timedelta(days=1))
    return found


def free_from(period: RetentionPeriod, ends_on: date) -> datetime:
    """When the records of an award that ends on this day may go."""
    last = _in_years(ends_on, period.years) + timedelta(days=period.days)
    return _midnight(last + timedelta(days=1))


def in_words(period: RetentionPeriod) -> str:
    """As "3 years after the end of the award"."""
    parts = []
    if period.years:
        parts.append(ngettext("%(n)s year", "%(n)s years", period.years) % {"n": period.years})
    if period.days:
        parts.append(ngettext("%(n)s day", "%(n)s days", period.days) % {"n": period.days})
    span = " ".join(parts)
    return _("%(span)s after %(moment)s") % {
        "span": span,
        "moment": CountedFrom(period.counted_from).label,
    }


def by_class() -> dict[str, RetentionPeriod]:
    return {period.code: period for period in RetentionPeriod.objects.all()}


@transaction.atomic
def set_award_end(*, ends_on: date, by: Any, at: datetime) -> AwardEnd:
    """Say when the award ends. It counts from the next night on."""
    before = AwardEnd.objects.current()
    said = AwardEnd.objects.create(ends_on=ends_on, said_at=at)
    log.record(
        verb="retention.award_end_set", target=said, by=by, at=at, before=before, after=ends_on
    )
    return said


def _earlier(now: datetime, *, years: int, days: int) -> datetime:
    day = _in_years(now.date(), -years)
    return now.replace(year=day.year, month=day.month, day=day.day) - timedelta(days=days)


def _in_years(day: date, years: int) -> date:
    """The same day so many years on; February 29 becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _midnight(day: date) -> datetime:
    """When the day begins at the desk."""
    return datetime.combine(day, time(), zoneinfo.ZoneInfo(settings.TIME_ZONE))
