"""Files as people hand them in: right ones, and those that nobody should open."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_TYPES = b'<?xml version="1.0"?><Types><Override ContentType="word.document.main+xml"/></Types>'


def pdf(inside: bytes = b"", note: bytes = b"") -> bytes:
    """A page with nothing on it; `inside` stands in its catalog."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + inside + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" + note + b"\n"
        b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


def packed_objects(inside: bytes) -> bytes:
    """An object stream of a PDF, in which what it holds can't be seen at once."""
    body = zlib.compress(inside)
    return (
        b"7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length "
        + str(len(body)).encode()
        + b" >>\nstream\n"
        + body
        + b"\nendstream\nendobj"
    )


def docx(pieces: Mapping[str, bytes] | None = None) -> bytes:
    return zip_of(
        {
            "[Content_Types].xml": _TYPES,
            "word/document.xml": b"<w:document/>",
            **(pieces or {}),
        }
    )


def zip_of(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return made.getvalue()


def zip_with(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in entries:
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def with_name_in_another_encoding(entries: Mapping[str, bytes], name: str) -> bytes:
    """A zip in which `name`, of ASCII letters, has an "é" of an old code page in place of "?"."""
    return zip_of(entries).replace(name.encode(), name.encode().replace(b"Q", b"\x82"))


def locked(entries: Mapping[str, bytes], name: str) -> bytes:
    """A zip that says of one entry that it is locked with a password."""
    data = bytearray(zip_of(entries))
    at = 0
    for mark, place, length_at in ((b"PK\x03\x04", 6, 26), (b"PK\x01\x02", 8, 28)):
        at = 0
        while (at := data.find(mark, at)) >= 0:
            length = struct.unpack_from("<H", data, at + length_at)[0]
            start = at + (30 if mark == b"PK\x03\x04" else 46)
            if bytes(data[start : start + length]).decode() == name:
                data[at + place] |= 1
            at += 4
    return bytes(data)


def edition_file(
    title: str = "A kit", card: str = "Say little.", version: int = 1, more: str = ""
) -> bytes:
    head = f"title: {title}\nkind: card\nsummary: What to say.\nversion: {version}\n{more}"
    return f"---\n{head}---\n{card}\n".encode()
