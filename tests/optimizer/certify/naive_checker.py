"""A second, slow reading of docs/certificates.md: fractions, no state from case to case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

Bounds = dict[int, tuple[Fraction | None, Fraction | None]]


class _BadProofError(Exception):
    pass


def _number(text: str) -> Fraction | None:
    return None if text.endswith("inf") else Fraction(text)


class NaiveModel:
    """Columns and rows of a model's text."""

    def __init__(self, text: str) -> None:
        lines = [line.split("\t") for line in text.splitlines()]
        self.offset = Fraction(lines[1][1])
        columns = [line for line in lines if line[0] == "column"]
        self.whole = [line[2] == "integer" for line in columns]
        self.bounds: Bounds = {
            c: (_number(line[3]), _number(line[4])) for c, line in enumerate(columns)
        }
        self.objective = [Fraction(line[5]) for line in columns]
        self.rows = [
            (
                _number(line[2]),
                _number(line[3]),
                {int(e.split(":")[0]): Fraction(e.split(":")[1]) for e in line[4:]},
            )
            for line in lines
            if line[0] == "row"
        ]


def proves(text: str, content: dict[str, Any]) -> bool:
    """Whether the certificate proves its claim of the model, whatever hash it names."""
    model = NaiveModel(text)
    try:
        bounds = dict(model.bounds)
        for column, side, row, value in content["bounds"]:
            bounds[column] = _implied(model, bounds, column, side, row, Fraction(value))
        for multipliers, above in content["cuts"]:
            model.rows.append(_cut(model, bounds, multipliers, above))
        nodes = iter(content["tree"])
        known: dict[str, dict[int, Fraction]] = {"leaf": {}, "none": {}}
        worst = max(_bounds(model, nodes, bounds, known), default=None)
        if next(nodes, None) is not None:
            return False
    except (_BadProofError, StopIteration, RuntimeError, KeyError, IndexError):
        return False
    return worst is None or worst + model.offset <= Fraction(content["bound"])


def _cut(
    model: NaiveModel, bounds: Bounds, multipliers: dict[str, str], above: list[int]
) -> tuple[None, Fraction, dict[int, Fraction]]:
    """Mixed-integer rounding as textbooks have it, divided by 1 - f and multiplied again."""
    a: defaultdict[int, Fraction] = defaultdict(Fraction)
    b = Fraction(0)
    for row, text in multipliers.items():
        low, high, entries = model.rows[int(row)]
        y = Fraction(text)
        limit = high if y > 0 else low
        if limit is None:
            raise _BadProofError
        b += y * limit
        for column, value in entries.items():
            a[column] += y * value
    end = {c: bounds[c][1 if c in above else 0] for c in a if a[c]}
    for column, own in end.items():
        if own is None or (model.whole[column] and own.denominator > 1):
            raise _BadProofError
        b -= a[column] * own
    f = b - floor(b)
    cut, most = {}, Fraction(floor(b))
    for column, own in end.items():
        sign = -1 if column in above else 1
        value = sign * a[column]
        if model.whole[column]:
            new = floor(value) + max(Fraction(0), value - floor(value) - f) / (1 - f)
        else:
            new = min(Fraction(0), value) / (1 - f)
        cut[column] = sign * new * (1 - f)
        most += sign * new * (own or 0)
    return None, most * (1 - f), cut


def _implied(
    model: NaiveModel, bounds: Bounds, column: int, side: str, row: int, value: Fraction
) -> tuple[Fraction | None, Fraction | None]:
    low, high, entries = model.rows[row]
    own = entries.get(column, Fraction(0))
    if not own:
        raise _BadProofError
    at_most = (side == "upper") == (own > 0)
    rest = Fraction(0)
    for other, a in entries.items():
        if other != column:
            end = bounds[other][0 if (a > 0) == at_most else 1]
            if end is None:
                raise _BadProofError
            rest += a * end
    limit = high if at_most else low
    if limit is None:
        raise _BadProofError
    due = (limit - rest) / own
    if (value < due) if side == "upper" else (value > due):
        raise _BadProofError
    least, most = bounds[column]
    return (least, value) if side == "upper" else (value, most)


def _bounds(
    model: NaiveModel, nodes: Iterator[list[Any]], bounds: Bounds, known: dict[str, Any]
) -> list[Fraction]:
    kind, *rest = next(nodes)
    if kind == "branch":
        column, at = rest
        if not model.whole[column]:
            raise _BadProofError
        low, high = bounds[column]
        most = Fraction(at) if high is None else min(high, Fraction(at))
        least = Fraction(at + 1) if low is None else max(low, Fraction(at + 1))
        less = _bounds(model, nodes, bounds | {column: (low, most)}, known)
        return less + _bounds(model, nodes, bounds | {column: (least, high)}, known)
    known[kind] |= {int(row): Fraction(y) for row, y in rest[0].items()}
    reduced: defaultdict[int, Fraction] = defaultdict(Fraction)
    if kind == "leaf":
        reduced.update(enumerate(model.objective))
    total = Fraction(0)
    for row, y in known[kind].items():
        low, high, entries = model.rows[row]
        limit = high if y > 0 else low
        if y and limit is None:
            raise _BadProofError
        total += y * (limit or 0)
        for column, a in entries.items():
            reduced[column] -= y * a
    for column, d in reduced.items():
        end = bounds[column][1 if d > 0 else 0]
        if d and end is None:
            raise _BadProofError
        total += d * (end or 0)
    if kind == "none" and total >= 0:
        raise _BadProofError
    return [total] if kind == "leaf" else []
