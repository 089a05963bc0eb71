"""What comes into funds: inflows of the table, carried on after the plan, and receipts of projects.

Source: docs/laws.md section 4 (`fund_balance`, `service`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.funding import Basis, Event, Fund, Receipt
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.candidates import Candidates, standing_starts
from infraplan.optimizer.accounts.stopping import stopping_bills
from infraplan.optimizer.accounts.tail import carried_on

if TYPE_CHECKING:
    from infraplan.models.plan import ProjectStart


def counted_money(instance: Instance, fund: Fund, stated: float, year: int) -> float:
    """Nominal money that the plan counts on where a table states `stated` for `fund` in `year`.

    Formula: ``certainty stated index(year)``, the index only where the fund is stated in real
    money. It holds for inflows and receipts alike; opening balances are there already.
    """
    index = instance.price_index(year) if fund.basis is Basis.REAL else 1.0
    return float(fund.certainty * stated * index)


def share_still_counted(fund: Fund, left: float) -> float:
    """Share of what the plan counts on that a fund still gets where `left` of its inflow is left.

    A plan that counts on the safe part of an inflow alone loses only what falls below that part.
    """
    return min(1.0, left / fund.certainty) if fund.certainty > 0.0 else 1.0


def _stated_inflow(instance: Instance, fund: Fund, year: int) -> float:
    """What the table gives for `year`: inside the plan 0 without a row, carried on after it."""
    rows = [row for row in instance.inflows_by_fund.get(fund.id, ()) if row.year <= year]
    if rows and rows[-1].year == year:
        return rows[-1].value
    if year <= instance.settings.horizon.last_year or not rows:
        return 0.0
    return carried_on(instance, rows[-1].value, rows[-1].year, year)


def fund_inflows(instance: Instance, fund: Fund, years: IntArray) -> FloatArray:
    """Nominal inflow of `fund` in each of `years`, shape (years,); see `counted_money`.

    What complete projects bring in is part of it: no plan decides on it. What it would cost to stop
    all works that may stop is deducted; those that go on give it back (`project_receipts`).
    """
    standing = np.zeros(len(years))
    if instance.receipts_by_fund.get(fund.id):
        standing += project_receipts(instance, fund, standing_starts(instance), years)
    first = instance.settings.horizon.first_year
    bills = sum(stopping_bills(instance, fund).values())
    return (
        standing
        - np.where(years == first, bills, 0.0)
        + np.array(
            [
                counted_money(instance, fund, _stated_inflow(instance, fund, year), year)
                for year in (int(y) for y in years)
            ],
            dtype=np.float64,
        )
    )


def receipt_amount(
    instance: Instance, fund: Fund, row: Receipt, start: int, opening: int, year: int
) -> float:
    """Nominal amount of `row` in `year` for a project with this start and opening."""
    first = (start if row.event is Event.START else opening) + row.delay
    if not first <= year < first + row.years:
        return 0.0
    grown = row.value * (1.0 + row.growth) ** (year - instance.settings.horizon.first_year)
    return counted_money(instance, fund, grown, year)


def receipt_entries(
    candidates: Candidates, fund: Fund, years: IntArray, *, gains_only: bool = False
) -> Iterator[tuple[int, int, int, float]]:
    """(position in `years`, option, start offset, nominal amount) of all that `fund` may receive.

    With `gains_only` without the rows by which money is lost.
    """
    instance = candidates.instance
    if not gains_only:
        yield from _ended_receipts(candidates, fund, years)
        yield from _bills_saved(candidates, fund, years)
    for row in instance.receipts_by_fund.get(fund.id, ()):
        if gains_only and row.value < 0.0:
            continue
        for number in candidates.options_of[candidates.project_index[row.project]]:
            flat = candidates.options[number]
            if row.option and flat.option.option != row.option:
                continue
            for start in range(flat.first, flat.last + 1):
                begin = candidates.first_year + start
                opening = begin + flat.option.lead_time
                for position, year in enumerate(int(y) for y in years):
                    amount = receipt_amount(instance, fund, row, begin, opening, year)
                    if amount:
                        yield position, number, start, amount


def _bills_saved(
    candidates: Candidates, fund: Fund, years: IntArray
) -> Iterator[tuple[int, int, int, float]]:
    """What `fund` need not pay for stopping works that go on, as in `receipt_entries`."""
    positions = np.flatnonzero(years == candidates.first_year).tolist()
    for project, bill in stopping_bills(candidates.instance, fund).items():
        for number in candidates.options_of[candidates.project_index[project]]:
            flat = candidates.options[number]
            for start in range(flat.first, flat.last + 1):
                for position in positions:
                    yield position, number, start, bill


def _ended_receipts(
    candidates: Candidates, fund: Fund, years: IntArray
) -> Iterator[tuple[int, int, int, float]]:
    """What `fund` no longer receives of what a start retires, as in `receipt_entries`."""
    instance = candidates.instance
    if not instance.retired_by:
        return
    standing = {start.project: start for start in standing_starts(instance)}
    for row in instance.receipts_by_fund.get(fund.id, ()):
        old, relation = standing.get(row.project), instance.retired_by.get(row.project)
        if old is None or relation is None or row.option not in {"", old.option}:
            continue
        amounts = [
            receipt_amount(instance, fund, row, old.start, old.opening, int(year)) for year in years
        ]
        for number in candidates.options_of[candidates.project_index[relation.to_projects[0]]]:
            flat = candidates.options[number]
            for start in range(flat.first, flat.last + 1):
                opening = candidates.first_year + start + flat.option.lead_time
                for position, year in enumerate(years):
                    if year >= opening and amounts[position]:
                        yield position, number, start, -amounts[position]


def project_receipts(
    instance: Instance, fund: Fund, starts: Iterable[ProjectStart], years: IntArray
) -> FloatArray:
    """What the projects of `starts` bring into `fund` in each of `years`, shape (years,)."""
    total, rows = np.zeros(len(years)), instance.receipts_by_fund.get(fund.id, ())
    bills = stopping_bills(instance, fund)
    if not rows and not bills:
        return total
    built = {start.project: start for start in starts}
    for row in rows:
        here = built.get(row.project)
        if here is not None and row.option in {"", here.option}:
            total += [
                receipt_amount(instance, fund, row, here.start, here.opening, int(year))
                for year in years
            ]
    saved = sum(bill for name, bill in bills.items() if name in built)
    total += np.where(years == instance.settings.horizon.first_year, saved, 0.0)
    return total - _ended_by(instance, fund, built, years)


def _ended_by(
    instance: Instance, fund: Fund, built: dict[str, ProjectStart], years: IntArray
) -> FloatArray:
    """What `fund` no longer receives since `built` retires what stands, shape (years,)."""
    total = np.zeros(len(years))
    if not built.keys() & instance.retires.keys():
        return total
    for old in standing_starts(instance):
        relation = instance.retired_by.get(old.project)
        new = None if relation is None else built.get(relation.to_projects[0])
        for row in instance.receipts_by_fund.get(fund.id, ()) if new is not None else ():
            if row.project == old.project and row.option in {"", old.option}:
                total += [
                    receipt_amount(instance, fund, row, old.start, old.opening, int(year))
                    if new is not None and year >= new.opening
                    else 0.0
                    for year in years
                ]
    return total


def money_in(
    instance: Instance, fund: Fund, starts: Iterable[ProjectStart], years: IntArray
) -> FloatArray:
    """All that comes into `fund` in each of `years`: inflows, and receipts of `starts`."""
    received = project_receipts(instance, fund, starts, years)
    return fund_inflows(instance, fund, years) + received
