"""Discount factors, annuities and present values, for constant and stepped rates.

Time is a grid of calendar years. The base year has factor one; a flow of year ``t`` is worth
``factor[t]`` times itself in the base year. Rates are shares per year (0.08, not 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

RateSchedule = float | Mapping[int, float]
"""A constant rate, or steps: first year offset from the base year at which a rate holds -> rate."""

GREEN_BOOK_SCHEDULE: Mapping[int, float] = MappingProxyType(
    {0: 0.035, 31: 0.030, 76: 0.025, 126: 0.020, 201: 0.015, 301: 0.010}
)
"""UK Green Book: 3.5 % in years 0-30, 3.0 % in 31-75, 2.5 % in 76-125, 2.0 % in 126-200, 1.5 % in
201-300, 1.0 % from 301 on."""

GREEN_BOOK_HEALTH: Mapping[int, float] = MappingProxyType(
    {0: 0.015, 31: 0.0129, 76: 0.0107, 126: 0.0086, 201: 0.0064, 301: 0.0043}
)
"""UK Green Book, risk to health and life: 1.5 % in years 0-30, then falling in the same steps."""


def year_array(years: ArrayLike) -> IntArray:
    """Return calendar years as a one-dimensional integer array.

    Parameters
    ----------
    years
        Calendar years, shape ``(n,)`` or a single year.

    Raises
    ------
    ValueError
        If a year is not a whole number or there is more than one dimension.
    """
    raw = np.atleast_1d(np.asarray(years, dtype=np.float64))
    if raw.ndim != 1:
        raise ValueError("years must be one-dimensional")
    whole = np.rint(raw)
    if not np.array_equal(raw, whole):
        raise ValueError("years must be whole numbers")
    return whole.astype(np.int64)


def yearly_rates(last_offset: int, schedule: RateSchedule) -> FloatArray:
    """Return the rate of each year offset 1..last_offset.

    Formula: ``r(k) = rate of the last step whose first offset is <= k``, for ``k = 1..K``.

    Parameters
    ----------
    last_offset
        ``K``, number of years after the base year, >= 0.
    schedule
        Constant rate per year, or steps ``first offset -> rate`` beginning at offset 0 or 1.

    Returns
    -------
    FloatArray
        Shape ``(K,)``; entry ``k - 1`` is the rate between offsets ``k - 1`` and ``k``.

    Raises
    ------
    ValueError
        If a rate is not finite or not above -1, or the steps leave the first year without a rate.
    """
    if not isinstance(schedule, Mapping):
        schedule = {0: schedule}
    steps = sorted((int(offset), float(rate)) for offset, rate in schedule.items())
    if not steps or steps[0][0] not in (0, 1):
        raise ValueError("a rate schedule must begin at year offset 0 or 1")
    rates = np.array([rate for _, rate in steps])
    if not np.all(np.isfinite(rates)) or np.any(rates <= -1.0):
        raise ValueError("every rate must be a finite number above -1")
    firsts = np.array([offset for offset, _ in steps])
    position = np.searchsorted(firsts, np.arange(1, last_offset + 1), side="right") - 1
    return rates[position]


def discount_factors(
    years: ArrayLike, base_year: int, schedule: RateSchedule, part: float = 0.0
) -> FloatArray:
    """Return the discount factor of each year.

    Formula: ``factor(k) = (1 + r(k+1))^-part prod_{v=1..k} 1 / (1 + r(v))`` with
    ``k = year - base_year``, ``r(v)`` the rate [1/year] of offset ``v`` (`yearly_rates`), and
    ``part`` [years] how far into its year money flows; at ``part`` 0 ``factor(0) = 1``.
    Source: UK Green Book, long-term discount rates (year by year product).

    Parameters
    ----------
    years
        Calendar years, shape ``(n,)``, none before the base year.
    base_year
        Year with factor one.
    schedule
        Constant rate per year or steps ``first offset -> rate``.
    part
        0 at the beginning of a year, 0.5 in its middle, 1 at its end.

    Returns
    -------
    FloatArray
        Factors, shape ``(n,)``.

    Raises
    ------
    ValueError
        If a year lies before the base year, ``part`` outside 0..1, or the schedule is not valid.
    """
    offsets = year_array(years) - int(base_year)
    if np.any(offsets < 0):
        raise ValueError("no year may lie before the base year of discounting")
    if not 0.0 <= part <= 1.0:
        raise ValueError("the part of a year must lie between 0 and 1")
    last = int(offsets.max(initial=0))
    rates = yearly_rates(last + 1, schedule)
    table = np.concatenate([[1.0], np.cumprod(1.0 / (1.0 + rates[:-1]))])
    table *= (1.0 + rates) ** -part
    return np.asarray(table[offsets], dtype=np.float64)


def present_value(
    amounts: ArrayLike, years: ArrayLike, base_year: int, schedule: RateSchedule
) -> float:
    """Return the value of yearly amounts in the base year.

    Formula: ``PV = sum_t amount[t] * factor[t]``, amounts in money of one price year.
    Source: docs/laws.md, section 2.

    Parameters
    ----------
    amounts
        Money by year, shape ``(n,)``, positive or negative.
    years
        Calendar year of each amount, shape ``(n,)``.
    base_year
        Year with factor one.
    schedule
        Constant rate per year or steps ``first offset -> rate``.

    Raises
    ------
    ValueError
        If the shapes differ or a year lies before the base year.
    """
    flow = np.atleast_1d(np.asarray(amounts, dtype=np.float64))
    factors = discount_factors(years, base_year, schedule)
    if flow.shape != factors.shape:
        raise ValueError("amounts and years must have the same shape")
    return float(flow @ factors)


def convert_price_year(
    amount: float, index: Mapping[int, float], from_year: int, to_year: int
) -> float:
    """Return money of one price year expressed in money of another.

    Formula: ``amount * index[to_year] / index[from_year]``, the index being stated by the user
    (consumer prices, a construction cost index, a deflator).

    Raises
    ------
    ValueError
        If the index lacks one of the years or is not positive there.
    """
    for year in (from_year, to_year):
        if not index.get(year, 0.0) > 0.0:
            raise ValueError(f"the price index has no positive value for {year}")
    return amount * index[to_year] / index[from_year]


@dataclass(frozen=True)
class SocialRate:
    """A published social discount rate, with where it comes from.

    Attributes
    ----------
    schedule
        Real rate per year, constant or stepped.
    source
        Publication that states it.
    as_of
        Year of the edition meant.
    verified
        Whether the source was read (True) or the value is from memory (False).
    valid_from, valid_to
        First and last year of appraisals that it is meant for; None has no end.
    """

    schedule: RateSchedule
    source: str
    as_of: int
    verified: bool
    valid_from: int | None = None
    valid_to: int | None = None


SOCIAL_RATES: Mapping[str, SocialRate] = MappingProxyType(
    {
        "china": SocialRate(
            0.08,
            "NDRC and Ministry of Construction, Methods and Parameters of economic evaluation, 3rd "
            "edition (2006); stated again for water works by SL72-2013",
            2006,
            True,
            valid_from=2006,
        ),
        "china_water_public_good": SocialRate(
            0.06,
            "SL72-2013 of 25 November 2013, in force from 25 February 2014: public-good test "
            "beside 8 %",
            2013,
            True,
            valid_from=2014,
        ),
        "uk_green_book": SocialRate(
            GREEN_BOOK_SCHEDULE,
            "HM Treasury Green Book; steps as tabled by the Department for Transport, April 2026; "
            "the conclusions of an independent review (30 June 2026) are not in it",
            2026,
            True,
            valid_from=2003,
        ),
        "uk_green_book_health": SocialRate(
            GREEN_BOOK_HEALTH,
            "HM Treasury Green Book, health; steps as tabled by the Department for Transport, "
            "April 2026",
            2026,
            True,
            valid_from=2018,
        ),
        "us_omb_a94": SocialRate(
            0.07, "OMB A-94 (1992), reinstated by M-25-23", 2025, True, valid_from=2025
        ),
        "eu_cohesion": SocialRate(
            0.05,
            "EU guide to cost-benefit analysis 2014-2020, cohesion countries",
            2014,
            False,
            valid_from=2014,
            valid_to=2020,
        ),
        "eu_other": SocialRate(
            0.03,
            "EU guide to cost-benefit analysis 2014-2020, other countries",
            2014,
            False,
            valid_from=2014,
            valid_to=2020,
        ),
        "eu_2021_2027": SocialRate(
            0.03,
            "EU Economic Appraisal Vademecum 2021-2027, which goes on from the guide of 2014; the "
            "reference rate from memory",
            2021,
            False,
            valid_from=2021,
            valid_to=2027,
        ),
        "world_bank": SocialRate(0.06, "World Bank discounting note", 2016, False, valid_from=2016),
        "adb": SocialRate(
            0.09, "ADB guidelines for economic analysis", 2017, False, valid_from=2017
        ),
        "adb_social": SocialRate(
            0.06, "ADB guidelines, poverty and environment", 2017, False, valid_from=2017
        ),
        "australia": SocialRate(
            0.07, "Infrastructure Australia assessment", 2021, False, valid_from=2021
        ),
    }
)
"""Named social discount rates, each with its source; tests at other rates are the user's choice."""
