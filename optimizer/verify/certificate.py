"""Checks that a certificate proves its bound of a model: exact arithmetic, nothing of the engine.

    python certificate.py model.txt.gz certificate.json.gz

The model is a text; H is its SHA-256. The certificate splits all cases by whole columns and gives
multipliers of rows for each case that is left; by weak duality no `x` of that case is worth more
than `sum_i y_i b_i + sum_j max(d_j l_j, d_j u_j)` with `d = c - y A`. Every number is a decimal and
is computed with as an integer, so that nothing is rounded. See docs/certificates.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?")
_LEAST_PLACES = 9
"""Places after the point that implied bounds may have at least, whatever the model's have."""
ROW_SHARE = Fraction(1, 10**6)
"""Share of max(1, its limit, its terms) by which a plan may miss a row or a bound."""
VALUE_SHARE = Fraction(1, 10**6)
"""Share of max(1, terms of the objective) by which the plan's value may differ from the run's."""


class CertificateError(Exception):
    """What of a certificate does not hold: a kind, and where."""

    def __init__(self, kind: str, where: object = "") -> None:
        super().__init__(f"{kind}: {where}")
        self.kind, self.where = kind, str(where)


@dataclass(frozen=True)
class Proof:
    """What holds: no `x` of the model with this hash is worth more than `bound`."""

    model_hash: str
    bound: Fraction
    factor: Fraction
    leaves: int


@dataclass(frozen=True)
class PlanCheck:
    """How well a plan obeys the rows; misses are shares, as `ROW_SHARE` and `VALUE_SHARE`."""

    value: Fraction
    worst_row: Fraction
    value_miss: Fraction
    starts: frozenset[str]


def decimal(text: Any) -> tuple[int, int]:
    """Digits and places of a decimal, `1.5e-3` is (15, 4); else raises CertificateError."""
    found = _DECIMAL.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise CertificateError("number", text)
    sign, whole, part, power = found.groups(default="")
    digits, places = int(whole + part), len(part) - int(power or 0)
    if places < 0:
        digits, places = digits * 10**-places, 0
    while places and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return (-digits if sign == "-" else digits), places


def fraction(text: Any) -> Fraction:
    """The exact value of a decimal."""
    digits, places = decimal(text)
    return Fraction(digits, 10**places)


class Model:
    """A model as integers: every number of it times `10**places`; None is an infinite bound."""

    def __init__(self, text: bytes) -> None:
        self.hash = hashlib.sha256(text).hexdigest()
        lines = [line.split("\t") for line in text.decode("utf-8").removesuffix("\n").split("\n")]
        if len(lines) < 3 or lines[0] != ["infraplan model", "1"]:
            raise CertificateError("model", "head")
        self._known: dict[str, tuple[int, int]] = {}
        columns = [line for line in lines[3:] if line[0] == "column"]
        rows = [line for line in lines[3:] if line[0] == "row"]
        if lines[1][0] != "offset" or lines[2][0] != "factor":
            raise CertificateError("model", "head")
        if lines[3:] != columns + rows or any(len(line) != 6 for line in columns):
            raise CertificateError("model", "lines")
        numbers = [v for line in columns for v in line[3:]] + [v for r in rows for v in r[2:4]]
        entries = [[pair.split(":") for pair in line[4:]] for line in rows]
        numbers += [pair[1] for row in entries for pair in row]
        places = [self._read(text)[1] for text in {*numbers, lines[1][1]} if text[-3:] != "inf"]
        self.places = max([_LEAST_PLACES, *places])
        self.factor = fraction(lines[2][1])
        self.offset = self.whole(lines[1][1])
        self.names = [line[1] for line in columns]
        self.integer = [line[2] == "integer" for line in columns]
        self.lower, self.upper = ([self._limit(line[k]) for line in columns] for k in (3, 4))
        self.objective = [self.whole(line[5]) for line in columns]
        self.row_lower, self.row_upper = ([self._limit(line[k]) for line in rows] for k in (2, 3))
        self.rows = [[(int(c), self.whole(v)) for c, v in row] for row in entries]
        count = len(columns)
        if any(not 0 <= c < count for row in self.rows for c, _ in row):
            raise CertificateError("model", "columns")

    def _read(self, text: str) -> tuple[int, int]:
        if text not in self._known:
            self._known[text] = decimal(text)
        return self._known[text]

    def whole(self, text: Any) -> int:
        """A decimal of the model's places, as an integer; raises CertificateError if of more."""
        digits, places = self._read(text) if isinstance(text, str) else decimal(text)
        if places > self.places:
            raise CertificateError("number", text)
        return digits * int(10 ** (self.places - places))

    def _limit(self, text: str) -> int | None:
        return None if text in ("inf", "-inf") else self.whole(text)


class Box:
    """Bounds of the columns of a model, the infinite ones as far as rows imply finite ones."""

    def __init__(self, model: Model, steps: list[Any]) -> None:
        self.model, self.lower, self.upper = model, list(model.lower), list(model.upper)
        for column, side, row, value in steps:
            if side not in ("lower", "upper") or not 0 <= row < len(model.rows):
                raise CertificateError("bound", column)
            self._imply(column, row, model.whole(value), is_upper=side == "upper")

    def _imply(self, column: int, row: int, value: int, *, is_upper: bool) -> None:
        """Take `value` as a bound of `column`, which its `row` must imply."""
        model = self.model
        own = sum(a for c, a in model.rows[row] if c == column)
        by_upper = (own > 0) == is_upper
        limit, rest = (model.row_upper if by_upper else model.row_lower)[row], 0
        for other, a in model.rows[row]:
            if other != column:
                end = (self.lower if (a > 0) == by_upper else self.upper)[other]
                if end is None:
                    raise CertificateError("bound", column)
                rest += a * end
        if limit is None or own == 0:
            raise CertificateError("bound", column)
        spare = own * value - (limit * 10**model.places - rest)
        if (spare < 0) if by_upper else (spare > 0):
            raise CertificateError("bound", column)
        (self.upper if is_upper else self.lower)[column] = value


class Weak:
    """The bound of weak duality for one objective, kept up to date as multipliers change."""

    def __init__(self, model: Model, objective: list[int], places: int) -> None:
        self.model, self.places, self.total, self.infinite = model, places, 0, 0
        self.reduced = [c * 10**places for c in objective]
        self.touched = set(range(len(objective)))
        self._y: dict[int, int] = {}
        self._terms: dict[int, int | None] = {}

    def _set(self, key: int, term: int | None) -> None:
        old = self._terms.get(key, 0)
        self.infinite += (term is None) - (old is None)
        self.total += (term or 0) - (old or 0)
        self._terms[key] = term

    def change(self, multipliers: dict[str, Any]) -> None:
        """Take other multipliers of rows; raises CertificateError where there is no such row."""
        model = self.model
        for name, text in multipliers.items():
            row = int(name)
            digits, places = decimal(text)
            if not 0 <= row < len(model.rows) or places > self.places:
                raise CertificateError("multiplier", name)
            y = digits * 10 ** (self.places - places)
            change, self._y[row] = y - self._y.get(row, 0), y
            for column, a in model.rows[row]:
                self.reduced[column] -= change * a
                self.touched.add(column)
            limit = (model.row_upper if y > 0 else model.row_lower)[row]
            part = None if limit is None else y * limit * 10**model.places
            self._set(-1 - row, 0 if y == 0 else part)

    def bound(self, lower: list[int | None], upper: list[int | None]) -> Fraction | None:
        """What no `x` between the bounds exceeds; None: the multipliers prove nothing."""
        for column in self.touched:
            d = self.reduced[column]
            end = upper[column] if d > 0 else lower[column]
            self._set(column, 0 if d == 0 else None if end is None else d * end)
        self.touched.clear()
        if self.infinite:
            return None
        return Fraction(self.total, 10 ** (2 * self.model.places + self.places))


def leaf_bounds(model: Model, certificate: dict[str, Any]) -> list[Fraction | None]:
    """The bound of every case, in order; None where a case is proven to hold no `x` at all.

    The tree is listed from its root, the case `column <= at` before `column >= at + 1`: that the
    cases cover all follows from its form, asked for here. Raises CertificateError.
    """
    box = Box(model, certificate["bounds"])
    lower, upper = box.lower, box.upper
    places = certificate["places"]
    if not isinstance(places, int) or not 0 <= places <= 60:
        raise CertificateError("number", places)
    ways = {
        "leaf": Weak(model, model.objective, places),
        "none": Weak(model, [0] * len(model.objective), places),
    }
    one, found = 10**model.places, list[Fraction | None]()
    waiting: list[tuple[str, Any, int | None]] = [("visit", 0, None)]
    none: list[Any] = [""]
    nodes: Iterator[list[Any]] = iter(certificate["tree"])
    while waiting:
        what, column, value = waiting.pop()
        if what != "visit":
            (lower if what == "lower" else upper)[column] = value
            for way in ways.values():
                way.touched.add(column)
            continue
        kind, *rest = next(nodes, none)
        if kind == "branch":
            column, at = rest
            is_column = type(column) is int and 0 <= column < len(model.names)
            if not is_column or type(at) is not int or not model.integer[column]:
                raise CertificateError("branch", column)
            waiting += [
                ("lower", column, lower[column]),
                ("visit", 0, None),
                ("lower", column, (at + 1) * one),
                ("upper", column, upper[column]),
                ("visit", 0, None),
                ("upper", column, at * one),
            ]
            continue
        if kind not in ways:
            raise CertificateError("tree", kind)
        ways[kind].change(rest[0])
        bound = ways[kind].bound(lower, upper)
        if bound is None or (kind == "none" and bound >= 0):
            raise CertificateError("leaf", len(found))
        found.append(bound + Fraction(model.offset, one) if kind == "leaf" else None)
    if next(nodes, None) is not None:
        raise CertificateError("tree", "more")
    return found


def prove(model: Model, certificate: dict[str, Any]) -> Proof:
    """Check `certificate` for `model`; what it proves, or CertificateError."""
    try:
        if certificate["format"] != 1 or certificate["model"] != model.hash:
            raise CertificateError("hash", certificate["model"])
        bounds, claim = leaf_bounds(model, certificate), fraction(certificate["bound"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise CertificateError("form", error) from error
    for number, bound in enumerate(bounds):
        if bound is not None and bound > claim:
            raise CertificateError("claim", number)
    return Proof(model.hash, claim, model.factor, len(bounds))


def check_plan(model: Model, values: Any, objective: float) -> PlanCheck:
    """Hold a plan (values by column number, 0 where none) against every row, exactly.

    `objective` is the run's, in its money. A whole column must be whole, to the last digit.
    Raises CertificateError where one is not, or values have another form.
    """
    try:
        read = {int(name): decimal(text) for name, text in values.items()}
        places = max((own for _, own in read.values()), default=0)
        x = [0] * len(model.names)
        for column, (digits, own) in read.items():
            x[column] = digits * 10 ** (places - own)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise CertificateError("form", error) from error
    one, unit = 10**model.places, 10**places
    worst = Fraction(0)
    rows = [*model.rows, *([(c, one)] for c in range(len(x)))]
    lowers, uppers = [*model.row_lower, *model.lower], [*model.row_upper, *model.upper]
    for row, low, high in zip(rows, lowers, uppers, strict=True):
        total = sum(a * x[c] for c, a in row)
        over = -1 if high is None else total - high * unit
        under = -1 if low is None else low * unit - total
        if (miss := max(over, under)) > 0:
            limit = abs((high if over > 0 else low) or 0) * unit
            size = sum(abs(a * x[c]) for c, a in row)
            worst = max(worst, Fraction(miss, max(one * unit, limit, size)))
    for column, value in enumerate(x):
        if model.integer[column] and value % unit:
            raise CertificateError("whole", model.names[column])
    terms = [c * v for c, v in zip(model.objective, x, strict=True) if v]
    worth = (Fraction(sum(terms), one * unit) + Fraction(model.offset, one)) / model.factor
    scale = max(Fraction(1), Fraction(sum(map(abs, terms)), one * unit) / model.factor)
    pairs = zip(model.names, x, strict=True)
    started = frozenset(n for n, v in pairs if v == unit and n.startswith("started "))
    return PlanCheck(worth, worst, abs(worth - Fraction(objective)) / scale, started)


def unpacked(content: bytes) -> bytes:
    """The text inside a gzip file; raises CertificateError where it is none."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise CertificateError("form", error) from error


def check_files(model: bytes, certificate: bytes) -> tuple[Model, dict[str, Any], Proof]:
    """Read both files, as they lie in a run, and check the proof; raises CertificateError."""
    try:
        read, content = Model(unpacked(model)), json.loads(unpacked(certificate))
    except (ValueError, IndexError) as error:
        raise CertificateError("form", error) from error
    return read, content, prove(read, content)


if __name__ == "__main__":
    files = [Path(name).read_bytes() for name in sys.argv[1:3]]
    try:
        proof = check_files(files[0], files[1])[2]
    except CertificateError as error:
        sys.exit(f"not proved: {error}")
    print(f"at most {float(proof.bound / proof.factor)} for model {proof.model_hash}, proved")
