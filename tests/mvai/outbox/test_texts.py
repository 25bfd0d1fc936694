"""What messages may say: a reference, a path, a time, a code, our number; nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.template.base import Lexer, TokenType

from mvai.outbox import purposes
from mvai.people.models import Channel

FOLDER = settings.ROOT / "templates" / "messages"
TEXTS = sorted(path for path in FOLDER.glob("*.txt") if not path.name.startswith("_"))
TAGS = {
    "blocktranslate", "endblocktranslate", "translate", "if", "elif", "else", "endif", "comment",
    "endcomment",
}  # fmt: skip
CONDITION_WORDS = {"and", "or", "not"}
# An incident, an agency or a person, in fixed words. (domain.md section 5, "Messaging")
TELLING = re.compile(
    r"\b(incident|attack\w*|shoot\w*|shot|bomb\w*|kill\w*|died|dead|death\w*|victim\w*|harm\w*"
    r"|wound\w*|school|campus|church|hospital|police|sheriff\w*|department|agency|county|city"
    r"|critical|chief|officer|sergeant|captain|lieutenant)\b",
    re.IGNORECASE,
)
# One text message holds 160 of these; a single other letter makes it 70.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
SAMPLE = {
    "reference": "MV-7K4Q",
    "url": "https://mvai.theiacp.org/o/2s-1-tkz3p1.Zk3v9xQm0aB7cD8eF9gH1w/",
    "when": "Dec 16, 9:00 a.m. CT",
    "code": "482 913",
    "number": "(800) 555-0100",
    "caller": "Alexandra Montgomery-Ruiz",
    "missed": "10:12 p.m. CT",
}

pytestmark = pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)


def tokens(path: Path):
    return Lexer(path.read_text()).tokenize()


def rendered(path: Path) -> str:
    template = engines["django"].engine.get_template(f"messages/{path.name}")
    return template.render(Context(SAMPLE, autoescape=False)).strip()


def test_it_says_only_what_it_may(path):
    for token in tokens(path):
        if token.token_type is TokenType.VAR:
            assert re.split(r"[.|]", token.contents)[0] in purposes.ALLOWED, token.contents
        if token.token_type is TokenType.BLOCK:
            tag, *rest = token.split_contents()
            assert tag in TAGS, token.contents
            if tag in {"if", "elif"}:
                assert set(rest) - CONDITION_WORDS <= purposes.ALLOWED, token.contents
            elif tag == "blocktranslate":
                assert set(rest) <= {"trimmed"}, token.contents


def test_its_fixed_words_tell_nothing_of_what_happened(path):
    fixed = " ".join(token.contents for token in tokens(path) if token.token_type is TokenType.TEXT)

    assert not TELLING.findall(fixed)


def test_a_subject_is_one_short_line(path):
    if path.name.endswith(".subject.txt"):
        assert len(rendered(path)) <= 60
        assert "\n" not in rendered(path)


def test_a_text_message_fits_into_one(path):
    if path.name.endswith(".sms.txt"):
        text = " ".join(rendered(path).split())
        assert len(text) <= 160, len(text)
        assert not set(text) - GSM_7
        assert text.startswith("MVAI")


def test_its_purpose_is_registered_and_complete(path):
    code = path.name.split(".")[0]
    purpose = purposes.get(code)
    mail = {f"{code}.txt", f"{code}.subject.txt"} if Channel.EMAIL in purpose.channels else set()
    short = {Channel.SMS, Channel.VOICE, Channel.PORTAL} & set(purpose.channels)
    text = {f"{code}.sms.txt"} if short or purpose.rooms else set()

    assert {found.name for found in TEXTS if found.name.split(".")[0] == code} == mail | text
