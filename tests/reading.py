"""How hard a text is to read, roughly: by its sentences, words and syllables."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.?!:](?=\s|$)|\n{2,}")


def plain(text: str) -> str:
    """The text as people read it: without tags, and with a short word for what is filled in."""
    text = re.sub(r"<[^>]+>|https?://\S+", " ", text)
    text = re.sub(r"%\(\w+\)s|\b[ap]\.\s?m\.", "x", text)
    return re.sub(r"U\.S\.", "US", text)


def counted(texts: list[str], syllables) -> tuple[int, int, int]:
    """Sentences, words, syllables of all texts; each begins a sentence of its own."""
    sentences = words = sounds = 0
    for text in map(plain, texts):
        found = _WORD.findall(text)
        if found:
            parts = _SENTENCE_END.split(text)
            sentences += sum(1 for part in parts if _WORD.search(part))
            words += len(found)
            sounds += sum(syllables(word) for word in found)
    return sentences, words, sounds


def english_syllables(word: str) -> int:
    """By groups of vowels; a silent e at the end is none."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    is_silent = (word.endswith("e") and not word.endswith(("le", "ee"))) or word.endswith("ed")
    return max(1, groups - (is_silent and groups > 1))


def spanish_syllables(word: str) -> int:
    """By groups of vowels; two strong ones, or an accented weak one, make two."""
    word = re.sub(r"([gq])u(?=[eiéí])", r"\1", word.lower())
    apart = re.sub(r"(?<=[aeoáéó])(?=[aeoáéóíú])|(?<=[íú])(?=[aeo])", "-", word)
    return max(1, len(re.findall(r"[aeiouáéíóúü]+", apart)))


def grade(texts: list[str]) -> float:
    """The school grade that reads English texts with ease (Kincaid and others, 1975)."""
    sentences, words, sounds = counted(texts, english_syllables)
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59


def ease(texts: list[str]) -> float:
    """How easily Spanish texts are read, 0 to 100; 60 is what grades 8 and 9 read (Fernández
    Huerta, 1959)."""
    sentences, words, sounds = counted(texts, spanish_syllables)
    return 206.84 - 60 * sounds / words - 1.02 * words / sentences
