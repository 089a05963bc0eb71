"""Left side of a debt rule, over what the plan borrows."""

from __future__ import annotations

from infraplan.models.debt_rule import DebtRule, QuantityTerm
from infraplan.optimizer.accounts.rules import FiscalTable, left_side
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.debt_terms import Linear, debt_quantity
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


def rule_terms(
    context: Context, table: FiscalTable, rule: DebtRule, jurisdiction: str, years: IntArray
) -> Linear:
    """Left side of `rule` in each of `years`: debt quantities and added fiscal items."""
    parts: list[Triplets] = []

    def measure(term: QuantityTerm, shifted: IntArray) -> FloatArray:
        value = debt_quantity(
            context, jurisdiction, term.pools, term.quantity, shifted, contracts=term.contracts
        )
        parts.append(value.entries.scaled(term.coefficient))
        return value.constant

    constant = left_side(table, rule, jurisdiction, years, measure)
    return Linear(constant, Triplets.join(*parts))
