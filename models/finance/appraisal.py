"""Economic appraisal of one option: spending, benefits, running cost, residual value, tests.

All money is real, in one price year; the flows of financing (coupons, repayments, grants) have
no place here. Values for many options and start years at once are in `start_values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.discounting import (
    FloatArray,
    RateSchedule,
    discount_factors,
    year_array,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

SPENDING_PROFILES: Mapping[int, tuple[float, ...]] = MappingProxyType(
    {
        1: (1.0,),
        2: (0.45, 0.55),
        3: (0.20, 0.45, 0.35),
        4: (0.12, 0.30, 0.36, 0.22),
        5: (0.08, 0.22, 0.32, 0.25, 0.13),
        6: (0.06, 0.15, 0.24, 0.26, 0.19, 0.10),
    }
)
"""Share of cost by year of construction, for 1 to 6 years (finance.md 3.4; from memory)."""

RAMP_UP_PROFILES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "road": (0.7, 0.85, 1.0),
        "toll_road": (0.6, 0.75, 0.9, 1.0),
        "high_speed_rail": (0.5, 0.65, 0.8, 0.9, 1.0),
        "port": (0.4, 0.6, 0.8, 1.0),
        "airport": (0.4, 0.6, 0.8, 1.0),
        "water_supply": (0.4, 0.6, 0.8, 1.0),
        "irrigation": (0.4, 0.7, 1.0),
        "levee": (1.0,),
        "substation": (1.0,),
        "gas_power": (1.0,),
        "pumped_storage": (0.5, 1.0),
        "telecom": (0.3, 0.6, 0.85, 1.0),
        "data_centre": (0.3, 0.6, 0.85, 1.0),
    }
)
"""Share of full demand by year after opening, the last value holding on (finance.md 3.5)."""


class ResidualMethod(StrEnum):
    """What an asset is worth at the end of the appraisal period."""

    NONE = "none"
    STRAIGHT_LINE = "straight_line"
    PV_OF_REMAINING_NET_BENEFITS = "pv_of_remaining_net_benefits"


@dataclass(frozen=True)
class OptimismBias:
    """Published uplift of a project class.

    Attributes
    ----------
    upper, lower
        Uplift of capital cost, as a share, before and after full mitigation.
    duration_upper
        Uplift of the works duration, as a share.
    source
        Publication that states it.
    """

    upper: float
    lower: float
    duration_upper: float
    source: str


_HMT = "HM Treasury Green Book supplementary guidance: optimism bias"

OPTIMISM_BIAS: Mapping[str, OptimismBias] = MappingProxyType(
    {
        "standard_buildings": OptimismBias(0.24, 0.02, 0.04, _HMT),
        "non_standard_buildings": OptimismBias(0.51, 0.04, 0.39, _HMT),
        "standard_civil": OptimismBias(0.44, 0.03, 0.20, _HMT),
        "non_standard_civil": OptimismBias(0.66, 0.06, 0.25, _HMT),
        "equipment": OptimismBias(2.00, 0.10, 0.54, _HMT),
    }
)
"""Capital and duration uplifts by class (finance.md 3.3)."""


def spending_profile(duration: int) -> FloatArray:
    """Return the share of cost in each year of construction.

    Formula: the published shares for 1..6 years; beyond, the cumulative six-year curve
    ``F6`` is read as a function of the fraction of time passed, straight between its points:
    ``share[s] = F6((s + 1) / d) - F6(s / d)``, ``s = 0..d-1``, ``d`` = ``duration`` [years].
    Source: finance.md 3.4; the interpolation is this project's convention.

    Returns
    -------
    FloatArray
        Shape ``(duration,)``, summing to one.

    Raises
    ------
    ValueError
        If the duration is below one year.
    """
    if duration < 1:
        raise ValueError("construction takes at least one year")
    if duration in SPENDING_PROFILES:
        return np.array(SPENDING_PROFILES[duration])
    longest = max(SPENDING_PROFILES)
    curve = np.concatenate([[0.0], np.cumsum(SPENDING_PROFILES[longest])])
    marks = np.linspace(0.0, 1.0, duration + 1)
    return np.diff(np.interp(marks, np.linspace(0.0, 1.0, longest + 1), curve))


def ramp_up_shares(ramp_up: ArrayLike, ages: ArrayLike) -> FloatArray:
    """Return the share of full demand served at each age.

    Formula: ``ramp(a)`` = entry ``a`` of the profile, its last entry afterwards, 0 before
    opening; ``a`` = years since the year of opening.

    Parameters
    ----------
    ramp_up
        Shares from the year of opening on, shape ``(m,)``, ``m >= 1``.
    ages
        Years since opening, shape ``(n,)``.

    Raises
    ------
    ValueError
        If the profile is empty.
    """
    profile = np.atleast_1d(np.asarray(ramp_up, dtype=np.float64))
    if profile.size == 0:
        raise ValueError("a ramp-up profile needs at least one share")
    age = year_array(ages)
    return np.where(age < 0, 0.0, profile[np.clip(age, 0, profile.size - 1)])


def operating_mask(years: ArrayLike, opening_year: int, lifetime: int) -> FloatArray:
    """Return 1 for each year in which the asset operates, else 0.

    Formula: operating iff ``opening_year <= t < opening_year + lifetime``.
    """
    age = year_array(years) - int(opening_year)
    return ((age >= 0) & (age < lifetime)).astype(np.float64)


def benefit_stream(
    years: ArrayLike,
    value: float,
    growth: float,
    base_year: int,
    opening_year: int,
    lifetime: int,
    ramp_up: ArrayLike = (1.0,),
) -> FloatArray:
    """Return undiscounted benefits by year.

    Formula: ``B(t) = value (1 + g)^(t - t0) ramp(t - opening)`` while operating, else 0.
    Source: finance.md 3.2.

    Parameters
    ----------
    years
        Calendar years, shape ``(n,)``.
    value
        Benefit of a full year at the demand of ``base_year`` [money of the price year / year].
    growth
        ``g``: growth of demand per year, counted from the base year whether open or not.
    base_year
        ``t0``: first year of the horizon.
    opening_year
        First year of operation, with the first ramp-up share.
    lifetime
        Years of operation.
    ramp_up
        Shares from the year of opening on.

    Returns
    -------
    FloatArray
        Money by year, shape ``(n,)``.
    """
    grid = year_array(years)
    demand = value * (1.0 + growth) ** (grid - int(base_year)).astype(np.float64)
    served = ramp_up_shares(ramp_up, grid - int(opening_year))
    return demand * served * operating_mask(grid, opening_year, lifetime)


def fixed_om_stream(
    years: ArrayLike,
    fixed_om_cost: float,
    opening_year: int,
    lifetime: int,
    escalation: float = 0.0,
    base_year: int = 0,
) -> FloatArray:
    """Return undiscounted fixed operation and maintenance cost by year.

    Formula: ``OM(t) = fixed_om_cost (1 + h)^(t - t0)`` while operating, else 0;
    ``fixed_om_cost`` [money / year], ``h`` = ``escalation`` (real, per year), ``t0`` =
    ``base_year``. Source: finance.md 3.2.
    """
    grid = year_array(years)
    price = escalation_factors(grid, base_year, escalation)
    return fixed_om_cost * price * operating_mask(grid, opening_year, lifetime)


def construction_stream(
    years: ArrayLike,
    overnight_cost: float,
    profile: ArrayLike,
    start_year: int,
    escalation: float = 0.0,
    base_year: int = 0,
) -> FloatArray:
    """Return undiscounted construction cost by year.

    Formula: ``C(t) = overnight_cost share[t - start] (1 + g)^(t - t0)``; ``g`` =
    ``escalation`` (real growth of construction prices per year), ``t0`` = ``base_year``.
    Source: finance.md 2.1 and 3.2.

    Returns
    -------
    FloatArray
        Money by year, shape ``(n,)``.
    """
    grid = year_array(years)
    share = np.atleast_1d(np.asarray(profile, dtype=np.float64))
    step = grid - int(start_year)
    inside = (step >= 0) & (step < share.size)
    spent = np.where(inside, share[np.where(inside, step, 0)], 0.0)
    return overnight_cost * spent * escalation_factors(grid, base_year, escalation)


def escalation_factors(years: ArrayLike, base_year: int, escalation: float) -> FloatArray:
    """Return the price level of each year relative to the base year.

    Formula: ``esc(t) = (1 + g)^(t - t0)``. Source: finance.md 2.1.

    Raises
    ------
    ValueError
        If the escalation is not above -1.
    """
    if not escalation > -1.0:
        raise ValueError("escalation must be above -1")
    return (1.0 + escalation) ** (year_array(years) - int(base_year)).astype(np.float64)


def straight_line_residual(
    cost: float, opening_year: int, lifetime: int, appraisal_end_year: int
) -> float:
    """Return the undiscounted residual value at the end of the appraisal.

    Formula: ``RV = cost (L - used) / L``, ``used = min(L, max(0, end - opening + 1))`` years of
    operation within the appraisal; ``L`` = ``lifetime`` [years], ``cost`` [money] the
    replacement cost at the prices of the end year. Source: finance.md 3.2.

    Raises
    ------
    ValueError
        If the lifetime is below one year.
    """
    if lifetime < 1:
        raise ValueError("the lifetime must be at least one year")
    used = min(lifetime, max(0, appraisal_end_year - opening_year + 1))
    return cost * (lifetime - used) / lifetime


def remaining_net_benefit_residual(
    net_flows: ArrayLike,
    years: ArrayLike,
    appraisal_end_year: int,
    base_year: int,
    schedule: RateSchedule,
) -> float:
    """Return the present value, in the base year, of net flows after the appraisal end.

    Formula: ``RV = sum_{t > end} net(t) factor(t)``; it equals carrying the appraisal on to the
    end of the asset's life, and may be negative. Source: finance.md 3.2 (EU practice).

    Parameters
    ----------
    net_flows
        Benefits less running cost (less construction still to be paid), money by year, ``(n,)``.
    years
        Calendar years, ``(n,)``, to the end of the asset's life.
    appraisal_end_year
        Last year of the appraisal.
    base_year, schedule
        Base and rate of discounting.
    """
    grid = year_array(years)
    after = (grid > appraisal_end_year).astype(np.float64)
    flow = np.asarray(net_flows, dtype=np.float64)
    return float((flow * after) @ discount_factors(grid, base_year, schedule))


def optimism_bias_multiplier(
    bias: float, mitigation: float = 0.0, contingency: float = 0.0
) -> float:
    """Return the factor from a stated estimate to its expected cost.

    Formula: ``(1 + OB (1 - m)) / (1 + cont)``; ``OB`` = ``bias`` (share), ``m`` = ``mitigation``
    (share of the bias removed), ``cont`` = ``contingency`` already inside the estimate (5-10 %
    in Chinese estimates), which must not be counted twice. A result below one means the
    contingency exceeds the expected overrun. Source: finance.md 3.2, 3.3.

    Raises
    ------
    ValueError
        If ``mitigation`` is outside 0..1, or ``contingency`` is negative.
    """
    if not 0.0 <= mitigation <= 1.0:
        raise ValueError("mitigation is a share between 0 and 1")
    if contingency < 0.0:
        raise ValueError("contingency must not be negative")
    return (1.0 + bias * (1.0 - mitigation)) / (1.0 + contingency)


def first_year_rate_of_return(
    first_full_year_benefit: float, costs: ArrayLike, years_before: ArrayLike, rate: float
) -> float:
    """Return the first-year rate of return of a start year.

    Formula: ``FYRR = B / sum_s c(s) (1 + r)^k(s)``; ``B`` = ``first_full_year_benefit`` [money],
    ``c`` = ``costs`` by year [money], ``k`` = ``years_before``: years over which each cost is
    compounded, ``r`` = ``rate``. Compounding to the year before opening makes the delay rule of
    `first_worthwhile_start` exact on a grid of years; road manuals compound to the year of
    opening, which delays slightly longer. Source: finance.md 3.2.

    Parameters
    ----------
    first_full_year_benefit
        Benefit (net of running cost) of the first full year of operation.
    costs, years_before
        Construction cost by year and the years it is compounded over, both ``(n,)``.
    rate
        Discount rate per year.

    Raises
    ------
    ValueError
        If the shapes differ or the compounded cost is not positive.
    """
    cost = np.atleast_1d(np.asarray(costs, dtype=np.float64))
    gap = np.atleast_1d(np.asarray(years_before, dtype=np.float64))
    if cost.shape != gap.shape:
        raise ValueError("costs and years_before must have the same shape")
    compounded = float(cost @ (1.0 + rate) ** gap)
    if compounded <= 0.0:
        raise ValueError("the first-year rate of return needs a positive cost")
    return first_full_year_benefit / compounded


def first_worthwhile_start(returns: Sequence[float], rate: float) -> int | None:
    """Return the position of the first start year whose first-year return reaches the rate.

    Formula: ``min {k : FYRR(k) >= r}``: while the return of waiting one year (``r`` on the
    capital) exceeds the benefit lost, delay. None if no start year passes. The rule decides the
    timing of a single project with growing benefits and no budget; a plan decides all together.
    Source: finance.md 3.2.
    """
    return next((k for k, value in enumerate(returns) if value >= rate), None)


def starting_benefit_ratio(
    eirr: float, growth: float, lifetime: int, om_share: float = 0.0
) -> float:
    """Return the first full year's benefit per unit of cost that yields a rate of return.

    Formula: ``b0 = (e - g) / (1 - ((1 + g) / (1 + e))^n) + om``; ``e`` = ``eirr``, ``g`` =
    ``growth``, ``n`` = ``lifetime`` [years], ``om`` = ``om_share``: running cost per unit of
    cost and year. Cost falls one year before the first benefit; the net benefit grows at ``g``.
    For ``e = g`` the limit is ``(1 + e) / n + om``. Source: finance.md 3.2 and 6.

    Raises
    ------
    ValueError
        If the lifetime is below one year, or a rate is not above -1.
    """
    if lifetime < 1:
        raise ValueError("the lifetime must be at least one year")
    if not (eirr > -1.0 and growth > -1.0):
        raise ValueError("the rate of return and the growth must be above -1")
    # b0 = (1 + e) / sum_{k<n} q^k with q = (1 + g) / (1 + e): no division by e - g.
    ratio = (1.0 + growth) / (1.0 + eirr)
    powers = float(np.sum(ratio ** np.arange(lifetime, dtype=np.float64)))
    return (1.0 + eirr) / powers + om_share
