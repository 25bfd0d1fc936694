"""What the look promises and a computer can check: contrast, weight, clean templates."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from mvai.site.joined import joined

STATIC = settings.ROOT / "static"
TOKENS = (STATIC / "css/tokens.css").read_text()
TEMPLATES = sorted((settings.ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").rglob("*.css"))

TEXT, EDGE = 4.5, 3.0
# (what, on what, least contrast of WCAG 2.2 AA)
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink-soft", "paper", TEXT),
    ("ink-soft", "surface", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "surface", TEXT),
    ("on-brand", "brand", TEXT),
    ("surface", "accent", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "accent-bg", TEXT),
    ("ink", "accent-bg", TEXT),
    ("ink-soft", "accent-bg", TEXT),
    ("attention", "surface", TEXT),
    ("attention", "attention-bg", TEXT),
    ("ink", "attention-bg", TEXT),
    ("ink-soft", "attention-bg", TEXT),
    ("urgent", "surface", TEXT),
    ("urgent", "urgent-bg", TEXT),
    ("ink", "urgent-bg", TEXT),
    ("ink-soft", "urgent-bg", TEXT),
    ("settled", "surface", TEXT),
    ("settled", "settled-bg", TEXT),
    ("edge", "surface", EDGE),
    ("edge", "paper", EDGE),
    ("focus", "paper", EDGE),
    ("focus", "surface", EDGE),
]


def _block(start: str) -> dict[str, str]:
    body = TOKENS.split(start, 1)[1].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;", body))


LIGHT = _block(':root, [data-bs-theme="light"]')
DARK = _block('\n[data-bs-theme="dark"]')
DARK_BY_SYSTEM = _block(":root:not([data-bs-theme])")


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("what", "on", "least"), PAIRS)
def test_every_pair_of_colors_can_be_read(theme, what, on, least):
    assert _contrast(theme[what], theme[on]) >= least


def test_the_system_s_dark_is_the_switch_s_dark():
    assert DARK_BY_SYSTEM == DARK
    assert LIGHT.keys() == DARK.keys()


def test_colors_are_named_in_one_file():
    for path in STYLES:
        if path.name in {"tokens.css", "print.css"}:
            continue
        assert not re.search(r":[^;]*#[0-9a-fA-F]{3,8}\b", _values(path.read_text())), path.name


def _values(css: str) -> str:
    """Only what stands inside braces, where a color would be."""
    return " ".join(re.findall(r"\{([^{}]*)\}", css))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_a_template_carries_no_style_and_no_script(path: Path):
    if path.is_relative_to(settings.ROOT / "templates/messages"):
        return  # mail programs read no style sheets
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag


def test_what_a_requester_s_page_loads_is_small():
    """The landing page's budget is 60 kB compressed; its files take at most 50 of them."""
    files = [(STATIC / name).read_bytes() for name in ("js/theme.js", "icons.svg", "icon.svg")]
    files += [joined(name).encode() for name in ("css/site.css", "js/site.js")]
    assert sum(len(gzip.compress(file)) for file in files) < 50_000


def test_every_icon_that_a_page_names_is_drawn():
    drawn = re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text())
    templates = " ".join(path.read_text() for path in TEMPLATES)
    assert set(re.findall(r'{% icon "([\w-]+)" %}', templates)) <= set(drawn)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_a_template_calls_the_program_portal(path: Path):
    """A variable that doesn't exist is silent: `site` is allauth's name for something else."""
    assert not re.search(r"[{ |(]site\.[a-z_]+", path.read_text())
