"""The text of a file by anybody: UTF-8 unless it is told otherwise, in whatever a spreadsheet writes.

A file that begins with a byte order mark says what it is. One that is UTF-8 is read so, whatever is told of others
beside it; what is not is read as told, or refused: in a guessed encoding names would be others, and nobody would see.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from bank_api.domain.dry_run.errors import DryRunError

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WIDER = {"shift_jis": "cp932"}
"""What is called so on the web and in spreadsheets holds more characters than the standard of that name."""


def read_text(path: Path, field: str, encoding: str | None = None) -> str:
    """Raises DryRunError, which names `field`, for a file that is not there or is no text in that encoding."""
    told = None if encoding is None else _known(encoding)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DryRunError(field, "cannot be read: {why}", why=error) from error
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    for one in (marked,) if marked else ("utf-8", told):
        try:
            text = data.decode(one) if one else "\0"
        except UnicodeError:
            continue
        if "\0" not in text:  # ASCII in 16 bits a character would be UTF-8, too
            return text
    if told is None:
        raise DryRunError(field, "is not text in UTF-8: --encoding names another, cp932 where Excel wrote it in Japan")
    raise DryRunError(field, "is text neither in UTF-8 nor in {encoding}", encoding=encoding)


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)  # a codec that is not for text is refused by this alone
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise DryRunError("--encoding", "is no encoding that is known here") from error
    return WIDER.get(name, name)
