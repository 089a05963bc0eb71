"""Family `debt_rule`: ratio limits; one generic row for every rule set."""

from __future__ import annotations

from infraplan.optimizer.accounts.rules import FiscalTable, rules_in_force, tested_years
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.debt_rule_terms import rule_terms


def add_debt_rule(context: Context) -> None:
    """Every debt rule with a ratio holds in every tested year.

    Formula: ``sum_q coef_q Q_q[y+lag] + sum_a coef_a item_a[y+lag] <= ratio sum_b coef_b
    item_b[y+lag]``, the base sum at least 0. One row per (rule, jurisdiction, tested year): the
    plan's years, or through the last maturity. Source: models/debt_rule.py.
    """
    table = FiscalTable(context.instance)
    for rule, jurisdiction in rules_in_force(context.instance):
        if rule.ratio is None:
            continue
        years = tested_years(context.instance, rule, jurisdiction)
        left = rule_terms(context, table, rule, jurisdiction, years)
        base = table.base(jurisdiction, rule, years)
        context.add_rows(
            "debt_rule",
            left.entries,
            [(rule.id, jurisdiction, int(year)) for year in years],
            upper=rule.ratio * base - left.constant,
        )
