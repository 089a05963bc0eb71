"""Conflicts of files as a table to be filled in, and what was decided in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from infraplan.models.catalogue import in_language, listed, phrase
from infraplan.models.errors import Finding, InstanceFormatError, Severity
from infraplan.optimizer.storage.cells import escape, unescape
from infraplan.optimizer.storage.csv_text import decode, format_csv, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.merge_cells import Conflict

COLUMNS = {
    "table": "merge-table",
    "row": "merge-row",
    "column": "merge-column",
    "file": "merge-file",
    "sheet": "merge-sheet",
    "line": "merge-line",
    "heading": "merge-heading",
    "value": "merge-value",
    "take": "merge-take",
}
"""Columns of the table, with the word that is the heading in either language."""
_NAMED = ("table", "row", "column", "file", "take")
"""Columns by which a decision is told; the others are for reading."""

Decisions = Mapping[tuple[str, str, str], str]
"""Labels of files by table, row and column."""


def conflict_table(conflicts: Iterable[Conflict], lang: str) -> bytes:
    """Return a CSV file with a row for what each file says of each conflict, `take` left blank."""
    rows = []
    for conflict in conflicts:
        for said in conflict.said:
            place = said.place
            heading = "" if place.column is None else in_language(place.column, lang)
            cells = (said.label, place.sheet or "", str(place.row or ""), heading, said.text)
            named = [escape(cell) for cell in (*conflict.key, *cells)]
            rows.append([*named, ""])
    return format_csv([in_language(phrase(word), lang) for word in COLUMNS.values()], rows)


def read_decisions(path: Path, labels: Sequence[str]) -> Decisions:
    """Return what the file at `path` decides: the rows with anything in `take`.

    Raises
    ------
    InstanceFormatError
        It cannot be read, lacks a column, names a file that is none of `labels`, or takes two
        values for one cell; carries all findings.
    """
    faults = Faults()
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    grid = None if text is None else parse_csv(text, path.name, faults)
    found: dict[tuple[str, str, str], str] = {}
    if grid is not None:
        places = _places(grid[0] if grid else [], path.name, faults)
        for line, cells in enumerate(grid[1:] if places else [], 2):
            row = {n: unescape(cells[at]) if at < len(cells) else "" for n, at in places.items()}
            if not row["take"].strip():
                continue
            key = (row["table"], row["row"], row["column"])
            if row["file"] not in labels:
                told = phrase("merge-no-such-file", file=row["file"], files=listed(labels))
                faults.report("merge-decision", told, file=path.name, row=line)
            elif found.setdefault(key, row["file"]) != row["file"]:
                told = phrase("merge-taken-twice", file=found[key])
                faults.report("merge-decision", told, file=path.name, row=line)
    if faults.has_errors:
        raise InstanceFormatError(faults.findings)
    return found


def _places(headings: Sequence[str], file: str, faults: Faults) -> dict[str, int]:
    """Positions of the columns that are needed, none where one is missing."""
    words: dict[str, str] = {}
    for name, key in COLUMNS.items():
        word = phrase(key)
        words |= {str(word).casefold(): name, word.zh: name, name: name}
    found = {words.get(head.strip().casefold(), ""): at for at, head in enumerate(headings)}
    lacking = [phrase(COLUMNS[name]) for name in _NAMED if name not in found]
    if lacking:
        told = phrase("merge-decisions-lack", columns=listed(lacking))
        faults.report("merge-decision", told, file=file, row=1)
        return {}
    return {name: found[name] for name in _NAMED}


def left_over(decisions: Decisions, conflicts: Sequence[Conflict], file: str) -> list[Finding]:
    """A warning for each decision about a cell in which the files no longer differ."""
    faults = Faults()
    known = {conflict.key for conflict in conflicts}
    for key in decisions:
        if key not in known:
            told = phrase("merge-nothing-to-decide", place=" / ".join(part for part in key if part))
            faults.report("merge-decision", told, file=file, severity=Severity.WARNING)
    return faults.findings
