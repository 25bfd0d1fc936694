"""Phone calls through the HTTP gateway: the short text, read aloud slowly and twice."""

import re
from collections.abc import Callable
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mvai.outbox.channels import gateway
from mvai.outbox.channels.letters import Letter, Receipt

RINGS_FOR = 35  # seconds; most voicemail answers sooner
STEPS = ("initiated", "ringing", "answered", "completed")
VOICES = {"en": "en-US", "es": "es-MX"}

# Police radio has an alphabet of its own, but leaders of fire and schools know this one too.
_WORDS = {
    word[0].upper(): word
    for word in (
        "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India",
        "Juliett", "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo",
        "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu",
    )
}  # fmt: skip
_LINK = re.compile(r"https?://\S+?(?=[.,;]?(?:\s|$))")
_ABOUT_TEXTS = re.compile(
    r"[^.?!]*\bSTOP\b[^.?!]*[.?!]"
)  # the word stays as it is in every language
_REFERENCE = re.compile(r"\b([A-Z]{2,4})-([0-9A-Z]{4,})\b")
_INITIALS = re.compile(r"\bMVAI\b")
_CODE = re.compile(r"\b\d{4,}\b")
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<![ap]\.m\.)(?<![ap]\.\sm\.)(?!\sm\.)\s+")


def send(letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Have the gateway call and read the text; return its sid for the call."""
    fields: dict[str, object] = {
        "To": letter.to,
        "From": settings.VOICE_FROM,
        "Twiml": script(letter),
        "Timeout": str(RINGS_FOR),
        "Reference": letter.reference,
    }
    if letter.receipts_to:
        fields["StatusCallback"] = letter.receipts_to
        fields["StatusCallbackEvent"] = list(STEPS)
    return gateway.hand_over("Calls", fields, about_to=about_to)


def ask(letter: Letter, *, since: datetime) -> Receipt:
    """Whether the gateway has made the call. Its list doesn't hold what was said."""
    return gateway.ask("Calls", letter, since=since, text=None)


def script(letter: Letter) -> str:
    """What the gateway is to say, sentence by sentence, and once more after a pause."""
    language = letter.language or settings.LANGUAGE_CODE
    voice = quoteattr(VOICES.get(language[:2], VOICES["en"]))
    sentences = [
        f"<Say language={voice}>{escape(sentence)}</Say>"
        for sentence in spoken(letter.text, language)
    ]
    once = '<Pause length="1"/>'.join(sentences)
    return f'<Response><Pause length="1"/>{once}<Pause length="2"/>{once}</Response>'


def spoken(text: str, language: str) -> list[str]:
    """The sentences as they are to be read: links named, references and codes spelled."""
    with translation.override(language):
        text = _LINK.sub(_("see your messages, or sign in to the portal."), text)
        text = _ABOUT_TEXTS.sub("", text)
        text = _REFERENCE.sub(lambda found: f"{_apart(found[1])}, {_spelled(found[2])},", text)
        text = _INITIALS.sub(lambda found: f"{_apart(found[0])},", text)
        text = _CODE.sub(lambda found: ", ".join(found[0]), text)
    text = re.sub(r",(?=\s*[,.:;?!])", "", text)  # a comma before another sign is one too many
    text = re.sub(r"\.(?:\s*\.)+", ".", text)
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]


def _apart(letters: str) -> str:
    return " ".join(letters)


def _spelled(characters: str) -> str:
    return ", ".join(
        _("%(letter)s as in %(word)s") % {"letter": one, "word": _WORDS[one]}
        if one in _WORDS
        else one
        for one in characters
    )
