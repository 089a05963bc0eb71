"""Debt quantities as linear expressions of what is borrowed: old debt plus kernels times issues.

    balance[t]  = old[t] + sum_{k,u<=t} b_k(t-u)   borrow[k,u]
    principal[t]= old[t] + sum_{k,u<t}  pi_k(t-u)  borrow[k,u]
    interest[t] = old[t] + sum_{k,u<t}  r_k b_k(t-1-u) borrow[k,u]

A contract of kind `availability` counts u from the year c in which works end and owes its amount,
free of interest, from the payment to c: its issues stand in columns of their own by (t, c).

Source: docs/laws.md section 4, facts on kernels in models/finance/kernels.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infraplan.models.consistency import profile_years
from infraplan.models.debt_rule import Quantity
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
from infraplan.models.project import Option
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.sets import FloatArray, IntArray, may_pay


@dataclass(frozen=True)
class Linear:
    """`constant[y] + entries`, one row per year, entries in triplets over columns."""

    constant: FloatArray
    entries: Triplets


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


def pools_of(instance: Instance, jurisdiction: str) -> tuple[str, ...]:
    """Debt pools in which `jurisdiction` has old debt, a limit or an instrument."""
    rows = [row.pool for row in instance.debt if row.jurisdiction == jurisdiction]
    rows += [row.pool for row in instance.instruments if row.jurisdiction == jurisdiction]
    return tuple(dict.fromkeys(rows))


def pools_counted(
    instance: Instance, jurisdiction: str, named: Iterable[str], *, contracts: bool = False
) -> tuple[str, ...]:
    """The pools that a rule names, or all of `jurisdiction` that count where it names none.

    Contracts count in every pool.
    """
    every = pools_of(instance, jurisdiction)
    return tuple(named) or (every if contracts else instance.counted_pools(every))


def works_end(option: Option, start: int) -> int:
    """Last year of spending or works of `option` started in `start`."""
    return start + max(profile_years(option), option.lead_time) - 1


def longest_life(instance: Instance, instrument: Instrument) -> int:
    """Most years from the plan's end to the last repayment of `instrument`."""
    if instrument.kind is not InstrumentKind.AVAILABILITY:
        return instrument.tenor
    waits = [
        option.lead_time - profile_years(option)
        for project in instance.projects
        if may_pay(instrument, project)
        for option in project.options
    ]
    return instrument.tenor + max([0, *waits])


def last_debt_year(instance: Instance, jurisdiction: str) -> int:
    """Year of the last repayment that `jurisdiction` may owe: plan's end plus longest tenor."""
    last_plan = instance.settings.horizon.last_year
    tenors = [
        longest_life(instance, row)
        for row in instance.instruments
        if row.jurisdiction == jurisdiction and row.kind is not InstrumentKind.USER_PAY
    ]
    old = [row.year for row in instance.debt if row.jurisdiction == jurisdiction]
    return max([last_plan + max(tenors, default=0), *old])


def old_debt(
    instance: Instance, jurisdiction: str, pool: str, years: IntArray, quantity: Quantity
) -> FloatArray:
    """Old debt's quantity in each of `years`, shape (years,); a year before the plan is opening."""
    rows = [r for r in instance.debt if r.jurisdiction == jurisdiction and r.pool == pool]
    opening = sum(row.opening_balance or 0.0 for row in rows)
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


def contract_matrix(
    instrument: Instrument,
    quantity: Quantity,
    issue_years: IntArray,
    ends: IntArray,
    years: IntArray,
) -> FloatArray:
    """Quantity in each of `years` per unit that a contract pays, shape (years, n).

    `issue_years` and `ends` [years] say when each unit is paid and when the works end.
    """
    if quantity is Quantity.NEW_BORROWING:
        return issue_matrix(instrument, quantity, issue_years, years)
    matrix = issue_matrix(instrument, quantity, ends, years)
    if quantity in {Quantity.BALANCE, Quantity.UNPROVIDED}:
        at = years[:, None]
        matrix = matrix + ((at >= issue_years[None, :]) & (at < ends[None, :]))
    return matrix


def issue_matrix(
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


def debt_quantity(
    context: Context,
    jurisdiction: str,
    pools: Iterable[str],
    quantity: Quantity,
    years: IntArray,
    *,
    contracts: bool = False,
) -> Linear:
    """Quantity of the named pools of `jurisdiction` in each of `years`, row by row.

    With `contracts` that of availability contracts alone.
    """
    instance = context.instance
    wanted = pools_counted(instance, jurisdiction, pools, contracts=contracts)
    constant = np.zeros(len(years))
    for pool in () if contracts else wanted:
        constant += old_debt(instance, jurisdiction, pool, years, quantity)
    parts: list[Triplets] = []
    for position, row in enumerate(instance.instruments):
        if contracts and row.kind is not InstrumentKind.AVAILABILITY:
            continue
        if row.jurisdiction == jurisdiction and row.pool in wanted:
            issued = context.money.borrow[position]
            if row.kind is InstrumentKind.AVAILABILITY:
                drawn = context.contracts[row.id]
                issued = drawn.columns
                matrix = contract_matrix(row, quantity, drawn.paid, drawn.end, years)
            else:
                matrix = issue_matrix(row, quantity, context.sets.years, years)
            at_row, at_issue = np.nonzero(matrix)
            parts.append(triplets(at_row, issued[at_issue], matrix[at_row, at_issue]))
    return Linear(constant, Triplets.join(*parts))


def refinancing_issues(context: Context, jurisdiction: str, pools: Iterable[str]) -> Triplets:
    """Entries `+1` of refinancing issues of the named pools, one row per plan year."""
    wanted = tuple(pools)
    years = np.arange(context.sets.num_years)
    parts = [
        triplets(years, context.money.borrow[position], 1.0)
        for position, row in enumerate(context.instance.instruments)
        if row.refinancing and row.jurisdiction == jurisdiction and row.pool in wanted
    ]
    return Triplets.join(*parts)
