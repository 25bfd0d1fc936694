"""Markdown for library texts: raw HTML is never passed through, and the result is cleaned."""

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()
_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@register.filter
def markdown(text: str) -> SafeString:
    """A library text as HTML: headings, lists, tables, emphasis and https links only."""
    html = nh3.clean(
        _READER.render(text), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "tel"}
    )
    return mark_safe(html)  # noqa: S308  cleaned on the line above
