"""Tags and filters that every template has without loading them (see TEMPLATES in settings)."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.db.models import Model
from django.forms import BoundField, widgets
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mvai.web import languages, numbers, times
from mvai.web.browsers import browser_words

register = template.Library()

register.filter(browser_words)

# The tone a known state is shown in. A state that isn't listed is plain; its word still says it.
TONES = {
    "settled": {
        "accepted", "confirmed", "delivered", "done", "engaged", "following_up", "taken", "active",
        "settled", "handed_over", "released", "published",
    },
    "attention": {
        "open", "due", "seeking", "unknown", "failed_for_now", "given_back", "pending", "running",
        "quarantined", "read", "in_review",
    },
    "urgent": {"critical", "ringing", "failed", "empty", "overdue", "refused"},
}  # fmt: skip

LONG_WORD = 24  # characters that still fit beside others on a phone


@register.filter(expects_localtime=False)
def clock(value: datetime | None, zone: str = "") -> str:
    """ "2:12 p.m. CT", in the reader's zone or in the zone named."""
    return times.clock_words(value, zone) if value else ""


@register.filter(expects_localtime=False)
def when(value: datetime | date | None, zone: str = "") -> str:
    """ "today 4:30 p.m. CT", "Dec 16, 9:00 a.m. CT"; a date has no hour."""
    if not value:
        return ""
    now = timezone.now()
    if isinstance(value, datetime):
        return times.when_words(value, now, zone)
    return times.day_words(value, now.astimezone(times.zone_of(zone)).date())


@register.filter(expects_localtime=False)
def day(value: datetime | date | None, zone: str = "") -> str:
    """ "today", "Dec 3"."""
    if not value:
        return ""
    place = times.zone_of(zone)
    own_day = value.astimezone(place).date() if isinstance(value, datetime) else value
    return times.day_words(own_day, timezone.now().astimezone(place).date())


@register.filter(expects_localtime=False)
def time_left(value: datetime | None) -> str:
    """ "13 min left", "1 min past"."""
    return times.left_words(value, timezone.now()) if value else ""


@register.filter
def span(value: timedelta) -> str:
    """ "3 minutes"."""
    return times.span_words(value)


@register.filter
def zone_name(zone: str) -> str:
    """ "America/Chicago" → "CT"."""
    return times.zone_words(zone, timezone.now()) if zone else ""


@register.simple_tag
def moment(value: datetime | None, zone: str = "", style: str = "when") -> str:
    """A `<time>` element; styles: when, clock, day."""
    if not value:
        return ""
    words = {"when": when, "clock": clock, "day": day}[style](value, zone)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def due_word(value: datetime | None, soon: int = 60) -> str:
    """A word on a due time: past is urgent, within `soon` minutes asks for attention."""
    if not value:
        return ""
    now = timezone.now()
    if value <= now:
        tone = "urgent"
    else:
        tone = "attention" if value - now <= timedelta(minutes=soon) else "plain"
    return word(times.left_words(value, now), tone)


@register.filter
def phone(value: str) -> str:
    """The number as a link that dials it; what isn't a number stays plain text."""
    link = numbers.number_link(value)
    if not link:
        return format_html("{}", value or "")
    return format_html('<a class="nowrap" href="{}">{}</a>', link, numbers.number_words(value))


@register.filter
def phone_words(value: str) -> str:
    return numbers.number_words(value) if value else ""


@register.filter
def dial(value: str) -> str:
    """What a phone dials, for a `tel:` link written by hand: "+1-800-555-0100"."""
    return numbers.number_link(value).removeprefix("tel:") if value else ""


@register.filter
def dial_links(text: str) -> str:
    """A sentence with its numbers made to dial: "call or text 988"."""

    def link(found: re.Match[str]) -> str:
        address = numbers.number_link(found[0]) or f"tel:{found[0]}"
        return format_html('<a class="nowrap" href="{}">{}</a>', address, found[0])

    return mark_safe(numbers.IN_TEXT.sub(link, conditional_escape(text or "")))  # noqa: S308


@register.simple_tag
def icon(name: str) -> str:
    """A line icon, for the eye only: the word beside it carries the meaning."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def word(text: str, tone: str = "plain") -> str:
    """A word in a tone: urgent, attention, settled, people or plain. Long ones may wrap."""
    length = " word--long" if len(str(text)) > LONG_WORD else ""
    return format_html('<span class="word word--{}{}">{}</span>', tone, length, text)


@register.simple_tag
def state_word(thing: Any, field: str = "state", tone: str = "") -> str:
    """The word of a coded field (its state unless another is named), in the tone of its code."""
    if thing is None:
        return ""
    code = str(getattr(thing, field, thing) or "")
    return word(_label_of(thing, field, code), tone or _tone_of(code)) if code else ""


@register.simple_tag
def split_bar(parts: Iterable[Any], label: str = "", most: float = 100) -> str:
    """A thin bar split by parts: numbers, or things with `points`. The label says it in words."""
    points = [float(getattr(part, "points", part)) for part in parts]
    drawn, x = [], 0.0
    for number, width in enumerate(points):
        if width > 0:
            drawn.append((f"{x:.1f}", f"{max(width - 0.8, 0.4):.1f}", f"{1 - 0.13 * number:.2f}"))
        x += width
    return format_html(
        '<svg class="bar" viewBox="0 0 {} 8" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        most,
        label,
        format_html_join("", '<rect x="{}" width="{}" height="8" opacity="{}"></rect>', drawn),
    )


@register.simple_tag
def meter(used: int, most: int) -> str:
    """Small squares, the used ones filled: a picture beside words such as "1 of 2 requests"."""
    most = max(int(most or 0), int(used or 0))
    squares = format_html_join(
        "",
        '<rect class="{}" x="{}" y="1" width="11" height="11" rx="2"></rect>',
        (("full" if number < (used or 0) else "free", number * 15 + 1) for number in range(most)),
    )
    return format_html(
        '<svg class="meter" width="{}" height="13" aria-hidden="true" focusable="false">{}</svg>',
        most * 15,
        squares,
    )


@register.filter
def control(field: BoundField, seen_by: str = "") -> SafeString:
    """The field's control with its classes, and tied to its help and its errors for screen readers.

    Used by _partials/field.html alone, which writes the elements named here.
    """
    attributes: dict[str, str | bool] = {}
    classes = _control_classes(field)
    own_class = field.field.widget.attrs.get("class", "")
    if classes or own_class:
        attributes["class"] = f"{classes} {own_class}".strip()
    parts = {
        "help": bool(field.help_text),
        "seen": bool(seen_by or getattr(field.field, "seen_by", "")),
        "error": bool(field.errors),
    }
    described = [f"{field.auto_id}_{part}" for part, there in parts.items() if there]
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the control is one box beside its label."""
    return isinstance(field.field.widget, widgets.CheckboxInput)


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether the control is a group of chips: radio buttons or several boxes."""
    return isinstance(field.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple)


@register.filter
def error_target(field: BoundField) -> str:
    """The id an error summary links to: for a group, its first control."""
    return f"{field.auto_id}_0" if is_choice(field) else field.id_for_label or field.auto_id


@register.simple_tag
def error_title(form: Any) -> str:
    """The summary's title: how many things need a look."""
    count = sum(len(errors) for errors in form.errors.values())
    if count == 1:
        return _("One thing needs a look")
    return _("%(count)s things need a look") % {"count": count}


@register.simple_tag(takes_context=True)
def other_languages(context: template.Context) -> list[languages.Switch]:
    """The ways to this page in the other languages it speaks."""
    request = context.get("request")
    return languages.switches(request) if request is not None else []


class _Capture(template.Node):
    """`{% capture as name %}…{% endcapture %}`: base.html sets a block twice this way."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return ""


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> _Capture:
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("capture is written {% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return _Capture(nodelist, words[2])


def _label_of(thing: Any, field: str, code: str) -> str:
    """The words of a code. Django's own get_…_display translates every choice at each call."""
    if isinstance(thing, Model):
        return str(_labels(type(thing), field).get(code, code))
    return getattr(thing, f"get_{field}_display", lambda: getattr(thing, "label", code))()


@cache
def _labels(model: type[Model], field: str) -> dict[str, Any]:
    coded: Any = model._meta.get_field(field)
    return dict(coded.flatchoices)


def _tone_of(code: str) -> str:
    return next((tone for tone, codes in TONES.items() if code.lower() in codes), "plain")


def _control_classes(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "form-check-input"
    if is_choice(field):
        return ""
    if isinstance(widget, widgets.Select):
        return "form-select"
    return "form-control"
