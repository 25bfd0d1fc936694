"""What stands in a library text that readers would not see, or would stumble over. Pure."""

import math
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from resources.rules import markdown

WORDS_A_MINUTE = 200
_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|!--)")
_CODE = re.compile(r"`+[^`\n]*`+")
_LINK = re.compile(r"(!?)\[[^\[\]\n]*\]\(\s*<?([^\s)>]*)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]\n]+\]:\s*<?(\S+?)>?(?:\s|$)", re.MULTILINE)
_ALLOWED = re.compile(r"https://[^\s/@]+(?:[/?#]|$)|tel:\+?[0-9().-]+$")
_CALLOUT = re.compile(r"^ {0,3}:::+[ \t]*(\S*)")


def troubles(text: str) -> list[str]:
    """In sentences, each once; none where readers see all of it as it was meant."""
    return list(dict.fromkeys(_troubles(text)))


def minutes_to_read(*texts: str) -> int:
    words = sum(len(markdown.plain(text).split()) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def _troubles(text: str) -> Iterator[str]:
    if len(text) > markdown.LONGEST:
        yield _("The text is too long: %(most)s characters at most.") % {
            "most": f"{markdown.LONGEST:,}"
        }
        return
    bare = _CODE.sub("", text)
    if found := _TAG.search(bare):
        yield _("“%(tag)s” is not shown as a mark. Use the marks under “How to write it”.") % {
            "tag": found[0][:40]
        }
    addresses = [(mark, address) for mark, address in _LINK.findall(bare)]
    addresses += [("", address) for address in _DEFINITION.findall(bare)]
    for mark, address in addresses:
        if mark:
            yield _("Pictures are not shown. Say it in words, or add a file.")
        elif not _ALLOWED.match(address):
            yield _(
                "“%(address)s” is no link that readers can follow. "
                "A link begins with https:// or is a phone number such as tel:988."
            ) % {"address": address[:80]}
    yield from _callouts(text)


def _callouts(text: str) -> Iterator[str]:
    is_open = ""
    for line in text.splitlines():
        mark = _CALLOUT.match(line)
        if mark is None:
            continue
        if not mark[1]:
            is_open = ""
        elif mark[1] not in markdown.CALLOUTS:
            yield _("There is no callout “%(name)s”. There are: %(known)s.") % {
                "name": mark[1][:40],
                "known": ", ".join(markdown.CALLOUTS),
            }
        elif is_open:
            yield _("The callout “%(name)s” has no end. Close it with a line of three colons.") % {
                "name": is_open
            }
            is_open = mark[1]
        else:
            is_open = mark[1]
    if is_open:
        yield _("The callout “%(name)s” has no end. Close it with a line of three colons.") % {
            "name": is_open
        }
