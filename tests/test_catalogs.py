"""Every text that leaders read is said in every language, with all that it holds.

`python tools/words.py` brings the catalogs in locale/ up to date.
"""

import re

import pytest
from django.conf import settings
from django.utils.translation import trans_real

from mvai.web import catalogs
from mvai.web.catalogs import Entry, read
from tools import words

ROOT = settings.ROOT
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
SPOKEN = {entry.key: entry for entry in words.spoken()}


def source_of(language: str) -> str:
    return (ROOT / f"locale/{language}/LC_MESSAGES/django.po").read_text(encoding="utf-8")


CATALOGS = {
    language: {entry.key: entry for entry in read(source_of(language))[1:]} for language in OTHERS
}
TRANSLATED = [(language, entry) for language in OTHERS for entry in CATALOGS[language].values()]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_what_leaders_read_and_nothing_else(language):
    """Red after a text was written or changed: run `python tools/words.py`, and translate it."""
    assert not SPOKEN.keys() - CATALOGS[language].keys(), "not in the catalog"
    assert not CATALOGS[language].keys() - SPOKEN.keys(), "said by nobody any more"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    missing = [entry.text for entry in CATALOGS[language].values() if not entry.is_translated]

    assert not missing


@pytest.mark.parametrize("language", OTHERS)
def test_a_plural_has_every_form_of_its_language(language):
    [header] = (entry for entry in read(source_of(language)) if not entry.text)
    count = int(re.search(r"nplurals=(\d)", header.said[0])[1])
    for entry in CATALOGS[language].values():
        assert len(entry.said) == (count if entry.plural else 1), entry.text


def kept_parts(text: str) -> list[str]:
    """What a translation must not lose: what is filled in, marks, addresses, numbers to call."""
    return sorted(re.findall(r"%\(\w+\)s|</?\w+|https?://[^\"\s]+|tel:\d+|\d[\d-]{6,}", text))


def test_a_translation_keeps_what_is_filled_in_its_marks_and_its_addresses():
    wrong = [
        (entry.text, said)
        for _language, entry in TRANSLATED
        for said in entry.said
        if kept_parts(said) not in (kept_parts(entry.text), kept_parts(entry.plural))
    ]

    assert not wrong


def test_a_translation_begins_and_ends_as_its_text_does():
    ends = re.compile(r"^(\s*).*?([.…:]?)(\s*)$", re.DOTALL)
    for _language, entry in TRANSLATED:
        for said in entry.said:
            theirs, ours = ends.match(said), ends.match(entry.text)
            assert (theirs[1], theirs[3]) == (ours[1], ours[3]), entry.text
            # "a.m." ends with a point that is none of a sentence.
            if not entry.text.endswith((".m.", "?")):
                assert theirs[2] == ours[2], (entry.text, said)


ENGLISH = re.compile(
    r"\b(the|and|your|you|with|for|from|this|that|we|us|to|of|is|are|call|request|peer)\b", re.I
)
# Names of programs, lines and magazines, as they are called in every language.
NAMES = re.compile(
    r"Mass Violence Advisory Initiative|Safe Call Now|Crisis Text Line|Disaster Distress Helpline"
    r"|Fire/EMS Helpline|Police Chief"
)


def test_no_english_is_left_in_a_translation():
    left = [
        (said, found[0])
        for _language, entry in TRANSLATED
        for said in entry.said
        if (found := ENGLISH.search(NAMES.sub("", re.sub(r"<[^>]+>|%\(\w+\)s", "", said))))
    ]

    assert not left


def test_nobody_has_to_install_anything_to_read_a_catalog(tmp_path):
    """What we write is what gettext reads, plurals and contexts among it."""
    for language in OTHERS:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        source = folder / "django.po"
        source.write_text(source_of(language))

        assert catalogs.check_catalogs([tmp_path])
        assert catalogs.compile_stale([tmp_path]) == [source]

        assert not catalogs.check_catalogs([tmp_path])
        found = trans_real.gettext_module.translation("django", tmp_path, [language])
        for entry in CATALOGS[language].values():
            if entry.plural and entry.context:
                assert found.npgettext(entry.context, entry.text, entry.plural, 7) == entry.said[1]
            elif entry.plural:
                assert found.ngettext(entry.text, entry.plural, 7) == entry.said[1]
            else:
                assert found.gettext(entry.text) == entry.said[0]


def test_a_changed_catalog_is_compiled_anew(tmp_path):
    source = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr ""\n\nmsgid "Yes"\nmsgstr "Sí"\n')
    catalogs.compile_stale([tmp_path])
    assert catalogs.compile_stale([tmp_path]) == []

    source.write_text(source.read_text().replace("Sí", "Claro"))

    assert catalogs.compile_stale([tmp_path]) == [source]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_is_written_as_it_was_read(language):
    assert catalogs.written(read(source_of(language))) == source_of(language)


def test_a_changed_text_comes_in_empty_and_the_old_one_goes_out():
    text = 'msgid ""\nmsgstr ""\n\nmsgid "Old"\nmsgstr "Viejo"\n\nmsgid "Kept"\nmsgstr "Igual"\n'

    fresh, missing, gone = words.updated(text, [Entry("Kept"), Entry("New")])

    assert [entry.text for entry in missing] == ["New"]
    assert [entry.said for entry in gone] == [["Viejo"]]
    assert [entry.said for entry in read(fresh)[1:]] == [["Igual"], [""]]


GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
SAMPLE = {
    "reference": "MV-7K4Q",
    "url": "https://mvai.theiacp.org/es/status/2s-1-tkz3p1.Zk3v9xQm0aB7cD8eF9gH1w/",
    "when": "el 16 de diciembre a las 10:15 a. m., hora del centro",
    "code": "482 913",
    "number": "(800) 555-0100",
    "missed": "mañana a las 10:15 a. m., hora del centro",
    "caller": "Comandante W. Hale-Ortega",
}


def test_a_translated_text_message_is_at_most_two():
    """One holds 160 letters; with one letter that the old phones' alphabet lacks, 70."""
    for _language, entry in TRANSLATED:
        if any(place.endswith(".sms.txt") for place in entry.places):
            text = entry.said[0] % SAMPLE
            assert len(text) <= (134 if set(text) - GSM_7 else 306), text
            assert text.startswith("MVAI")
