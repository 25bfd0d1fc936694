"""What staff should know before they ask an advisor who may be asked."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from advisors.matching import words
from advisors.matching.availability import local_time, quiet_end
from advisors.matching.fit import Fit, topics_of
from advisors.matching.gates import ANNIVERSARY_MARGIN, nearest_anniversary
from mvai.web.times import hour_words

AGREEMENT_ENDS_SOON = timedelta(days=30)


def cautions_of(fit: Fit) -> tuple[str, ...]:
    """Every caution, in words; empty when there is nothing to say."""
    return tuple(said for caution in CAUTIONS if (said := caution(fit)))


def _load(fit: Fit) -> str:
    if fit.candidate.load.open_engagements == 1:
        return _("has one open request")
    if fit.candidate.load.open_engagements:
        return _("has %(count)s open requests") % {"count": fit.candidate.load.open_engagements}
    return ""


def _offer(fit: Fit) -> str:
    return _("has an open offer for another request") if fit.candidate.load.open_offers else ""


def _hours(fit: Fit) -> str:
    used, most = fit.candidate.load.hours_this_week, fit.candidate.hours_per_week
    if used < most / 2:
        return ""
    return _("weekly hours: %(used)s of %(most)s used") % {
        "used": words.number(used),
        "most": most,
    }


def _zone(fit: Fit) -> str:
    if fit.hours_apart is None or abs(fit.hours_apart) < 2:
        return ""
    hours = words.hours(abs(fit.hours_apart))
    if fit.hours_apart < 0:
        return _("other time zone: %(hours)s earlier") % {"hours": hours}
    return _("other time zone: %(hours)s later") % {"hours": hours}


def _quiet(fit: Fit) -> str:
    if quiet_end(fit.candidate, fit.need.at) is None:
        return ""
    local = local_time(fit.need.at, fit.candidate.time_zone)
    return _("on call in quiet hours: it is %(time)s there") % {"time": hour_words(local)}


def _no_hours(fit: Fit) -> str:
    return "" if fit.candidate.windows else _("no usual hours given")


def _agreement(fit: Fit) -> str:
    if fit.candidate.agreement_expires is None:
        return ""
    today = local_time(fit.need.at, fit.candidate.time_zone).date()
    left = fit.candidate.agreement_expires - today
    if left > AGREEMENT_ENDS_SOON:
        return ""
    return _("agreement ends in %(days)s") % {"days": words.days(left.days)}


def _anniversary(fit: Fit) -> str:
    today = local_time(fit.need.at, fit.candidate.time_zone).date()
    for incident in fit.candidate.incidents:
        if incident.anniversary_on is None:
            continue
        if abs(nearest_anniversary(incident.anniversary_on, today) - today) <= ANNIVERSARY_MARGIN:
            return _("anniversary of own incident within 7 days")
    return ""


def _rest(fit: Fit) -> str:
    until = fit.candidate.rest_until
    if until is None or until <= fit.need.at:
        return ""
    return _("would rest after a critical request, and has said it isn’t needed")


def _travel(fit: Fit) -> str:
    if fit.need.mode != "in_person" or not fit.candidate.travel_notice_days:
        return ""
    return _("needs %(days)s of notice to travel") % {
        "days": words.days(fit.candidate.travel_notice_days)
    }


def _not_covered(fit: Fit) -> str:
    missing = sorted(
        topic for topic in topics_of(fit.need) if not fit.candidate.expertise.get(topic)
    )
    if not missing:
        return ""
    names = [_(words.NEEDS.get(topic, "all that is asked for")) for topic in missing]
    return _("does not cover %(needs)s") % {"needs": words.listed(names)}


CAUTIONS: tuple[Callable[[Fit], str], ...] = (
    _load,
    _offer,
    _hours,
    _zone,
    _quiet,
    _no_hours,
    _agreement,
    _anniversary,
    _rest,
    _travel,
    _not_covered,
)
