"""What the pages on requests say in one word or draw as one picture."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.forms import BoundField, SplitDateTimeWidget
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from advisors.models import Advisor
from mvai.people.models import Channel
from mvai.web import times
from mvai.web.templatetags.web import due_word, word
from requests.models import AssistanceRequest, FollowUp, Goal, GoalStanding, Inbound
from requests.rules.follow_ups import in_words
from requests.rules.hours import hours_in_words
from requests.rules.likely import Likely
from requests.states import CloseReason, Doubt, Identity, NextAction, State, Urgency

register = template.Library()

CHOICES = {
    "state": State,
    "next_action": NextAction,
    "close_reason": CloseReason,
    "goal": Goal,
}

REGIONS = (
    (_lazy("New England"), "CT ME MA NH RI VT"),
    (_lazy("Mid-Atlantic"), "DE DC MD NJ NY PA VA WV"),
    (_lazy("Southeast"), "AL FL GA KY MS NC SC TN"),
    (_lazy("Great Lakes"), "IL IN MI OH WI"),
    (_lazy("Great Plains"), "IA KS MN MO NE ND SD"),
    (_lazy("South Central"), "AR LA OK TX"),
    (_lazy("Mountain West"), "AZ CO ID MT NV NM UT WY"),
    (_lazy("Pacific"), "AK CA HI OR WA"),
    (_lazy("Islands"), "AS GU MP PR VI"),
)


@register.simple_tag
def urgency_word(assistance_request: AssistanceRequest) -> str:
    """The urgency in the tone of `urgency_in_words`."""
    return urgency_in_words(
        assistance_request.urgency, assistance_request.state, assistance_request.owner_id
    )


def urgency_in_words(urgency: str, state: str, owner: int | None) -> str:
    """The urgency; before triage, that it is not known yet. Quiet once follow-ups are under way."""
    if not urgency:
        return word(_("New"), "urgent" if owner is None else "plain")
    is_pressing = urgency == Urgency.CRITICAL and state != State.FOLLOWING_UP
    return word(str(Urgency(urgency).label), "urgent" if is_pressing else "plain")


@register.simple_tag
def check_first_word() -> str:
    """That a request may not be real."""
    return word(_("Check first"), "attention")


@register.filter
def doubt_words(code: str) -> str:
    """One reason, as a sentence begins."""
    words = str(Doubt(code).label)
    return words[:1].upper() + words[1:]


@register.filter
def doubts_in_words(codes: Iterable[str]) -> str:
    """Why, in words: "it did not come from our page; many requests came at once"."""
    return "; ".join(str(Doubt(code).label) for code in codes)


@register.filter
def label_of(code: str, choices: str) -> str:
    """The words of a code. Django's own get_…_display translates every choice at each call."""
    return str(CHOICES[choices](code).label)


@register.simple_tag
def place_words(assistance_request: AssistanceRequest) -> str:
    """Where it is: what was said, else what the directory says."""
    agency = assistance_request.agency
    return place_of(
        assistance_request.city or (agency.city or agency.county if agency else ""),
        assistance_request.state_code or (agency.state if agency else ""),
    )


def place_of(city: str | None, state: str | None) -> str:
    """ "Riverton, MN"."""
    return ", ".join(part for part in (city, state) if part)


@register.simple_tag
def identity_word(assistance_request: AssistanceRequest) -> str:
    """How far we know who the leader is."""
    tone = {Identity.CONFIRMED: "settled", Identity.NOT_CONFIRMED: "urgent"}
    state = Identity(assistance_request.identity)
    return word(str(state.label).lower(), tone.get(state, "attention"))


@register.simple_tag
def goal_word(standing: str, due_at: datetime) -> str:
    """Whether a goal was met in time; while it is open, how much time is left."""
    if standing == GoalStanding.OPEN:
        return due_word(due_at)
    tone = {GoalStanding.MET: "settled", GoalStanding.MISSED: "urgent"}
    state = GoalStanding(standing)
    return word(str(state.label), tone.get(state, "plain"))


@register.filter
def clock_and_day(value: datetime, zone: str = "") -> str:
    """Read after "by" or "at": "2:12 p.m. CT", "7:15 a.m. CT tomorrow", "9:00 a.m. CT, Dec 16"."""
    return times.by_words(value, timezone.now(), zone)


@register.simple_tag
def reach_words(advisor: Advisor, zone: str) -> str:
    """When the peer may be called, by both clocks."""
    return hours_in_words(advisor, zone, timezone.now())


@register.filter
def lower_first(text: str) -> str:
    """For a label inside a sentence; "AEAP" and "I" stay as they are."""
    text = str(text)
    return text if text[1:2].isupper() or text[:2] == "I " else text[:1].lower() + text[1:]


@register.filter
def contact_words(follow_up: FollowUp) -> str:
    """What a planned contact is called."""
    return in_words(follow_up.milestone, follow_up.label)


@register.filter
def is_moment(field: BoundField) -> bool:
    """Whether the field asks a day and a time."""
    return isinstance(field.field.widget, SplitDateTimeWidget)


@register.filter
def moment_controls(field: BoundField) -> str:
    """The day and the time beside each other, each with its own name for screen readers."""
    described = [
        f"{field.auto_id}_{part}"
        for part, there in (("help", field.help_text), ("error", field.errors))
        if there
    ]
    attributes: dict[str, str | bool] = {"class": "form-control"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    day, time = field.field.widget.widgets
    day.attrs["aria-label"] = f"{field.label}: {_('day')}"
    time.attrs["aria-label"] = f"{field.label}: {_('time')}"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def region_words(assistance_request: AssistanceRequest) -> str:
    """Roughly where, for somebody who has not said yes: a region and its clock."""
    agency = assistance_request.agency
    state = assistance_request.state_code or (agency.state if agency else "")
    region = next(
        (words for words, states in REGIONS if state and state in states.split()),
        _("United States"),
    )
    zone = times.zone_words(assistance_request.time_zone, timezone.now())
    return f"{region}, {zone}"


@register.simple_tag
def what_came(row: Inbound) -> str:
    """ "Voicemail, 41 seconds", "Text message", "E-mail"."""
    if not row.is_voicemail:
        return str(Channel(row.channel).label)
    if row.seconds is None:
        return _("Voicemail")
    if row.seconds < 100:
        return ngettext(
            "Voicemail, %(count)d second", "Voicemail, %(count)d seconds", row.seconds
        ) % {"count": row.seconds}
    minutes = round(row.seconds / 60)
    return ngettext("Voicemail, %(count)d minute", "Voicemail, %(count)d minutes", minutes) % {
        "count": minutes
    }


@register.filter
def recording(reference: str) -> str:
    """The gateway's own name of a recording."""
    return reference.partition(":")[2]


@register.simple_tag
def likely_place(one: Likely) -> str:
    """ "Riverton, MN · ", or nothing where no place is known."""
    row = one.row
    place = place_of(
        row["city"] or row["agency_city"] or row["agency_county"],
        row["state_code"] or row["agency_state"],
    )
    return f"{place} · " if place else ""
