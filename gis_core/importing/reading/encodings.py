"""Which encoding is this text in? Vietnamese files come in three."""

import codecs
import re
import unicodedata
from typing import Final

from gis_core.importing.reading.source import BadFile

# Letters that only Vietnamese composes: ạ to ỹ.
_VIETNAMESE: Final = re.compile("[\u1ea0-\u1ef9]")


def sniff_encoding(data: bytes) -> str:
    r"""Tell UTF-8 (with or without BOM), UTF-16 with BOM, Windows-1258 and, failing all, Windows-1252 apart.

    Windows-1258 writes most Vietnamese letters as a base and a tone mark. Read as such, a Vietnamese text has letters
    of its own and no mark left over; the text of another language has no such letters.

    >>> sniff_encoding("trụ nước".encode()), sniff_encoding(b"Stra\xdfe"), sniff_encoding(b"tru\xf2 n\xfd\xf5\xecc")
    ('utf-8', 'cp1252', 'cp1258')
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258" if _looks_vietnamese(data) else "cp1252"
    return "utf-8"


def _looks_vietnamese(data: bytes) -> bool:
    composed = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    return bool(_VIETNAMESE.search(composed)) and not any(map(unicodedata.combining, composed))


def known_encoding(name: str) -> str:
    """Give Python's name for an encoding as people and .cpg files write it.

    Raises
    ------
    BadFile
        Python does not know it.

    >>> known_encoding("UTF-8"), known_encoding("ANSI 1258"), known_encoding("1252")
    ('utf-8', 'cp1258', 'cp1252')
    """
    number = re.fullmatch(r"(?:ansi|windows|cp|ms)?[\s_-]*(125[0-9])", name.strip(), re.IGNORECASE)
    try:
        return codecs.lookup(f"cp{number[1]}" if number else name.strip()).name
    except (LookupError, ValueError) as error:
        raise BadFile(
            '"%(encoding)s" is no known encoding: give utf-8, windows-1258 or windows-1252.', encoding=name[:40]
        ) from error
