"""Library texts: Markdown to clean HTML, and the lines of a checklist. Pure.

Beside CommonMark: tables; checklist lines (`- [ ] text`); callouts (`::: note` … `:::`); and blanks
to fill in (`[[what happened]]`). Raw HTML is never passed through, pictures neither, and what comes
out is cleaned once more.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

import nh3
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

CALLOUTS: dict[str, str | Promise] = {
    "note": _("Worth knowing"),
    "care": _("With care"),
    "leave": _("Leave this alone"),
    "words": _("Words you can use"),
    "call": _("Whom to call"),
}
LONGEST = 100_000  # characters of a text

_BOX = re.compile(r"\[([ xX])\]\s+")
_BOX_OPENS = '<label><input type="checkbox"><span class="tick__words">'
_BLANK = re.compile(r"\[\[([^\[\]\n]{1,120})\]\]")
_TAGS = (
    {"h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "br"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
    | {"code", "pre", "aside", "div", "span", "label", "input"}
)
_ATTRIBUTES = {
    "a": {"href"},
    "h2": {"id"},
    "h3": {"id"},
    "li": {"class", "data-line"},
    "aside": {"class"},
    "p": {"class"},
    "div": {"class"},
    "span": {"class"},
    "input": {"type"},
    "th": {"scope"},
    "ol": {"start"},
}
_SCHEMES = {"https", "tel"}
_CLASSES = {
    "callout",
    "callout__name",
    "tick",
    "tick__words",
    "blank",
    "blank--long",
    "table-wrap",
    "done",
} | {f"callout--{name}" for name in CALLOUTS}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a checklist. `key` names it by its words, whatever stands around it."""

    key: str
    section: str
    text: str  # plain, without marks


@dataclass(frozen=True, slots=True)
class Heading:
    anchor: str
    text: str


def html(text: str, language: str = settings.LANGUAGE_CODE) -> SafeString:
    """The text as HTML that is safe to show: no scripts, no pictures, https and phone links.

    What we add to it, such as the names of callouts, is in the language the text is in.
    """
    return mark_safe(_html(text, language))  # noqa: S308  cleaned in there


@lru_cache(maxsize=256)  # a text is read far more often than it is changed
def _html(text: str, language: str) -> str:
    reader = _reader()
    environment: dict[str, Any] = {}
    tokens = reader.parse(text[:LONGEST], environment)
    with translation.override(language):
        shown = reader.renderer.render(_dressed(tokens), reader.options, environment)
    return nh3.clean(
        shown,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=None,
        url_schemes=_SCHEMES,
        attribute_filter=_known_values_only,
        link_rel="noreferrer",
    )


def headings(text: str) -> list[Heading]:
    """The chapters, for a table of contents."""
    found = []
    tokens = _reader().parse(text[:LONGEST])
    for token, anchor in _anchored(tokens):
        if token.tag == "h2":
            found.append(Heading(anchor, _plain(tokens[tokens.index(token) + 1])))
    return found


def lines(text: str) -> list[Line]:
    """Every checklist line in its order, under the chapter it stands in."""
    found: list[Line] = []
    section = ""
    taken: dict[str, int] = {}
    tokens = _reader().parse(text[:LONGEST])
    for before, token in pairwise(tokens):
        if token.type != "inline":
            continue
        if before.type == "heading_open" and before.tag == "h2":
            section = _plain(token)
        elif mark := _BOX.match(token.content):
            said = _plain(token)[mark.end() :].strip()
            found.append(Line(_key(said, taken), section, said))
    return found


def addresses(text: str) -> list[str]:
    """Where its links lead, https only, each once."""
    tokens = [child for token in _reader().parse(text[:LONGEST]) for child in token.children or []]
    found = [str(token.attrGet("href") or "") for token in tokens if token.type == "link_open"]
    return list(dict.fromkeys(one for one in found if one.startswith("https://")))


def plain(text: str) -> str:
    """The words alone, a line for each block: for searching and for messages."""
    return "\n".join(_plain(token) for token in _reader().parse(text) if token.type == "inline")


def _key(said: str, taken: dict[str, int]) -> str:
    """Twelve characters of the words' digest; said twice, the second gets a number."""
    key = hashlib.sha256(" ".join(said.lower().split()).encode()).hexdigest()[:12]
    taken[key] = taken.get(key, 0) + 1
    return key if taken[key] == 1 else f"{key}-{taken[key]}"


def _plain(token: Token) -> str:
    said = "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "blank")
    )
    return said.strip()


def _dressed(tokens: Sequence[Token]) -> list[Token]:
    """Anchors on headings, a scope on the heads of tables, boxes before checklist lines.

    Below the heading of a chapter with boxes stands an empty line: a script says there how many
    are done, and nothing moves when it does.
    """
    for token, anchor in _anchored(tokens):
        token.attrSet("id", anchor)
    dressed: list[Token] = []
    counted = set(map(id, _chapters_with_boxes(tokens)))
    taken: dict[str, int] = {}
    open_items: list[Token] = []
    for token in tokens:
        if token.type == "list_item_open":
            open_items.append(token)
        elif token.type == "list_item_close":
            open_items.pop()
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "inline" and open_items and (mark := _BOX.match(token.content)):
            said = _plain(token)[mark.end() :].strip()
            open_items[-1].attrSet("class", "tick")
            open_items[-1].attrSet("data-line", _key(said, taken))
            children = token.children or []
            children[0].content = _BOX.sub("", children[0].content, count=1)
            token.children = [Token("html_inline", "", 0, content=_BOX_OPENS), *children]
            token.children.append(Token("html_inline", "", 0, content="</span></label>"))
        if token.type == "table_open":
            dressed.append(Token("html_block", "", 0, content='<div class="table-wrap">'))
        dressed.append(token)
        if token.type == "heading_close" and id(token) in counted:
            dressed.append(Token("html_block", "", 0, content='<p class="done"></p>\n'))
        if token.type == "table_close":
            dressed.append(Token("html_block", "", 0, content="</div>"))
    return dressed


def _chapters_with_boxes(tokens: Sequence[Token]) -> Iterator[Token]:
    """The ends of the headings that have checklist lines before the next one of their rank."""
    heading = None
    for token in tokens:
        if token.type == "heading_close" and token.tag == "h2":
            heading = token
        elif heading and token.type == "inline" and _BOX.match(token.content):
            yield heading
            heading = None


def _anchored(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    taken: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            name = slugify(_plain(inline)) or "part"
            taken[name] = taken.get(name, 0) + 1
            # A prefix keeps them apart from the page's own ids.
            yield token, f"t-{name}" if taken[name] == 1 else f"t-{name}-{taken[name]}"


def _known_values_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if name in _CLASSES) or None
    if tag == "input":
        return value if value == "checkbox" else None
    return value


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.inline.ruler.before("link", "blank", _read_blank)
    reader.add_render_rule("blank", _show_blank)
    for name in CALLOUTS:
        container_plugin(reader, name, render=_show_callout)
    return reader


def _read_blank(state: StateInline, silent: bool) -> bool:
    found = _BLANK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("blank", "span", 0)
        token.content = found[1].strip()
    state.pos = found.end()
    return True


def _show_blank(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    """One that ends its paragraph has the rest of the line to itself."""
    is_last = all(not token.content.strip() for token in tokens[index + 1 :])
    names = "blank blank--long" if is_last else "blank"
    return f'<span class="{names}">{escape(tokens[index].content)}</span>'


def _show_callout(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    if token.nesting != 1:
        return "</aside>\n"
    name = token.type.removeprefix("container_").removesuffix("_open")
    title = escape(str(CALLOUTS[name]))
    return f'<aside class="callout callout--{name}">\n<p class="callout__name">{title}</p>\n'
