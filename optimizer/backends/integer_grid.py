"""A linear model on a grid of integers, as CP-SAT needs it, with proofs that carry over.

CP-SAT works on integers. Read as they are, continuous columns would be searched in whole numbers,
and the "optimum" proven would be too small. Here the grid model is a relaxation of the true one:

    x_j = origin_j + step_j (k_j + r_j),  k_j integer,  |r_j| <= 1/2     (r_j = 0: integer column)
    row:        L - s <= sum_j a_j step_j k_j <= U + s,   s = sum_j |a_j| step_j / 2, continuous j
    objective:  c' x <= max over the grid + the same s of the objective row

With K = floor(S L') .. ceil(S U') on coefficients A_j = round(S a_j step_j), whose rounding errors
times the largest |k_j| are added to s. Every true solution is on the relaxed grid, so "infeasible"
there is a proof, and the largest objective there, plus s, is a bound. Solutions of the grid are
only near the model; the guest fixes their integers and solves for the continuous columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infraplan.models.catalogue import phrase
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

_ROUNDS = 100
_MARGIN = 1e-9
_EXACT = 1e-12
"""Relative error below which a scaled coefficient counts as a whole number."""
_CAPACITY = 2.0**58
"""Largest sum of |coefficient x unit| in a row; CP-SAT refuses what may overflow 63 bits."""
_LARGEST_UNITS = 2.0**40
_ROUNDING_SHARE = 0.1
"""Largest error by rounded coefficients, as a share of the slack that the grid's steps need."""
_ENDLESS = 2**61
_ROW_PRECISION = 1e-8
"""The same for rows of integer columns alone, as a share of the row's largest possible size."""


@dataclass(frozen=True)
class Grid:
    """The grid model: maximise `objective' k / objective_scale`, within the bound's slack."""

    origin: FloatArray
    step: FloatArray
    lower: IntArray
    upper: IntArray
    coefficient: IntArray
    row_lower: IntArray
    row_upper: IntArray
    objective: IntArray
    objective_scale: float
    objective_constant: float
    objective_slack: float

    def values(self, units: IntArray) -> FloatArray:
        """Column values of grid point `units`."""
        return self.origin + self.step * units

    def units(self, values: FloatArray) -> IntArray:
        """Nearest grid point to `values` (finite)."""
        safe = np.where(self.step > 0.0, self.step, 1.0)
        nearest = np.round((values - self.origin) / safe)
        return np.clip(nearest, self.lower, self.upper).astype(np.int64)


def finite_bounds(mip: Mip) -> tuple[FloatArray, FloatArray]:
    """Column bounds, infinite ones replaced by what the rows imply or a best plan needs.

    Some best plan is within the bounds, if there is a plan: a column that costs and whose growth
    only helps its rows (a shortfall, say) need not be larger than the rows may ask for.

    Raises
    ------
    UnsupportedFeatureError
        If a column stays without a bound.
    """
    lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    for _ in range(_ROUNDS):
        open_ = np.isinf(lower) | np.isinf(upper)
        if not open_.any():
            break
        before = int(np.isinf(lower).sum() + np.isinf(upper).sum())
        _tighten(mip, rows, mip.a_value, mip.row_upper, lower, upper)
        _tighten(mip, rows, -mip.a_value, -mip.row_lower, lower, upper)
        _drop_unneeded(mip, rows, lower, upper)
        if int(np.isinf(lower).sum() + np.isinf(upper).sum()) == before:
            break
    integer = mip.integrality
    lower = np.where(integer, np.ceil(lower - 1e-6), lower)
    upper = np.where(integer, np.floor(upper + 1e-6), upper)
    endless = np.flatnonzero(np.isinf(lower) | np.isinf(upper))
    if endless.size:
        message = phrase(
            "cp-sat-works-on-bounded-integers-columns-have", size=endless.size, endless=endless[0]
        )
        raise UnsupportedFeatureError(message)
    return lower, upper


def _by_row(rows: IntArray, weights: NDArray[Any], num_rows: int) -> FloatArray:
    return np.bincount(rows, weights=weights, minlength=num_rows).astype(np.float64)


def _tighten(
    mip: Mip,
    rows: IntArray,
    value: FloatArray,
    limit: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> None:
    """Replace infinite bounds by what `sum value x <= limit` implies (in place)."""
    column = mip.a_index
    least = np.where(value > 0.0, value * lower[column], value * upper[column])
    endless = np.isinf(least)
    finite = np.where(endless, 0.0, least)
    total = _by_row(rows, finite, mip.num_rows)
    count = _by_row(rows, endless, mip.num_rows)
    others_finite = count[rows] - endless == 0
    usable = others_finite & np.isfinite(limit[rows])
    room = limit[rows] - (total[rows] - finite)
    with np.errstate(invalid="ignore", over="ignore"):
        implied = room / value
    implied += np.where(value > 0.0, 1.0, -1.0) * _MARGIN * (1.0 + np.abs(implied))
    above = usable & (value > 0.0) & np.isinf(upper[column])
    below = usable & (value < 0.0) & np.isinf(lower[column])
    np.minimum.at(upper, column[above], implied[above])
    np.maximum.at(lower, column[below], implied[below])


def _drop_unneeded(mip: Mip, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
    """Bound columns that no best plan needs without end (in place)."""
    column = mip.a_index
    for sign in (1.0, -1.0):  # the second time with columns negated
        value = sign * mip.a_value
        low, high = (lower, upper) if sign > 0.0 else (-upper, -lower)
        hurt = np.where(
            value > 0.0, np.isfinite(mip.row_upper[rows]), np.isfinite(mip.row_lower[rows])
        )
        hurts = np.bincount(column, weights=hurt, minlength=mip.num_columns) > 0
        need = low.copy()
        for weight, limit in ((value, mip.row_lower), (-value, -mip.row_upper)):
            least = np.where(weight > 0.0, weight * low[column], weight * high[column])
            endless = np.isinf(least)
            finite = np.where(endless, 0.0, least)
            others = _by_row(rows, finite, mip.num_rows)[rows] - finite
            unknown = _by_row(rows, endless, mip.num_rows)[rows] - endless > 0
            asks = (weight > 0.0) & np.isfinite(limit[rows])
            required = np.where(unknown, np.inf, (limit[rows] - others) / weight)
            np.maximum.at(need, column[asks], required[asks])
        good = np.isinf(high) & np.isfinite(need) & ~hurts & (sign * mip.objective <= 0.0)
        need[good] += _MARGIN * (1.0 + np.abs(need[good]))
        need = np.where(mip.integrality, np.ceil(need), need)
        if sign > 0.0:
            upper[good] = need[good]
        else:
            lower[good] = -need[good]


def _scaled_rows(
    raw: FloatArray, rows: IntArray, num_rows: int, units: FloatArray, slack: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Whole coefficients, scale and error of rows with coefficients `raw` per unit.

    The smallest power of ten that makes a row whole, where there is one; else a scale that keeps
    the error small. `units` is the largest |k| of each entry, `slack` the row's own.
    """
    units = np.where(raw == 0.0, 0.0, units)
    size = _by_row(rows, np.abs(raw) * units, num_rows)
    scale = np.zeros(num_rows)
    for power in range(-9, 13):
        scaled = np.abs(raw) * 10.0**power
        whole = np.round(scaled)
        wrong = (raw != 0.0) & ((np.abs(scaled - whole) > _EXACT * whole) | (whole < 1.0))
        bad = _by_row(rows, wrong, num_rows) > 0
        fits = (scale == 0.0) & ~bad & (size * 10.0**power <= _CAPACITY)
        scale[fits] = 10.0**power
    errors = 0.5 * _by_row(rows, units, num_rows)
    allowed = np.where(slack > 0.0, _ROUNDING_SHARE * slack, _ROW_PRECISION * size)
    wanted = np.where(allowed > 0.0, errors / np.where(allowed > 0.0, allowed, 1.0), 1.0)
    most = 0.5 * _CAPACITY / np.where(size > 0.0, size, 1.0)
    scale = np.where(scale > 0.0, scale, np.minimum(wanted, most))
    coefficient = np.round(raw * scale[rows])
    off = np.abs(coefficient - raw * scale[rows]) * units
    error = _by_row(rows, off, num_rows) / scale
    return coefficient.astype(np.int64), scale, error


def build_grid(mip: Mip, lower: FloatArray, upper: FloatArray, precision: float) -> Grid:
    """The grid on which a continuous column has between 1 and 10 times `1 / precision` points.

    `lower` and `upper` are finite column bounds that do not cross, as `finite_bounds` gives them.

    Raises
    ------
    UnsupportedFeatureError
        If the numbers would be too large for CP-SAT.
    """
    width = upper - lower
    some = np.where(width > 0.0, width, 1.0)
    fine = precision * 10.0 ** np.floor(np.log10(some))
    step = np.where(mip.integrality, 1.0, np.where(width > 0.0, fine, 0.0))
    origin = lower.copy()
    last = np.where(step > 0.0, np.round(width / np.where(step > 0.0, step, 1.0)), 0.0)
    if np.any(last > _LARGEST_UNITS):
        message = phrase("a-column-s-range-is-too-wide-for-the-integers")
        raise UnsupportedFeatureError(message)
    spread = np.where(mip.integrality, 0.0, 0.5)
    rows = np.repeat(np.arange(mip.num_rows), np.diff(mip.a_start))
    raw = mip.a_value * step[mip.a_index]
    slack = _by_row(rows, np.abs(raw) * spread[mip.a_index], mip.num_rows)
    coefficient, scale, error = _scaled_rows(raw, rows, mip.num_rows, last[mip.a_index], slack)
    constant = _by_row(rows, mip.a_value * origin[mip.a_index], mip.num_rows)
    slack = slack + error
    low = _outward(scale * (mip.row_lower - constant - slack), up=False)
    high = _outward(scale * (mip.row_upper - constant + slack), up=True)
    price = mip.objective * step
    own = np.array([float(np.abs(price) @ spread)])
    at_zero = np.zeros(mip.num_columns, dtype=np.int64)
    prices, price_scale, price_error = _scaled_rows(price, at_zero, 1, last, own)
    return Grid(
        origin=origin,
        step=step,
        lower=np.zeros(mip.num_columns, dtype=np.int64),
        upper=last.astype(np.int64),
        coefficient=coefficient,
        row_lower=low,
        row_upper=high,
        objective=prices,
        objective_scale=float(price_scale[0]),
        objective_constant=mip.value(origin),
        objective_slack=float(own[0] + price_error[0]),
    )


def _outward(limit: FloatArray, *, up: bool) -> IntArray:
    """Whole limits that cut off nothing: rounded inwards only where nothing lies between."""
    margin = 1e-6 + 1e-13 * np.abs(np.where(np.isfinite(limit), limit, 0.0))
    whole = np.floor(limit + margin) if up else np.ceil(limit - margin)
    return np.clip(whole, -float(_ENDLESS), float(_ENDLESS)).astype(np.int64)
