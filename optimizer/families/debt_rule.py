"""Family `debt_rule`: ratio limits; one generic row for every rule set."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import DebtRule, Through
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.debt_rule_terms import left_side
from infraplan.optimizer.formulation.debt_terms import last_debt_year
from infraplan.optimizer.formulation.fiscal import FiscalTable, rules_in_force
from infraplan.optimizer.formulation.sets import IntArray


def add_debt_rule(context: Context) -> None:
    """Every debt rule with a ratio holds in every tested year.

    Formula: ``sum_q coef_q Q_q[y+lag] + sum_a coef_a item_a[y+lag] <= ratio sum_b coef_b
    item_b[y+lag]``, the base sum at least 0. One row per (rule, jurisdiction, tested year): the
    plan's years, or through the last maturity. Source: models/debt_rule.py.
    """
    table = FiscalTable(context.instance)
    for rule, jurisdiction in rules_in_force(context.instance, context.sets.funded):
        if rule.ratio is None:
            continue
        years = _tested_years(context, rule, jurisdiction)
        left = left_side(context, table, rule, jurisdiction, years)
        base = table.base(jurisdiction, rule, years)
        context.add_rows(
            "debt_rule",
            left.entries,
            [(rule.id, jurisdiction, int(year)) for year in years],
            upper=rule.ratio * base - left.constant,
        )


def _tested_years(context: Context, rule: DebtRule, jurisdiction: str) -> IntArray:
    last = int(context.sets.years[-1])
    if rule.through is Through.LAST_MATURITY:
        last = last_debt_year(context.instance, jurisdiction)
    return np.arange(context.sets.first_year, last + 1)
