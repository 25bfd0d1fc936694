"""Files that are served as one: every part is in it, and it stays small."""

import gzip

import pytest

from mvai.site.joined import JOINED, joined
from tools.bootstrap import ROOT

STATIC = ROOT / "static"


@pytest.mark.parametrize("name", JOINED)
def test_a_joined_file_holds_its_parts_in_their_order(name: str) -> None:
    text = joined(name)
    parts = [STATIC / part for part in JOINED[name] if (STATIC / part).exists()]
    found = [text.index(part.read_text().strip()) for part in parts]
    assert found == sorted(found)
    assert len(parts) >= len(JOINED[name]) - 1  # one comes from a package


def test_what_is_for_print_is_for_print_alone() -> None:
    text = joined("css/site.css")
    start = text.index("@media print {\n")
    assert text.index((STATIC / "css/components/print.css").read_text().strip()) > start
    assert text.rstrip().endswith("}\n}")


@pytest.mark.parametrize("name", JOINED)
def test_no_comment_sends_a_browser_for_a_source_map(name: str) -> None:
    assert "sourceMappingURL" not in joined(name)


@pytest.mark.parametrize("name", [name for name in JOINED if name.endswith(".js")])
def test_each_script_keeps_its_names_to_itself(name: str) -> None:
    assert joined(name).count("\n}\n{\n") == len(JOINED[name]) - 1


def test_the_scripts_of_the_way_in_are_small() -> None:
    """docs/performance.md: together with the page's own script under 4 kB compressed."""
    parts = ("page", "kept", "intake")
    together = b"".join((STATIC / f"js/{part}.js").read_bytes() for part in parts)
    assert len(gzip.compress(together)) < 4_000


def test_a_part_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOINED, "css/site.css", ("bootstrap/css/nothing.css",))
    with pytest.raises(FileNotFoundError, match=r"nothing\.css"):
        joined("css/site.css")
