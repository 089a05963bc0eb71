"""Left side of a debt rule, and the band of the year before the plan."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import DebtRule, Quantity
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.debt_terms import Linear, debt_quantity
from infraplan.optimizer.formulation.fiscal import FiscalTable, band_position
from infraplan.optimizer.formulation.sets import IntArray


def left_side(
    context: Context, table: FiscalTable, rule: DebtRule, jurisdiction: str, years: IntArray
) -> Linear:
    """Left side of `rule` in each of `years`: debt quantities and added fiscal items."""
    constant = table.total(jurisdiction, rule.additions, years)
    parts: list[Triplets] = []
    for term in rule.terms:
        shifted = years + term.lag
        value = debt_quantity(
            context, jurisdiction, term.pools, term.quantity, shifted, contracts=term.contracts
        )
        constant = constant + term.coefficient * value.constant
        parts.append(value.entries.scaled(term.coefficient))
    return Linear(constant, Triplets.join(*parts))


def opening_band(context: Context, table: FiscalTable, rule: DebtRule, jurisdiction: str) -> int:
    """Band of the year before the plan: opening balances over that year's items."""
    before = np.array([context.sets.first_year - 1])
    left = float(table.total(jurisdiction, rule.additions, before)[0])
    for term in rule.terms:
        if term.quantity is Quantity.BALANCE:
            value = debt_quantity(
                context, jurisdiction, term.pools, term.quantity, before, contracts=term.contracts
            )
            left += term.coefficient * float(value.constant[0])
    base = float(table.base(jurisdiction, rule, before)[0])
    return band_position(rule, left, base)
