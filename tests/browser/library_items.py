"""Items for the tests that read them in a browser: an everyday one, a hard one, a link."""

from pathlib import Path

from tests.faults.harness import Portal

HEAD = """---
title: {title}
kind: checklist
summary: What others did first, line by line.
needs: [LEADER, MEDIA]
phases: [HOUR, DAY1]
audience: [head]
minutes: 4
advisory: '{advisory}'
sources:
  - title: A book of another program’s
    address: https://work.example/a-book
version: {version}
sort: 1
---
"""
CARD = """- Name one commander.
- Say when you speak next.

::: words
“We are here.”
:::
"""
TEXT = """## First hour

### At your desk

- [ ] Name one **commander**. See [the guide](https://work.example/guide).
- [ ] Call [[who]], and write down the time.

## Later

- [ ] {line}

::: care
Families before media.
:::

## What was said

At [[time]] we said [[what you said]]. Call [988](tel:988).

| Time | What we said | Who confirmed it, and where it is written down | By |
|---|---|---|---|
| [[time]] | The school is closed for the week | Superintendent | PIO |

## Last

Rest.
"""
RENEWED = """
import pathlib
from django.utils import timezone
from resources.actions.loading import load_items
load_items(folder=pathlib.Path({folder!r}), at=timezone.now())
"""


def put(portal: Portal, folder: Path, *, version: int = 1, line: str = "Rest, and eat.") -> None:
    """`kit`, an everyday checklist, and `hard`, which waits behind a word of care; drafts both."""
    folder.mkdir(exist_ok=True)
    for slug, title, advisory in (
        ("kit", "The first hours", ""),
        ("hard", "A hard page", "This page speaks of recordings."),
    ):
        head = HEAD.format(title=title, advisory=advisory, version=version)
        words = f"{head}{CARD}\n<!-- full text -->\n\n{TEXT.format(line=line)}"
        (folder / f"{slug}.en.md").write_text(words)
    (folder / "taken-off.en.md").write_text(
        HEAD.format(title="A work of others", advisory="", version=1)
        .replace("kind: checklist", "kind: external\nstate: published")
        .replace("minutes: 4", "minutes: 4\naddress: https://work.example/")
    )
    portal.manage("shell", "-c", RENEWED.format(folder=str(folder)))
