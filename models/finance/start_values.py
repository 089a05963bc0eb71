"""Present value of every option for every start year, term by term, in one vectorised pass.

Conventions (docs/laws.md, section 2; every test holds them):

- the base year is the first year of the horizon, with discount factor one;
- start in year ``tau``: construction is paid in ``tau .. tau + len(profile) - 1``; operation
  begins in ``tau + lead_time`` with the first ramp-up share and lasts ``lifetime`` years;
- benefits are stated at the demand of the base year and grow from it, open or not;
- everything up to and including the appraisal end counts, also after the horizon's end, and
  nothing after it, save through the residual value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.appraisal import ResidualMethod
from infraplan.models.finance.discounting import (
    FloatArray,
    IntArray,
    RateSchedule,
    discount_factors,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

PROFILE_TOLERANCE = 1e-6
"""How far a spending profile may be from a sum of one."""


@dataclass(frozen=True, eq=False)
class OptionArrays:
    """Appraisal data of many options, one entry (or row) per option.

    Attributes
    ----------
    overnight_cost
        Cost at the prices of the base year, without escalation [money], shape ``(options,)``.
    spending_profiles
        For each option the share of cost by year of construction, summing to one.
    lead_time
        Years from start to opening, whole, >= 0, shape ``(options,)``.
    lifetime
        Years of operation, whole, >= 1, shape ``(options,)``.
    fixed_om_cost
        Running cost of a year of operation [money / year], shape ``(options,)``.
    benefit_value
        Benefit of a full year at the base year's demand [money / year], shape
        ``(options, streams)``; a negative value is a cost that grows with demand.
    benefit_growth
        Growth of demand per year, shape ``(options, streams)``.
    ramp_up
        For each option the share of full demand from the year of opening on (>= 1 entry).
    """

    overnight_cost: FloatArray
    spending_profiles: tuple[FloatArray, ...]
    lead_time: IntArray
    lifetime: IntArray
    fixed_om_cost: FloatArray
    benefit_value: FloatArray
    benefit_growth: FloatArray
    ramp_up: tuple[FloatArray, ...]
    financial_life: IntArray
    """Years over which the asset is written off, whole, not above lifetime, (options,). Both are
    0 of works whose life was over when the base year came."""
    spent_before: FloatArray
    """Spent on the works before the base year, at its prices [money], shape ``(options,)``: sunk,
    but part of what the asset is worth when the appraisal ends."""
    written_off: IntArray
    """Years in which it was written off before the opening that is told, whole, >= 0, (options,);
    the financial life is what is left of it then."""

    @property
    def count(self) -> int:
        """Number of options."""
        return len(self.overnight_cost)


@dataclass(frozen=True, eq=False)
class StartValues:
    """Present values in the base year, by option and start year [money of the price year].

    Costs are positive numbers; `net` subtracts them.

    Attributes
    ----------
    benefit_by_stream
        Shape ``(options, streams, years)``.
    construction, om, residual
        Shape ``(options, years)``.
    """

    benefit_by_stream: FloatArray
    construction: FloatArray
    om: FloatArray
    residual: FloatArray

    @property
    def benefit(self) -> FloatArray:
        """All benefit streams together, shape ``(options, years)``."""
        return np.asarray(self.benefit_by_stream.sum(axis=1), dtype=np.float64)

    @property
    def net(self) -> FloatArray:
        """Benefit - construction - running cost + residual value, shape ``(options, years)``."""
        return self.benefit - self.construction - self.om + self.residual


def option_arrays(
    overnight_cost: ArrayLike,
    spending_profiles: Sequence[ArrayLike],
    lead_time: ArrayLike,
    lifetime: ArrayLike,
    fixed_om_cost: ArrayLike,
    benefit_value: ArrayLike,
    benefit_growth: ArrayLike,
    ramp_up: Sequence[ArrayLike],
    financial_life: ArrayLike | None = None,
    spent_before: ArrayLike | None = None,
    written_off: ArrayLike | None = None,
) -> OptionArrays:
    """Check and convert the data of many options.

    Parameters
    ----------
    overnight_cost, spending_profiles, lead_time, lifetime, fixed_om_cost, benefit_value, ramp_up
        As in `OptionArrays`; ``benefit_value`` may be ``(options,)`` for a single stream.
    benefit_growth
        Anything that broadcasts to the shape of ``benefit_value``.
    financial_life
        As in `OptionArrays`; None is the lifetime.
    spent_before
        As in `OptionArrays`; None is nothing.
    written_off
        As in `OptionArrays`; None is 0.

    Raises
    ------
    ValueError
        If shapes disagree, a number is not finite, a time is out of range or not whole, a
        profile does not sum to one or a ramp-up is empty; the message names the position.
    """
    cost = _finite("overnight_cost", overnight_cost)
    count = len(cost)
    value = _finite("benefit_value", benefit_value)
    value = value[:, None] if value.ndim == 1 else value
    growth = np.broadcast_to(_finite("benefit_growth", benefit_growth), value.shape).copy()
    if np.any(growth <= -1.0):
        raise ValueError("benefit_growth must be above -1")
    life = lifetime if financial_life is None else financial_life
    gone = np.zeros(count, dtype=np.int64) if written_off is None else written_off
    sunk = np.zeros(count) if spent_before is None else spent_before
    arrays = OptionArrays(
        overnight_cost=cost,
        spending_profiles=_rows("spending_profiles", spending_profiles),
        lead_time=_whole("lead_time", lead_time, 0),
        lifetime=_whole("lifetime", lifetime, 0),
        fixed_om_cost=_finite("fixed_om_cost", fixed_om_cost),
        benefit_value=value,
        benefit_growth=growth,
        ramp_up=_rows("ramp_up", ramp_up),
        financial_life=_whole("financial_life", life, 0),
        spent_before=_finite("spent_before", sunk),
        written_off=_whole("written_off", gone, 0),
    )
    _check_lengths(arrays, count)
    return arrays


def _check_lengths(arrays: OptionArrays, count: int) -> None:
    """Raise ValueError where a list has not one entry per option, or a share is impossible."""
    for name in (
        "spending_profiles",
        "lead_time",
        "lifetime",
        "fixed_om_cost",
        "benefit_value",
        "ramp_up",
        "financial_life",
        "spent_before",
        "written_off",
    ):
        if len(getattr(arrays, name)) != count:
            raise ValueError(f"{name} must have one entry per option ({count})")
    sums = _padded(arrays.spending_profiles).sum(axis=1)
    for o in np.flatnonzero(np.abs(sums - 1.0) > PROFILE_TOLERANCE)[:1].tolist():
        raise ValueError(f"spending_profiles[{o}] must sum to one")
    for o in np.flatnonzero([ramp.size == 0 for ramp in arrays.ramp_up])[:1].tolist():
        raise ValueError(f"ramp_up[{o}] needs at least one share")


def _rows(name: str, rows: Sequence[ArrayLike]) -> tuple[FloatArray, ...]:
    """Rows of finite numbers, each as long as it is; looked at together, since they are many."""
    arrays = tuple(np.asarray(row, dtype=np.float64).reshape(-1) for row in rows)
    if arrays and not np.isfinite(np.concatenate(arrays)).all():
        for number, array in enumerate(arrays):
            _finite(f"{name}[{number}]", array)
    return arrays


def _padded(rows: Sequence[FloatArray], *, repeats_last: bool = False) -> FloatArray:
    """Rows of any length as one array, shape ``(rows, longest)``.

    What a row lacks is 0, or its last value; where it `repeats_last`, no row may be empty.
    """
    sizes = np.array([row.size for row in rows], dtype=np.int64)
    inside = np.arange(sizes.max(initial=int(repeats_last))) < sizes[:, None]
    padded = np.zeros(inside.shape)
    if rows:
        padded[inside] = np.concatenate(rows)
    if not repeats_last:
        return padded
    last = np.take_along_axis(padded, np.maximum(sizes - 1, 0)[:, None], axis=1)
    return np.where(inside, padded, last)


def _finite(name: str, values: ArrayLike) -> FloatArray:
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite numbers")
    return array


def _whole(name: str, values: ArrayLike, least: int) -> IntArray:
    array = _finite(name, values)
    whole = np.rint(array)
    if np.any(whole != array) or np.any(array < least):
        raise ValueError(f"{name} must be whole numbers of at least {least}")
    return whole.astype(np.int64)


def npv_by_start(
    options: OptionArrays,
    *,
    base_year: int,
    horizon_years: int,
    appraisal_end_year: int,
    schedule: RateSchedule,
    part_of_year: float = 0.0,
    residual_method: ResidualMethod | str = ResidualMethod.NONE,
    cost_escalation: ArrayLike = 0.0,
    om_escalation: ArrayLike = 0.0,
) -> StartValues:
    """Return the present value of each term for every option and start year.

    Formula, for a start in year ``tau`` and opening ``s = tau + lead``::

        benefit      = sum_{t=s}^{min(s+L-1, E)} value (1+g)^(t-t0) ramp(t-s) df(t)
        construction = sum_{k}  cost share[k] (1+c)^(tau+k-t0) df(tau+k),      tau+k <= E
        om           = sum_{t=s}^{min(s+L-1, E)} fixed_om (1+h)^(t-t0) df(t)
        residual     = none:          0
                       straight_line: share_unexpired (before + cost spent) (1+c)^(E-t0) df(E)
                       pv_of_remaining_net_benefits: benefit - om - construction after E

    with ``t0`` the base year, ``E`` the appraisal end, ``L`` the lifetime, ``df`` the discount
    factor, ``c`` and ``h`` the real growth of construction and running cost prices,
    ``share_unexpired = (F - years operated by E) / (F + A)``, ``F`` the financial life, ``A`` the
    years written off before the opening, ``spent`` the share of cost paid by ``E`` (what is not
    paid for is worth nothing), ``before`` the cost before ``t0``. Source: docs/laws.md, section 2.

    Parameters
    ----------
    options
        Data of the options (`option_arrays`).
    base_year, horizon_years
        First start year, base of discounting, growth and escalation; number of start years.
    appraisal_end_year
        Last year that counts, not before the horizon's last year.
    schedule, part_of_year
        Social discount rate, constant or stepped, and how far into its year money flows.
    residual_method
        See `ResidualMethod`.
    cost_escalation, om_escalation
        Real growth per year, one number or ``(options,)``.

    Returns
    -------
    StartValues
        Arrays ``(options, years)`` (and by stream), costs positive.

    Raises
    ------
    ValueError
        If the horizon is empty, the appraisal ends inside it, or an escalation is not above -1.
    """
    method = ResidualMethod(residual_method)
    end = _last_offset(base_year, horizon_years, appraisal_end_year)
    grid = _Grid.build(options, horizon_years, end, method, schedule, part_of_year)
    cost_growth = _escalation("cost_escalation", cost_escalation, options.count)
    om_growth = _escalation("om_escalation", om_escalation, options.count)
    return _start_values(options, grid, method, cost_growth, om_growth)


def _last_offset(base_year: int, horizon_years: int, appraisal_end_year: int) -> int:
    """Years from the base year to the appraisal end, which no year of the horizon may follow."""
    if horizon_years < 1:
        raise ValueError("the horizon needs at least one year")
    end = appraisal_end_year - base_year
    if end < horizon_years - 1:
        raise ValueError("the appraisal must not end before the horizon's last year")
    return end


def _start_values(
    options: OptionArrays,
    grid: _Grid,
    method: ResidualMethod,
    cost_growth: FloatArray,
    om_growth: FloatArray,
) -> StartValues:
    """Every term on `grid`; growth of construction and running cost of shape ``(options,)``."""
    benefit, benefit_after = _benefit(options, grid)
    om, om_after = _om(options, grid, om_growth)
    construction, construction_after, spent = _construction(options, grid, cost_growth)
    if method is ResidualMethod.STRAIGHT_LINE:
        end = grid.end
        life = options.financial_life[:, None]
        used = np.clip(end + 1 - grid.opening, 0, life)
        unexpired = (life - used) / (life + options.written_off[:, None])
        price = (1.0 + cost_growth) ** float(end) * grid.factors[end]
        paid = options.spent_before[:, None] + spent * options.overnight_cost[:, None]
        residual = unexpired * paid * price[:, None]
    elif method is ResidualMethod.PV_OF_REMAINING_NET_BENEFITS:
        residual = benefit_after.sum(axis=1) - om_after - construction_after
    else:
        residual = np.zeros_like(om)
    return StartValues(benefit, construction, om, residual)


def _escalation(name: str, values: ArrayLike, count: int) -> FloatArray:
    array = np.broadcast_to(_finite(name, values), (count,))
    if np.any(array <= -1.0):
        raise ValueError(f"{name} must be above -1")
    return array


@dataclass(frozen=True, eq=False)
class _Grid:
    """Year offsets of the computation: starts, openings, the appraisal end and the factors."""

    starts: IntArray
    opening: IntArray
    end: int
    factors: FloatArray

    @staticmethod
    def build(
        options: OptionArrays,
        horizon_years: int,
        end: int,
        method: ResidualMethod,
        schedule: RateSchedule,
        part: float,
    ) -> _Grid:
        starts = np.arange(horizon_years, dtype=np.int64)
        opening = options.lead_time[:, None] + starts[None, :]
        last = end
        if method is ResidualMethod.PV_OF_REMAINING_NET_BENEFITS:
            closing = int((opening[:, -1] + options.lifetime).max(initial=0)) - 1
            longest = max((p.size for p in options.spending_profiles), default=0)
            last = max(end, closing, horizon_years + longest - 2)
        factors = discount_factors(np.arange(last + 1), 0, schedule, part)
        return _Grid(starts, opening, end, factors)

    @property
    def last(self) -> int:
        """Last year offset with a factor (the appraisal end, or the last flow after it)."""
        return len(self.factors) - 1


def _discounted_growth(grid: _Grid, growth: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return ``(1+g)^t df(t)`` per distinct growth, its running sum from 0, and who uses which."""
    distinct, which = np.unique(growth, return_inverse=True)
    offsets = np.arange(grid.last + 1, dtype=np.float64)
    yearly = (1.0 + distinct[:, None]) ** offsets[None, :] * grid.factors[None, :]
    running = np.zeros((len(distinct), grid.last + 2))
    np.cumsum(yearly, axis=1, out=running[:, 1:])
    return yearly, running, which.reshape(growth.shape).astype(np.int64)


def _window(running: FloatArray, row: IntArray, first: IntArray, stop: IntArray) -> FloatArray:
    """Return ``sum_{first <= t < stop}`` from the running sums, 0 for an empty window."""
    upper = np.minimum(stop, running.shape[1] - 1)
    lower = np.minimum(first, upper)
    return np.asarray(running[row, upper] - running[row, lower], dtype=np.float64)


def _split(grid: _Grid, closing: IntArray) -> tuple[IntArray, IntArray]:
    """Return the ends (exclusive) of operation within the appraisal and within all years."""
    return np.minimum(closing, grid.end + 1), np.minimum(closing, grid.last + 1)


def _benefit(options: OptionArrays, grid: _Grid) -> tuple[FloatArray, FloatArray]:
    """Return benefits until the appraisal end and after it, ``(options, streams, years)``.

    The ramp-up is its last share for the whole life (a difference of running sums) plus, for
    each of the few first ages, the difference to that last share.
    """
    yearly, running, which = _discounted_growth(grid, options.benefit_growth)
    row = which[:, :, None]
    opening = grid.opening[:, None, :]
    closing = opening + options.lifetime[:, None, None]
    stop, stop_all = _split(grid, closing)
    padded = _padded(options.ramp_up, repeats_last=True)
    length = padded.shape[1]
    full = padded[:, -1][:, None, None]
    within = full * _window(running, row, opening, stop)
    after = full * _window(running, row, np.maximum(opening, stop), stop_all)
    for age in range(length - 1):
        extra = (padded[:, age] - padded[:, -1])[:, None, None]
        year = opening + age
        amount = extra * yearly[row, np.minimum(year, grid.last)]
        within += np.where(year < stop, amount, 0.0)
        after += np.where((year >= stop) & (year < stop_all), amount, 0.0)
    value = options.benefit_value[:, :, None]
    return value * within, value * after


def _om(options: OptionArrays, grid: _Grid, growth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return running cost until the appraisal end and after it, ``(options, years)``."""
    _, running, which = _discounted_growth(grid, growth)
    row = which[:, None]
    stop, stop_all = _split(grid, grid.opening + options.lifetime[:, None])
    cost = options.fixed_om_cost[:, None]
    within = _window(running, row, grid.opening, stop)
    after = _window(running, row, np.maximum(grid.opening, stop), stop_all)
    return cost * within, cost * after


def _construction(
    options: OptionArrays, grid: _Grid, growth: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return construction until the appraisal end, after it, and the share spent by the end."""
    yearly, _, which = _discounted_growth(grid, growth)
    shape = (options.count, len(grid.starts))
    within, after, spent = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    profile = _padded(options.spending_profiles)
    for step in range(profile.shape[1]):
        year = grid.starts + step
        price = yearly[which[:, None], np.minimum(year, grid.last)[None, :]]
        amount = profile[:, step][:, None] * price
        inside = (year <= grid.end)[None, :]
        within += np.where(inside, amount, 0.0)
        after += np.where(inside | (year > grid.last)[None, :], 0.0, amount)
        spent += np.where(inside, profile[:, step][:, None], 0.0)
    cost = options.overnight_cost[:, None]
    return cost * within, cost * after, spent
