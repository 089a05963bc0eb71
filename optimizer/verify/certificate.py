"""Checks that a certificate proves its bound of a model: exact arithmetic, nothing of the engine.

    python certificate.py model.txt.gz certificate.json.gz

The model is a text; H is its SHA-256. The certificate splits all cases by whole columns and gives
multipliers of rows for each case that is left; by weak duality no `x` of that case is worth more
than `sum_i y_i b_i + sum_j max(d_j l_j, d_j u_j)` with `d = c - y A`. See docs/certificates.md.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import sys
import zlib
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    DecimalException,
    Inexact,
    InvalidOperation,
)
from fractions import Fraction
from pathlib import Path
from typing import Any

_EXACT = Context(prec=4000, Emax=9999, Emin=-9999, traps=[Inexact, InvalidOperation])
"""Arithmetic that raises an error instead of rounding."""
add: Callable[[Decimal, Decimal], Decimal] = _EXACT.add
product_and: Callable[[Decimal, Decimal, Decimal], Decimal] = _EXACT.fma
"""`a * b + c` of (a, b, c)."""
_UPWARD = Context(prec=15, rounding=ROUND_CEILING)
ZERO, INFINITE = Decimal(0), Decimal("inf")
_DECIMAL = r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?(e[+-]?[0-9]{1,3})?"
_WHOLE = r"0|[1-9][0-9]{0,17}"
_MOST = 10**300
"""Size up to which a bound is a number that a double may state."""
_MOST_BYTES, _MOST_PACKING = 2**29, 100
"""What a file may unpack to: bytes at most, and times its own size beside a million bytes."""


class CertificateError(Exception):
    """What of a certificate does not hold: a kind, and where."""

    def __init__(self, kind: str, where: object = "") -> None:
        self.kind, self.where = kind, str(where)[:80]
        super().__init__(f"{kind}: {self.where}")


@dataclass(frozen=True)
class Proof:
    """What holds: no `x` of the model with this hash is worth more than `bound`."""

    model_hash: str
    bound: Fraction
    factor: Fraction
    leaves: int


def number(text: Any) -> Decimal:
    """The exact value of a decimal; raises CertificateError where `text` is none."""
    if not isinstance(text, str) or not re.fullmatch(_DECIMAL, text):
        raise CertificateError("number", text)
    return Decimal(text)


def place(text: Any, count: int) -> int:
    """The number of one of `count` columns or rows; raises CertificateError where it is none."""
    if not isinstance(text, str) or not re.fullmatch(_WHOLE, text) or int(text) >= count:
        raise CertificateError("multiplier", text)
    return int(text)


class Model:
    """What the text of a model says; a limit that is none is infinite."""

    def __init__(self, text: bytes) -> None:
        self.hash = hashlib.sha256(text).hexdigest()
        lines = (line.decode().removesuffix("\n").split("\t") for line in io.BytesIO(text))
        match [next(lines, []) for _ in range(3)]:
            case [["infraplan model", "1"], ["offset", offset], ["factor", factor]]:
                self.offset, self.factor = number(offset), number(factor)
            case _:
                raise CertificateError("model", "head")
        if self.factor <= 0:
            raise CertificateError("model", "factor")
        self._known: dict[str, Decimal] = {}
        self.names: list[str] = []
        self.integer: list[bool] = []
        self.lower: list[Decimal] = []
        self.upper: list[Decimal] = []
        self.objective: list[Decimal] = []
        self.row_lower: list[Decimal] = []
        self.row_upper: list[Decimal] = []
        self.rows: list[list[tuple[int, Decimal]]] = []
        for line in lines:
            match line:
                case ["column", name, "integer" | "continuous" as kind, low, high, worth]:
                    self.names.append(name)
                    self.integer.append(kind == "integer")
                    self._limit(low, high, self.lower, self.upper)
                    self.objective.append(self._read(worth))
                case ["row", _, low, high, *entries]:
                    self._limit(low, high, self.row_lower, self.row_upper)
                    self.rows.append([self._entry(*entry.partition(":")) for entry in entries])
                case _:
                    raise CertificateError("model", " ".join(line))

    def _read(self, text: str) -> Decimal:
        if text not in self._known:
            self._known[text] = number(text)
        return self._known[text]

    def _limit(self, low: str, high: str, lowers: list[Decimal], uppers: list[Decimal]) -> None:
        lowers.append(-INFINITE if low == "-inf" else self._read(low))
        uppers.append(INFINITE if high == "inf" else self._read(high))

    def _entry(self, column: str, _: str, value: str) -> tuple[int, Decimal]:
        return place(column, len(self.names)), self._read(value)


Box = tuple[list[Decimal], list[Decimal]]
"""Lower and upper bounds of the columns."""


def implied_box(model: Model, steps: list[Any]) -> Box:
    """Bounds of the columns: the model's, and those that rows imply, each step by one row.

    Raises CertificateError where a row does not imply its step.
    """
    lower, upper = list(model.lower), list(model.upper)
    for step in steps:
        column, side, row, text = step
        is_known = type(row) is int and 0 <= row < len(model.rows)
        if not is_known or type(column) is not int or side not in ("lower", "upper"):
            raise CertificateError("bound", step)
        own, value = ZERO, number(text)
        for other, a in model.rows[row]:
            own = add(own, a) if other == column else own
        # own x + others <= row's upper limit where that limits `side`, and else >= its lower one.
        by_upper = (own > 0) == (side == "upper")
        total = product_and(own, value, ZERO)
        for other, a in model.rows[row]:
            if other != column and a:
                total = product_and(a, (lower if (a > 0) == by_upper else upper)[other], total)
        reached = total >= model.row_upper[row] if by_upper else total <= model.row_lower[row]
        if not own or not reached:
            raise CertificateError("bound", step)
        (upper if side == "upper" else lower)[column] = value
    return lower, upper


def with_cuts(model: Model, box: Box, cuts: list[Any]) -> Model:
    """The model with a row more for each cut: mixed-integer rounding of rows that stand before.

    Raises CertificateError where rows do not imply a cut.
    """
    lower, upper = box
    wide = copy(model)
    wide.rows, wide.row_lower, wide.row_upper = (
        [*model.rows],
        [*model.row_lower],
        [*model.row_upper],
    )
    for multipliers, from_above in cuts:
        sums: dict[int, Decimal] = {}
        limit = ZERO
        for name, text in multipliers.items():
            row, y = place(name, len(wide.rows)), number(text)
            if y:
                limit = product_and(y, (wide.row_upper if y > 0 else wide.row_lower)[row], limit)
            for column, a in wide.rows[row]:
                sums[column] = product_and(y, a, sums.get(column, ZERO))
        above = set(from_above)
        ends = {c: (upper if c in above else lower)[c] for c, a in sums.items() if a}
        is_known = limit != INFINITE and all(end.is_finite() for end in ends.values())
        if not is_known or any(model.integer[c] and _floor(end) != end for c, end in ends.items()):
            raise CertificateError("cut", len(wide.rows))
        row_of_cut, most = _rounded(model, sums, limit, ends, above)
        wide.rows.append(row_of_cut)
        wide.row_lower.append(-INFINITE)
        wide.row_upper.append(most)
    return wide


def _rounded(
    model: Model,
    sums: dict[int, Decimal],
    limit: Decimal,
    ends: dict[int, Decimal],
    above: set[int],
) -> tuple[list[tuple[int, Decimal]], Decimal]:
    """The cut that `sums x <= limit` gives, each column counted from its end, at least 0."""
    for column, end in ends.items():
        limit = product_and(sums[column].copy_negate(), end, limit)
    floor = _floor(limit)
    part = add(limit, floor.copy_negate())
    rest = add(Decimal(1), part.copy_negate())
    most, cut = product_and(rest, floor, ZERO), []
    for column, end in ends.items():
        a = sums[column].copy_negate() if column in above else sums[column]
        new = min(ZERO, a)
        if model.integer[column]:
            less = _floor(a)
            new = max(ZERO, add(add(a, less.copy_negate()), part.copy_negate()))
            new = product_and(rest, less, new)
        new = new.copy_negate() if column in above else new
        cut.append((column, new))
        most = product_and(new, end, most)
    return cut, most


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR, _EXACT)


class Multipliers:
    """Multipliers of rows, and what they leave of an objective: d = c - y A."""

    def __init__(self, model: Model, objective: list[Decimal]) -> None:
        self.model, self.left = model, list(objective)
        self.y: dict[int, Decimal] = {}

    def change(self, multipliers: dict[str, Any]) -> None:
        """Take other multipliers of some rows; raises CertificateError where no row has them."""
        for name, text in multipliers.items():
            row, y = place(name, len(self.model.rows)), number(text)
            change = add(self.y.get(row, ZERO), y.copy_negate())
            self.y[row] = y
            for column, a in self.model.rows[row]:
                self.left[column] = product_and(change, a, self.left[column])

    def bound(self, lower: list[Decimal], upper: list[Decimal]) -> Decimal:
        """What no `x` between the bounds exceeds: weak duality; infinite where nothing is proven.

        All infinite terms are +inf: a positive factor meets an upper limit, a negative a lower.
        """
        total, model = ZERO, self.model
        for row, y in self.y.items():
            if y:
                limit = (model.row_upper if y > 0 else model.row_lower)[row]
                total = product_and(y, limit, total)
        for d, low, high in zip(self.left, lower, upper, strict=True):
            if d:
                total = product_and(d, high if d > 0 else low, total)
        return total


Case = tuple[int, str, Decimal, Any]
"""Column, side and limit of the last branch that leads to a case, and the case before."""


def leaf_bounds(model: Model, certificate: dict[str, Any]) -> list[Decimal | None]:
    """The bound of every case, in order; None where a case is proven to hold no `x` at all.

    The tree is listed from its root, the case `column <= at` before `column >= at + 1`: that the
    cases cover all follows from its form, asked for here. Raises CertificateError.
    """
    box = implied_box(model, certificate["bounds"])
    model = with_cuts(model, box, certificate["cuts"])
    ways = {
        "leaf": Multipliers(model, model.objective),
        "none": Multipliers(model, [ZERO] * len(model.names)),
    }
    found: list[Decimal | None] = []
    open_cases: list[Case | None] = [None]
    for node in certificate["tree"]:
        if not open_cases:
            raise CertificateError("tree", "more")
        case = open_cases.pop()
        match node:
            case ["branch", int(column), int(at)]:
                if not 0 <= column < len(model.names) or not model.integer[column]:
                    raise CertificateError("branch", column)
                open_cases.append((column, "lower", number(str(at + 1)), case))
                open_cases.append((column, "upper", number(str(at)), case))
            case ["leaf" | "none" as kind, change]:
                ways[kind].change(change)
                bound = ways[kind].bound(*_limits(box, case))
                if bound == INFINITE or (kind == "none" and bound >= 0):
                    raise CertificateError("leaf", len(found))
                found.append(add(bound, model.offset) if kind == "leaf" else None)
            case _:
                raise CertificateError("tree", node)
    if open_cases:
        raise CertificateError("tree", "less")
    return found


def _limits(box: Box, case: Case | None) -> Box:
    """Bounds of the columns in a case: those of all, and of every branch that leads to it."""
    lower, upper = list(box[0]), list(box[1])
    while case is not None:
        column, side, limit, case = case
        if side == "lower":
            lower[column] = max(lower[column], limit)
        else:
            upper[column] = min(upper[column], limit)
    return lower, upper


def prove(model: Model, certificate: dict[str, Any]) -> Proof:
    """Check `certificate` for `model`; what it proves, or CertificateError."""
    try:
        if certificate["format"] != 1 or certificate["model"] != model.hash:
            raise CertificateError("hash", certificate["model"])
        bounds, claim = leaf_bounds(model, certificate), number(certificate["bound"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError("form", error) from error
    except DecimalException as error:
        raise CertificateError("number", "digits") from error
    for order, bound in enumerate(bounds):
        if bound is not None and bound > claim:
            raise CertificateError("claim", order)
    proof = Proof(model.hash, Fraction(claim), Fraction(model.factor), len(bounds))
    if abs(proof.bound / proof.factor) > _MOST:
        raise CertificateError("number", "bound")
    return proof


def _unpacked(content: bytes) -> bytes:
    most = min(_MOST_BYTES, 10**6 + _MOST_PACKING * len(content))
    text = gzip.GzipFile(fileobj=io.BytesIO(content)).read(most + 1)
    if len(text) > most:
        raise CertificateError("form", "size")
    return text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, in which no key may stand twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise CertificateError("form", "key")
    return found


def check_files(model: bytes, certificate: bytes) -> tuple[Model, dict[str, Any], Proof]:
    """Read both files, as they lie in a run, and check the proof; raises CertificateError."""
    try:
        read = Model(_unpacked(model))
        content = json.loads(_unpacked(certificate), object_pairs_hook=_once)
    except (OSError, EOFError, zlib.error, ValueError, TypeError, IndexError) as error:
        raise CertificateError("form", error) from error
    except RecursionError as error:
        raise CertificateError("form", "depth") from error
    return read, content, prove(read, content)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        proof = check_files(*(Path(name).read_bytes() for name in sys.argv[1:]))[2]
    except (CertificateError, OSError) as error:
        sys.exit(f"not proved: {error}")
    told = proof.bound / proof.factor
    worth = _UPWARD.divide(Decimal(told.numerator), Decimal(told.denominator))
    print(f"at most {worth} for model {proof.model_hash}, proved")
