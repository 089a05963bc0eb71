"""Cuts by mixed-integer rounding: multipliers of rows, and columns counted from their upper bound.

Rows times multipliers are `a x <= b`. Columns become what they exceed their lower bound by, or fall
short of their upper one. With `f` the part of b above its floor, `g` that of a whole column's a,

    sum over whole columns of ((1 - f) floor(a) + max(0, g - f)) x
        + sum over the others of min(0, a) x <= (1 - f) floor(b)

holds for whole x at least 0 (Nemhauser and Wolsey 1990). Nothing is divided: decimals stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip

NEAR = 1e-6
"""Distance from a bound, of a row or a column, up to which a value lies on it."""
LEAST_PART = 0.02
"""Part above the floor, and short of the next whole number, below which a cut is too flat."""
LEAST_DEPTH = 1e-3
"""Euclidean distance of the point from a cut that is worth a row."""
SCALES = 16
"""Scales tried of each row."""


@dataclass(frozen=True)
class Cut:
    """A cut `a x <= limit`, and what proves it: rows, their multipliers, columns from above."""

    rows: IntArray
    multipliers: FloatArray
    from_above: IntArray
    columns: IntArray
    values: FloatArray
    limit: float
    depth: float


def matrix_of(mip: Mip) -> csr_array:
    """Coefficients of a program, by rows."""
    shape = (mip.num_rows, mip.num_columns)
    return csr_array((mip.a_value, mip.a_index, mip.a_start), shape=shape)


def with_rows(mip: Mip, cuts: Sequence[Cut]) -> Mip:
    """The program with a row more for each cut."""
    sizes = np.array([cut.columns.size for cut in cuts], dtype=np.int64)
    return replace(
        mip,
        a_value=np.concatenate([mip.a_value, *(cut.values for cut in cuts)]),
        a_index=np.concatenate([mip.a_index, *(cut.columns for cut in cuts)]),
        a_start=np.concatenate([mip.a_start, mip.a_start[-1] + np.cumsum(sizes)]),
        row_lower=np.concatenate([mip.row_lower, np.full(sizes.size, -np.inf)]),
        row_upper=np.concatenate([mip.row_upper, [cut.limit for cut in cuts]]),
    )


class Rounding:
    """Finds cuts of one row, each with the rows that bound its other columns by whole ones."""

    def __init__(self, mip: Mip, low: FloatArray, high: FloatArray) -> None:
        self._matrix = matrix_of(mip)
        self._mip, self._low, self._high = mip, low, high
        self._whole: BoolArray = mip.integrality.astype(bool)
        self._bounding = self._bounding_rows()

    def _bounding_rows(self) -> dict[tuple[int, bool], list[tuple[int, float]]]:
        """Rows in which a column stands among whole ones alone, by it and by the side bounded.

        The multiplier makes its coefficient 1 (it is bounded from above) or -1 (from below).
        """
        found: dict[tuple[int, bool], list[tuple[int, float]]] = {}
        others = csr_array(self._matrix * (~self._whole)[None, :])
        others.eliminate_zeros()
        count = np.diff(others.indptr)
        sizes = np.diff(self._matrix.indptr)
        for row in np.flatnonzero((count == 1) & (sizes > 1) & (sizes < 200)).tolist():
            column = int(others.indices[others.indptr[row]])
            a = float(others.data[others.indptr[row]])
            for y in (1.0 / a, -1.0 / a):
                limit = self._mip.row_upper[row] if y > 0.0 else self._mip.row_lower[row]
                if np.isfinite(limit):
                    found.setdefault((column, y * a > 0.0), []).append((row, y))
        return found

    def cuts(self, x: FloatArray, most: int) -> list[Cut]:
        """The deepest cuts at `x`, at most so many."""
        activity = self._matrix @ x
        part = np.abs(x - np.round(x)) * self._whole
        is_open = (np.abs(self._matrix) @ (part > NEAR).astype(float)) > 0.0
        found = []
        for side, limit in ((1.0, self._mip.row_upper), (-1.0, self._mip.row_lower)):
            touched = np.isfinite(limit) & (is_open | self._has_bounded(x))
            for row in np.flatnonzero(touched).tolist():
                tried = [self._cut_of(row, side, x, activity, deep=deep) for deep in (0, 1, 3)]
                found += [cut for cut in tried if cut is not None]
        found.sort(key=lambda cut: -cut.depth)
        return found[:most]

    def _has_bounded(self, x: FloatArray) -> BoolArray:
        """Rows with a column that whole ones bound and that lies between its own bounds."""
        mark = np.zeros(x.size)
        mark[[column for column, _ in self._bounding]] = 1.0
        mark *= (x > self._low + NEAR) & (x < self._high - NEAR)
        return np.asarray((np.abs(self._matrix) @ mark) > 0.0)

    def _row(self, row: int) -> tuple[IntArray, FloatArray]:
        own = slice(self._matrix.indptr[row], self._matrix.indptr[row + 1])
        return self._matrix.indices[own], self._matrix.data[own]

    def _plus(self, sums: dict[int, float], row: int, m: float) -> dict[int, float]:
        for column, a in zip(*(part.tolist() for part in self._row(row)), strict=True):
            sums[column] = sums.get(column, 0.0) + m * a
        return sums

    def _limit(self, row: int, y: float) -> float:
        return float(self._mip.row_upper[row] if y > 0.0 else self._mip.row_lower[row])

    def _cut_of(
        self, row: int, side: float, x: FloatArray, activity: FloatArray, *, deep: int
    ) -> Cut | None:
        """The deepest cut of a row, to which rows are added so often that bound its columns."""
        y = {row: side}
        sums = self._plus({}, row, side)
        for _ in range(deep):
            added = False
            for column, a in list(sums.items()):
                if self._whole[column] or abs(a) < 1e-11:
                    continue
                end = min(x[column] - self._low[column], self._high[column] - x[column])
                if end <= NEAR:
                    continue
                rows = self._bounding.get((column, a < 0.0), [])
                slack = [abs(m * (self._limit(r, m) - activity[r])) for r, m in rows]
                if rows and min(slack) < end:
                    other, unit = rows[int(np.argmin(slack))]
                    if other not in y:
                        y[other] = abs(a) * unit
                        self._plus(sums, other, y[other])
                        added = True
            if not added:
                break
        if deep and len(y) == 1:
            return None
        limit = sum(m * self._limit(other, m) for other, m in y.items())
        rows_, ms = np.array(list(y), dtype=np.int64), np.array(list(y.values()))
        where = np.array([c for c, a in sums.items() if abs(a) > 1e-11], dtype=np.int64)
        return self._rounded(
            rows_, ms, where, np.array([sums[c] for c in where.tolist()]), limit, x
        )

    def _rounded(
        self,
        rows: IntArray,
        ms: FloatArray,
        where: IntArray,
        a: FloatArray,
        limit: float,
        x: FloatArray,
    ) -> Cut | None:
        """The deepest cut of `a x <= limit` over a few scales."""
        low, high, at, whole = self._low[where], self._high[where], x[where], self._whole[where]
        above = at - low > high - at  # the nearer of both
        end = np.where(above, high, low)
        if not np.isfinite(end).all():
            return None
        t, sign = np.abs(at - end), np.where(above, -1.0, 1.0)
        c, b = a * sign, limit - float(a @ end)
        open_sizes = np.unique(np.round(np.abs(c[whole & (t > NEAR)]), 9))[::-1]
        best: Cut | None = None
        for size in open_sizes[:SCALES].tolist():
            if size <= 1e-9:
                continue
            scale = float(f"{1.0 / size:.12g}")
            f = b * scale - np.floor(b * scale)
            if not LEAST_PART < f < 1.0 - LEAST_PART:
                continue
            floor = np.floor(c * scale)
            new = np.where(
                whole,
                (1.0 - f) * floor + np.maximum(0.0, c * scale - floor - f),
                np.minimum(0.0, c * scale),
            )
            right = (1.0 - f) * np.floor(b * scale)
            depth = (float(new @ t) - right) / max(1e-9, float(np.linalg.norm(new)))
            if depth > LEAST_DEPTH and (best is None or depth > best.depth):
                back = new * sign
                keep = back != 0.0
                best = Cut(
                    rows,
                    ms * scale,
                    where[above],
                    where[keep],
                    back[keep],
                    right + float(back @ end),
                    depth,
                )
        return best
