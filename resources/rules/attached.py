"""What may be attached to an edition: told by a file's bytes, not by what it is called. Pure."""

import io
import re
import unicodedata
import zlib

from django.utils.translation import gettext as _

from mvai.web.refusals import Refused
from resources.rules.archives import MB, Limits, opened
from resources.states import FileKind

LARGEST = 20 * MB
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(?:pdf|docx)")
_PIECES = Limits(packed=LARGEST, unpacked=200 * MB, entries=2_000)
_A_PIECE = 60 * MB
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_MOST_OPENED = 40 * MB  # of a PDF's packed objects
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_SPELLED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Long enough not to come about by chance in packed data; the short one is looked for outside it.
_ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/ImportData")
_SHORT_ACT = re.compile(rb"/(?:JS|GoToE)(?![A-Za-z])")
_TYPES, _WAYS = "[Content_Types].xml", "word/_rels/settings.xml.rels"
_LOOKED_INTO = (_TYPES, _WAYS)
_MACROS = ("vbaproject.bin", "vbadata.xml")


def name_of(given: str) -> str:
    """A name that is safe in an address and in a header: letters, digits, dots and dashes."""
    last = given.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", plain)
    return f"{kept.strip('._-')[:80] or 'file'}{dot}{ending.lower()}"


def kind_of(data: bytes, name: str) -> FileKind:
    """What the bytes are. Refused with a sentence where that is nothing we hand out."""
    if len(data) > LARGEST:
        raise Refused(_("The file is larger than 20 MB."))
    if not data:
        raise Refused(_("The file is empty."))
    if not NAME.fullmatch(name):
        raise Refused(_("Only PDF and DOCX files can be attached."))
    if _EICAR in data:
        raise Refused(_("The file holds what scanners for viruses look for."))
    if name.endswith(".pdf"):
        _check_pdf(data)
        return FileKind.PDF
    _check_docx(data)
    return FileKind.DOCX


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise Refused(_("The file is called a PDF, but it is none."))
    bare = _SPELLED.sub(lambda found: bytes([int(found[1], 16)]), _STREAM.sub(b"", data))
    if re.search(rb"/Encrypt(?![A-Za-z])", bare):
        raise Refused(
            _("The PDF is locked, so nobody can look through it. Save it without a lock.")
        )
    packed = _packed_objects(data)
    if any(act in part for act in _ACTS for part in (data, bare, packed)) or any(
        _SHORT_ACT.search(part) for part in (bare, packed)
    ):
        raise Refused(_("The PDF holds scripts, commands or other files. Print it to a new PDF."))


def _packed_objects(data: bytes) -> bytes:
    """What stands in a PDF's object streams, as far as it can be read."""
    found = bytearray()
    for place in re.finditer(rb"/ObjStm", data):
        stream = _STREAM.search(data, place.end(), place.end() + LARGEST)
        if stream is None:
            continue
        try:
            room = _MOST_OPENED - len(found)
            found += zlib.decompressobj().decompress(stream[1], max(room, 1))
        except zlib.error:
            continue
        if len(found) >= _MOST_OPENED:
            raise Refused(_("The PDF is packed so tightly that it may be a trap."))
    return _SPELLED.sub(lambda one: bytes([int(one[1], 16)]), bytes(found))


def _check_docx(data: bytes) -> None:
    pieces: dict[str, bytes] = {}
    holds_virus = False
    try:
        with opened(io.BytesIO(data), _PIECES) as archive:
            for name in archive.names:
                piece = archive.read(name, most=_A_PIECE)
                holds_virus |= _EICAR in piece
                pieces[name] = piece if name in _LOOKED_INTO else b""
    except Refused as reason:
        why = _("The file is called a DOCX, but can’t be read as one: %(why)s") % {"why": reason}
        raise Refused(why) from reason
    if holds_virus:
        raise Refused(_("The file holds what scanners for viruses look for."))
    if "word/document.xml" not in pieces or _TYPES not in pieces:
        raise Refused(_("The file is called a DOCX, but it is none."))
    names = [name.lower() for name in pieces]
    types = pieces[_TYPES].lower()
    if any(name.rpartition("/")[2] in _MACROS for name in names) or b"macroenabled" in types:
        raise Refused(_("The document holds macros. Save it as a document without them."))
    if any(name.startswith(("word/embeddings/", "word/activex/")) for name in names):
        raise Refused(_("The document holds other files or controls. Take them out first."))
    ways = pieces.get(_WAYS, b"").lower()
    if b"attachedtemplate" in ways and b"external" in ways:
        raise Refused(_("The document fetches its template from elsewhere. Detach it first."))
