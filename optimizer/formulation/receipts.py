"""What built projects bring into funds: amounts by start, in the program and in an account."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from infraplan.models.funding import Basis, Event, Fund, Receipt
from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


def receipt_amount(
    instance: Instance, fund: Fund, row: Receipt, start: int, opening: int, year: int
) -> float:
    """Nominal amount of `row` in `year` for a project with this start and opening.

    As with inflows, what counts is the share of it that the fund's certainty leaves.
    """
    first = (start if row.event is Event.START else opening) + row.delay
    if not first <= year < first + row.years:
        return 0.0
    grown = row.value * (1.0 + row.growth) ** (year - instance.settings.horizon.first_year)
    index = instance.price_index(year) if fund.basis is Basis.REAL else 1.0
    return float(fund.certainty * grown * index)


def fund_receipts(
    context: Context, fund: Fund, years: IntArray, *, gains_only: bool = False
) -> Triplets:
    """Entries over starts of what projects bring into `fund`, one row per year of `years`."""
    sets, instance = context.sets, context.instance
    rows: list[int] = []
    options: list[int] = []
    starts: list[int] = []
    weights: list[float] = []
    for row in instance.receipts:
        if row.fund != fund.id or (gains_only and row.value < 0.0):
            continue
        for option in sets.options_of[sets.project_index[row.project]]:
            flat = sets.options[option]
            if row.option and flat.option.option != row.option:
                continue
            for start in range(flat.first, flat.last + 1):
                begin = sets.first_year + start
                opening = begin + flat.option.lead_time
                for position, year in enumerate(int(y) for y in years):
                    amount = receipt_amount(instance, fund, row, begin, opening, year)
                    if amount:
                        rows.append(position)
                        options.append(option)
                        starts.append(start)
                        weights.append(amount)
    return context.start_entries(rows, options, starts, weights)


def receipts_of(
    instance: Instance, fund: Fund, starts: Iterable[ProjectStart], years: IntArray
) -> FloatArray:
    """What the projects of `starts` bring into `fund` in each of `years`, shape (years,)."""
    built = {start.project: start for start in starts}
    total = np.zeros(len(years))
    for row in instance.receipts:
        here = built.get(row.project)
        if row.fund == fund.id and here is not None and row.option in {"", here.option}:
            total += [
                receipt_amount(instance, fund, row, here.start, here.opening, int(year))
                for year in years
            ]
    return total
