"""Economic appraisal of one option: spending, benefits, running cost, residual value, tests.

All money is real, in one price year; the flows of financing (coupons, repayments, grants) have
no place here. Values for many options and start years at once are in `start_values`.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.discounting import (
    FloatArray,
    year_array,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

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
"""Share of cost by year of construction, for 1 to 6 years: estimates from memory."""


class ResidualMethod(StrEnum):
    """What an asset is worth at the end of the appraisal period."""

    NONE = "none"
    STRAIGHT_LINE = "straight_line"
    PV_OF_REMAINING_NET_BENEFITS = "pv_of_remaining_net_benefits"


def spending_profile(duration: int) -> FloatArray:
    """Return the share of cost in each year of construction.

    Formula: the published shares for 1..6 years; beyond, the cumulative six-year curve
    ``F6`` is read as a function of the fraction of time passed, straight between its points:
    ``share[s] = F6((s + 1) / d) - F6(s / d)``, ``s = 0..d-1``, ``d`` = ``duration`` [years].
    The curves are estimates from memory, the interpolation is this project's convention.

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


def optimism_bias_multiplier(
    bias: float, mitigation: float = 0.0, contingency: float = 0.0
) -> float:
    """Return the factor from a stated estimate to its expected cost.

    Formula: ``(1 + OB (1 - m)) / (1 + cont)``; ``OB`` = ``bias`` (share), ``m`` = ``mitigation``
    (share of the bias removed), ``cont`` = ``contingency`` already inside the estimate (5-10 %
    in Chinese estimates), which must not be counted twice. A result below one means the
    contingency exceeds the expected overrun. Source: HM Treasury, Green Book
    supplementary guidance on optimism bias.

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
    compounded, ``r`` = ``rate``. Compounding to the year before opening makes the delay rule (start
    in the first year whose return reaches the rate) exact on a grid of years; road manuals compound
    to the year of opening, which delays slightly longer. Source: first-year rate of return of road
    appraisal manuals.

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
