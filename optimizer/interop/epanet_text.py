"""The text of an EPANET input file, put into the words that wntr's reader takes as EPANET does.

EPANET reads bytes of any encoding, flows in gallons a minute where no units are given, times in
hours unless a unit follows (`30 MIN`), and clock times without minutes (`6 AM`). wntr stops at the
first three or reads them otherwise (`1 DAY` as an hour).
Source: EPANET 2.2 User Manual, appendix C, sections [OPTIONS], [TIMES] and [RULES].
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

from infraplan.models.catalogue import phrase, system_reason
from infraplan.models.errors import InstanceFormatError
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import one_fault
from infraplan.optimizer.storage.csv_text import decode
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.file_limits import bytes_of
from infraplan.optimizer.storage.numbers import number_in

DEFAULT_UNITS = "GPM"
NUMBERS = {
    "JUNCTIONS": slice(1, 3),
    "RESERVOIRS": slice(1, 2),
    "TANKS": slice(1, 7),
    "PIPES": slice(3, 7),
    "DEMANDS": slice(1, 2),
    "PATTERNS": slice(1, None),
    "CURVES": slice(1, 3),
    "EMITTERS": slice(1, 2),
}
"""Words of a row that are numbers, by section."""
_SECTION = regex(r"\s*\[\s*([A-Za-z]+)")
_SPAN = regex(r"(.*?\s)([0-9]*\.?[0-9]+)\s+(SEC|MIN|HOU|DAY)[A-Z]*\s*(;.*)?", re.IGNORECASE)
_SECONDS = {"SEC": 1.0, "MIN": 60.0, "HOU": 3600.0, "DAY": 86400.0}
_CLOCK = regex(r"(CLOCKTIME.*?\s)([0-9]{1,2})\s+([AP]M)\b", re.IGNORECASE)


def read_text(path: Path) -> str:
    """Text of the file at `path`, whatever its encoding.

    Raises
    ------
    InstanceFormatError
        There is no such file, or no encoding fits.
    """
    try:
        data = bytes_of(path)
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        message = phrase("there-is-no-such-file") if is_missing else system_reason(error)
        raise one_fault(path, 0, message) from error
    faults = Faults()
    text = decode(data, str(path), faults)
    if text is None:
        raise InstanceFormatError(faults.findings)
    return text


def as_wntr_reads_it(text: str) -> str:
    """`text` with the same number of lines up to its end, in words that wntr reads as EPANET."""
    section, has_units = "", False
    lines = []
    for line in text.splitlines():
        if found := _SECTION.match(line):
            section = found[1].upper()[:4]
        elif section == "TIME":
            line = _SPAN.sub(_clock, line)
        elif section in ("RULE", "CONT"):
            line = _CLOCK.sub(r"\1\2:00 \3", line)
        elif section == "OPTI":
            has_units = has_units or line.split(";")[0].upper().split()[:1] == ["UNITS"]
        if section == "END":
            break
        lines.append(line)
    if not has_units:
        lines += ["[OPTIONS]", f"Units {DEFAULT_UNITS}"]
    return "\n".join([*lines, "[END]"]) + "\n"


def misread_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Line and word of each number that Python's reader takes for one and EPANET does not.

    `nan` and `inf` are not among them: they are out of range where they count.
    """
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SECTION.match(line):
            section = found[1].upper()
            continue
        words = line.split(";")[0].split()
        for word in words[NUMBERS.get(section, slice(0, 0))]:
            if number_in(word) is None and _is_read(word):
                yield number, word


def _is_read(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def has_end(text: str) -> bool:
    """Whether the file closes with `[END]`, as EPANET writes it."""
    return any(
        found[1].upper() == "END" for line in text.splitlines() if (found := _SECTION.match(line))
    )


def _clock(found: re.Match[str]) -> str:
    seconds = round(float(found[2]) * _SECONDS[found[3].upper()])
    clock = f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return f"{found[1]}{clock} {found[4] or ''}"


def line_of(text: str, sections: tuple[str, ...], name: str) -> int:
    """Line on which the object `name` stands in one of `sections`; 0 where it does not."""
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SECTION.match(line):
            section = found[1].upper()
        elif section in sections and line.split(";")[0].split()[:1] == [name]:
            return number
    return 0
