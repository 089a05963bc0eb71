"""Debt: repayment of what is issued, old debt, what counts into a pool, debt rows of a plan.

    balance[t]  = old[t] + sum_{k,u<=t} b_k(t-u)   borrow[k,u]
    principal[t]= old[t] + sum_{k,u<t}  pi_k(t-u)  borrow[k,u]
    interest[t] = old[t] + sum_{k,u<t}  r_k b_k(t-1-u) borrow[k,u]

A contract of kind `availability` counts u from the year c in which works end and owes its amount,
free of interest, from the payment to c.

Source: docs/laws.md section 4, facts on kernels in models/finance/kernels.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.consistency import profile_years
from infraplan.models.debt_rule import Quantity, QuantityTerm
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.finance.kernels import (
    RepaymentKernel,
    balance_matrix,
    interest_matrix,
    level_service_matrix,
    principal_matrix,
    repayment_kernel,
)
from infraplan.models.funding import Instrument, InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.progress import option_in_plan, rest_of_works, stands
from infraplan.models.project import Option
from infraplan.optimizer.accounts.sources import may_pay

if TYPE_CHECKING:
    from infraplan.models.plan import DebtYear, Issue, ProjectStart


OLD_DEBT = "old:"
"""Beginning of the name under which the old debt of a pool stands in accounts."""


def asks_coverage(instrument: Instrument) -> bool:
    """Whether net revenue must cover what `instrument` lends."""
    return instrument.tagged and instrument.coverage is not None


def kernel_of(instrument: Instrument) -> RepaymentKernel:
    """Repayment kernel of an instrument."""
    return repayment_kernel(
        instrument.kernel,
        instrument.rate,
        instrument.tenor,
        instrument.grace,
        # The page divides a schedule by its sum, which may be off by rounding in the file.
        np.array(instrument.schedule) / sum(instrument.schedule) if instrument.schedule else None,
    )


@dataclass(frozen=True)
class Counted:
    """What counts into the named pools of a borrower: their old debt, and instruments."""

    jurisdiction: str
    pools: tuple[str, ...]
    """Pools whose old debt counts."""
    instruments: tuple[Instrument, ...]

    def old(self, instance: Instance, quantity: Quantity, years: IntArray) -> FloatArray:
        """Quantity of the old debt in each of `years`, shape (years,)."""
        total = np.zeros(len(years))
        for pool in self.pools:
            total += old_debt(instance, self.jurisdiction, pool, years, quantity)
        return total


def counted_debt(
    instance: Instance, jurisdiction: str, named: Iterable[str], *, contracts: bool = False
) -> Counted:
    """Return what counts into pools `named`, or into all that count where it names none.

    With `contracts` availability contracts alone, in every pool, and no old debt.
    """
    every = instance.pools_of(jurisdiction)
    pools = tuple(named) or (every if contracts else instance.counted_pools(every))
    rows = tuple(
        row
        for row in instance.instruments_by_payer.get(jurisdiction, ())
        if row.pool in pools and (row.kind is InstrumentKind.AVAILABILITY or not contracts)
    )
    return Counted(jurisdiction, () if contracts else pools, rows)


def works_end(option: Option, start: int) -> int:
    """Last year of spending or works of `option` started in `start`."""
    return start + max(profile_years(option), option.lead_time) - 1


def longest_life(instance: Instance, instrument: Instrument) -> int:
    """Most years from the plan's end to the last repayment of `instrument`."""
    if instrument.kind is not InstrumentKind.AVAILABILITY:
        return instrument.tenor
    first_year = instance.settings.horizon.first_year
    waits = [
        works_end(option, 0)
        if instance.may_spend_after(project)
        else option.lead_time - profile_years(option)
        for project in instance.projects
        if may_pay(instrument, project) and not stands(project)
        for option in (rest_of_works(project, option, first_year) for option in project.options)
    ]
    return instrument.tenor + max([0, *waits])


def last_debt_year(instance: Instance, jurisdiction: str) -> int:
    """Year of the last repayment that `jurisdiction` may owe: plan's end plus longest tenor."""
    last_plan = instance.settings.horizon.last_year
    tenors = [
        longest_life(instance, row)
        for row in instance.instruments_by_payer.get(jurisdiction, ())
        if row.kind is not InstrumentKind.USER_PAY
    ]
    old = [row.year for row in instance.debt_by_payer.get(jurisdiction, ())]
    return max([last_plan + max(tenors, default=0), *old])


def debt_span(instance: Instance, jurisdiction: str) -> IntArray:
    """Years from the plan's first to the last repayment that `jurisdiction` may owe."""
    first = instance.settings.horizon.first_year
    return np.arange(first, last_debt_year(instance, jurisdiction) + 1)


def opening_debt(instance: Instance, jurisdiction: str, pool: str) -> float:
    """Balance of a pool before the plan's first year."""
    rows = instance.debt_by_pool.get((jurisdiction, pool), ())
    return sum(row.opening_balance or 0.0 for row in rows)


def all_old_debt(instance: Instance) -> float:
    """All that was owed before the plan, and all principal of it that is ever due."""
    opening = sum(row.opening_balance or 0.0 for row in instance.debt)
    return opening + sum(row.principal_due for row in instance.debt)


def old_debt(
    instance: Instance, jurisdiction: str, pool: str, years: IntArray, quantity: Quantity
) -> FloatArray:
    """Old debt's quantity in each of `years`, shape (years,); a year before the plan is opening."""
    rows = instance.debt_by_pool.get((jurisdiction, pool), ())
    opening = opening_debt(instance, jurisdiction, pool)
    principal = {row.year: row.principal_due for row in rows}
    interest = {row.year: row.interest_due for row in rows}
    first = instance.settings.horizon.first_year
    result = np.zeros(len(years))
    for position, year in enumerate(int(y) for y in years):
        if quantity is Quantity.BALANCE:
            repaid = sum(due for given, due in principal.items() if first <= given <= year)
            result[position] = opening - repaid
        elif year >= first:
            parts = {
                Quantity.PRINCIPAL: (principal,),
                Quantity.INTEREST: (interest,),
                Quantity.SERVICE: (principal, interest),
                Quantity.LEVEL_SERVICE: (principal, interest),
                Quantity.NEW_BORROWING: (),
                Quantity.UNPROVIDED: (),
            }[quantity]
            result[position] = sum(part.get(year, 0.0) for part in parts)
    return result


def quantity_matrix(
    instrument: Instrument,
    quantity: Quantity,
    issue_years: IntArray,
    ends: IntArray,
    years: IntArray,
) -> FloatArray:
    """Quantity in each of `years` per unit that an instrument pays, shape (years, n).

    `issue_years` and `ends` [years] say when each unit is paid and when the works end; the second
    counts for availability contracts alone.
    """
    if instrument.kind is InstrumentKind.AVAILABILITY:
        return _contract_matrix(instrument, quantity, issue_years, ends, years)
    return _issue_matrix(instrument, quantity, issue_years, years)


def _contract_matrix(
    instrument: Instrument,
    quantity: Quantity,
    issue_years: IntArray,
    ends: IntArray,
    years: IntArray,
) -> FloatArray:
    if quantity is Quantity.NEW_BORROWING:
        return _issue_matrix(instrument, quantity, issue_years, years)
    matrix = _issue_matrix(instrument, quantity, ends, years)
    if quantity in {Quantity.BALANCE, Quantity.UNPROVIDED}:
        at = years[:, None]
        matrix = matrix + ((at >= issue_years[None, :]) & (at < ends[None, :]))
    return matrix


def _issue_matrix(
    instrument: Instrument, quantity: Quantity, issue_years: IntArray, years: IntArray
) -> FloatArray:
    """Quantity in each of `years` per unit issued in each of `issue_years`, shape (years, n)."""
    if instrument.kind is InstrumentKind.USER_PAY:
        return np.zeros((len(years), len(issue_years)))
    kernel = kernel_of(instrument)
    if quantity is Quantity.NEW_BORROWING:
        same = years[:, None] == issue_years[None, :]
        return np.where(same & (not instrument.refinancing), 1.0, 0.0)
    if quantity is Quantity.UNPROVIDED:
        age = years[:, None] - issue_years[None, :]
        lives = (age >= 0) & (age <= kernel.tenor) & (not instrument.refinancing)
        return np.where(lives, 1.0 - age / kernel.tenor, 0.0)
    if quantity is Quantity.SERVICE:
        return principal_matrix(kernel, issue_years, years) + interest_matrix(
            kernel, issue_years, years
        )
    matrix = {
        Quantity.BALANCE: balance_matrix,
        Quantity.PRINCIPAL: principal_matrix,
        Quantity.INTEREST: interest_matrix,
        Quantity.LEVEL_SERVICE: level_service_matrix,
    }[quantity]
    return matrix(kernel, issue_years, years)


@dataclass(frozen=True)
class Issued:
    """What an instrument issued: `amount` paid in year `paid`, counted as issued in `end`.

    `end` is `paid` but for an availability contract, where it is the year in which works end.
    """

    paid: IntArray
    end: IntArray
    amount: FloatArray

    def quantity(self, row: Instrument, quantity: Quantity, years: IntArray) -> FloatArray:
        """Quantity of all of it in each of `years`."""
        matrix = quantity_matrix(row, quantity, self.paid, self.end, years)
        return np.asarray(matrix @ self.amount)

    def by_year(self, years: IntArray) -> FloatArray:
        """Amount issued in each of `years`."""
        return np.asarray((years[:, None] == self.paid[None, :]) @ self.amount)


def issued_by_instrument(
    instance: Instance,
    issues: Iterable[Issue],
    starts: Iterable[ProjectStart],
    delays: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Issued]:
    """Issues of every instrument; `delays` are years by which works ended later than planned."""
    ends: dict[str, int] = {}
    first_year = instance.settings.horizon.first_year
    for start in starts:
        option = option_in_plan(instance.project_by_id[start.project], start.option, first_year)
        end = works_end(option, start.start)
        ends[start.project] = end + delays.get(start.project, 0)
    found: dict[str, list[Issue]] = {row.id: [] for row in instance.instruments}
    for issue in issues:
        found[issue.instrument].append(issue)
    return {
        name: Issued(
            np.array([issue.year for issue in rows], dtype=np.int64),
            np.array([ends.get(issue.project, issue.year) for issue in rows], dtype=np.int64),
            np.array([issue.amount for issue in rows], dtype=np.float64),
        )
        for name, rows in found.items()
    }


def debt_total(
    instance: Instance,
    issued: Mapping[str, Issued],
    jurisdiction: str,
    term: QuantityTerm,
    years: IntArray,
) -> FloatArray:
    """What a term counts in each of `years` under a plan's issues, without its factor and lag."""
    counted = counted_debt(instance, jurisdiction, term.pools, contracts=term.contracts)
    total = counted.old(instance, term.quantity, years)
    for row in counted.instruments:
        total += issued[row.id].quantity(row, term.quantity, years)
    return total


def debt_years(
    instance: Instance,
    issues: Iterable[Issue],
    starts: Iterable[ProjectStart],
    delays: Mapping[str, int] = MappingProxyType({}),
) -> tuple[DebtYear, ...]:
    """Debt by instrument and year through the last maturity, old debt as `old:POOL`.

    `delays` are years by which works ended later than their option says: contracts that pay from
    the works' end on are repaid later by them.
    """
    issued = issued_by_instrument(instance, issues, starts, delays)
    longest = max([0, *delays.values()])
    flows = (Quantity.PRINCIPAL, Quantity.INTEREST, Quantity.BALANCE)
    rows: list[DebtYear] = []
    for jurisdiction in instance.jurisdiction_ids:
        pools = instance.pools_of(jurisdiction)
        if not pools:
            continue
        years = debt_span(instance, jurisdiction)
        years = np.arange(years[0], years[-1] + longest + 1)
        for pool in pools:
            old = [old_debt(instance, jurisdiction, pool, years, quantity) for quantity in flows]
            nothing = np.zeros(len(years))
            rows += _debt_rows(jurisdiction, pool, OLD_DEBT + pool, years, [nothing, *old])
        for row in instance.instruments_by_payer.get(jurisdiction, ()):
            if row.kind is not InstrumentKind.USER_PAY:
                mine = issued[row.id]
                owed = [mine.quantity(row, quantity, years) for quantity in flows]
                columns = [mine.by_year(years), *owed]
                rows += _debt_rows(jurisdiction, row.pool, row.id, years, columns)
    return tuple(rows)


def _debt_rows(
    jurisdiction: str, pool: str, name: str, years: IntArray, columns: list[FloatArray]
) -> list[DebtYear]:
    """Rows of one instrument; `columns` are issues, principal, interest and balance by year."""
    from infraplan.models.plan import DebtYear

    return [
        DebtYear(
            jurisdiction=jurisdiction,
            pool=pool,
            instrument=name,
            year=year,
            borrow=borrow,
            principal=principal,
            interest=interest,
            balance=balance,
        )
        for year, borrow, principal, interest, balance in zip(
            years.tolist(), *(column.tolist() for column in columns), strict=True
        )
    ]
