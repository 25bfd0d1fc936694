"""The words that were looked for are marked, with their endings, and no others."""

import pytest

from resources.rules.excerpts import excerpt, marked


def found(text: str, *said: str) -> list[str]:
    return [piece.text for piece in marked(text, said) if piece.is_found]


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("The press, and the leaders present.", ["press"], ["press"]),
        ("Families first: call each family.", ["family"], ["Families", "family"]),
        ("Witnesses, and one witness.", ["witness"], ["Witnesses", "witness"]),
        ("A réunification site.", ["reunification"], ["réunification"]),
        ("Two family-assistance centers.", ["family assistance center"],
         ["family-assistance centers"]),
        ("The FAC is open; facts come later.", ["fac"], ["FAC"]),
        ("Nothing of it.", ["press"], []),
    ],
)  # fmt: skip
def test_a_word_is_marked_with_any_ending(text, said, words):
    assert found(text, *said) == words


def test_the_line_with_most_of_the_words_is_shown():
    pieces = excerpt(
        ["Call the press.\n- Tell **families** before the press."], ["press", "family"]
    )

    assert "".join(piece.text for piece in pieces) == "Tell families before the press."
    assert [piece.text for piece in pieces if piece.is_found] == ["families", "press"]


def test_a_text_without_any_of_them_shows_no_line():
    assert excerpt(["Call somebody."], ["press"]) == []
    assert excerpt(["Call somebody."], []) == []
