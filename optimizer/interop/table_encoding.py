"""In which of several encodings the bytes of a foreign table make known headings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from infraplan.optimizer.interop.table_words import field_of, unit_in

OTHERS: Mapping[str, str] = {
    "shift_jis": "Shift-JIS",
    "big5": "Big5",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
}
"""Encodings whose bytes pass for GB18030 or Windows-1252 as well, and their names."""
_LINES = 15
"""Lines in which headings are sought."""


def other_encoding(data: bytes, text: str) -> str:
    """Return the encoding of `OTHERS` in which `data` has more known headings than `text`.

    Blank where `text`, which is how the bytes were read before, has as many; `?` has none.
    """
    best, most = "", _known(text)
    for encoding in OTHERS:
        try:
            found = _known(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        if found > most:
            best, most = encoding, found
    return best


def _known(text: str) -> int:
    """How many cells beyond plain letters in the first lines are known as headings or units."""
    cells = [c for line in text.splitlines()[:_LINES] for c in re.split(r"[,;\t|\"]", line)]
    said = [c.strip() for c in cells if not c.isascii() and len(c) <= 60]
    return sum(bool(field_of(cell)) + bool(unit_in(cell)) for cell in said)
