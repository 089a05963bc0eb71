"""A CSV of weights: `criterion,weight`, one line for each criterion that counts."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from infraplan.models.catalogue import listed, phrase
from infraplan.optimizer.storage.cells import clean_text
from infraplan.optimizer.storage.csv_text import decode, parse_csv, read_bytes
from infraplan.optimizer.storage.faults import CellFault, Faults, error_of
from infraplan.optimizer.storage.numbers import parse_number

HEADING = ("criterion", "weight")


def read_weights(path: Path, known: Collection[str]) -> dict[str, float]:
    """Return the weights in `path` by criterion, divided by their sum.

    Raises
    ------
    InstanceFormatError
        If the file cannot be read, a criterion is none of `known` or stands twice, or a weight is
        no number of at least 0; carries all findings.
    """
    faults = Faults()
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    grid = None if text is None else parse_csv(text, path.name, faults)
    if grid is None:
        raise error_of(faults.findings)
    rows = [
        (number, [clean_text(cell) for cell in row])
        for number, row in enumerate(grid, start=1)
        if any(cell.strip() for cell in row)
    ]
    if not rows or tuple(cell.lower() for cell in rows[0][1][:2]) != HEADING:
        faults.report("weights-heading", phrase("weights-heading"), file=path.name, row=1)
        raise error_of(faults.findings)
    found: dict[str, float] = {}
    for number, cells in rows[1:]:
        name, written = (*cells, "")[:2]
        if name not in known:
            message = phrase("weights-unknown", name=name, known=listed(known))
            faults.report("weights-unknown", message, file=path.name, row=number, column=HEADING[0])
        elif name in found:
            message = phrase("weights-twice", name=name)
            faults.report("weights-twice", message, file=path.name, row=number, column=HEADING[0])
        weight = _weight(written)
        if weight is None:
            message = phrase("weights-no-number", text=written)
            faults.report("weights-number", message, file=path.name, row=number, column=HEADING[1])
        found[name] = weight or 0.0
    total = sum(found.values())
    if not faults.has_errors and total <= 0.0:
        faults.report("weights-none", phrase("weights-none"), file=path.name)
    if faults.has_errors:
        raise error_of(faults.findings)
    return {name: weight / total for name, weight in found.items() if weight > 0.0}


def _weight(text: str) -> float | None:
    try:
        value = parse_number(text)
    except CellFault:
        return None
    return value if value >= 0.0 else None
