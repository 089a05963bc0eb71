"""Debt quantities as linear expressions of what is borrowed: old debt plus kernels times issues.

What counts, and how it is repaid, stands in optimizer/accounts/debt.py; here it meets columns. The
issues of an availability contract stand in columns of their own, by year paid and end of works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infraplan.models.debt_rule import Quantity
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.debt import counted_debt, quantity_matrix
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


@dataclass(frozen=True)
class Linear:
    """`constant[y] + entries`, one row per year, entries in triplets over columns."""

    constant: FloatArray
    entries: Triplets


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
    counted = counted_debt(instance, jurisdiction, pools, contracts=contracts)
    parts: list[Triplets] = []
    for row in counted.instruments:
        paid = end = context.sets.years
        if row.id in context.contracts:
            drawn = context.contracts[row.id]
            issued, paid, end = drawn.columns, drawn.paid, drawn.end
        else:
            issued = context.money.borrow[context.sets.instrument_index[row.id]]
        matrix = quantity_matrix(row, quantity, paid, end, years)
        at_row, at_issue = np.nonzero(matrix)
        parts.append(triplets(at_row, issued[at_issue], matrix[at_row, at_issue]))
    return Linear(counted.old(instance, quantity, years), Triplets.join(*parts))


def refinancing_issues(context: Context, jurisdiction: str, pools: Iterable[str]) -> Triplets:
    """Entries `+1` of refinancing issues of the named pools, one row per plan year."""
    wanted = tuple(pools)
    years = np.arange(context.sets.num_years)
    parts = [
        triplets(years, context.money.borrow[context.sets.instrument_index[row.id]], 1.0)
        for row in context.instance.instruments_by_payer.get(jurisdiction, ())
        if row.refinancing and row.pool in wanted
    ]
    return Triplets.join(*parts)


def debtor_pools(instance: Instance) -> list[tuple[str, str]]:
    """Every (jurisdiction, pool) with old debt, a limit or an instrument."""
    return [(j, pool) for j in instance.jurisdiction_ids for pool in instance.pools_of(j)]
