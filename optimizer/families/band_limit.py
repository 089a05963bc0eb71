"""Family `band_limit`: the ratio of a banded rule lies within the band of the year."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.debt import all_old_debt
from infraplan.optimizer.accounts.rules import FiscalTable, is_valid_in
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_rule_terms import rule_terms
from infraplan.optimizer.formulation.debt_terms import Linear
from infraplan.optimizer.formulation.sets import FloatArray


def add_band_limit(context: Context) -> None:
    """The left side of a banded rule is within the end of the band that the year is in.

    Formula: ``left[t] - sum_b upper_b base[t] z[t,b] <= 0``; the open band takes the row's own
    largest left side as its end. A worse band is never milder, so choosing the lowest band that
    fits is never a loss. One row per (rule, jurisdiction, plan year within the rule's dates).
    """
    table = FiscalTable(context.instance)
    years = context.sets.years
    for banded in context.bands:
        rule, jurisdiction = banded.rule, banded.jurisdiction
        left = rule_terms(context, table, rule, jurisdiction, years)
        base = table.base(jurisdiction, rule, years)
        uppers = [band.upper for band in rule.bands]
        ends = np.array(
            [
                np.inf if upper is None else upper * base[t]
                for t in range(len(years))
                for upper in uppers
            ]
        ).reshape(len(years), len(uppers))
        ends = np.where(np.isinf(ends), _largest_rule_terms(context, left)[:, None], ends)
        at = np.repeat(np.arange(len(years)), len(uppers))
        entries = Triplets.join(left.entries, triplets(at, banded.columns, -ends.ravel()))
        valid = np.flatnonzero(is_valid_in(rule, years))
        keys = [(rule.id, jurisdiction, int(years[t])) for t in valid]
        rows = entries.only(valid)
        context.add_rows("band_limit", rows, keys, upper=-left.constant[valid])


def _largest_rule_terms(context: Context, left: Linear) -> FloatArray:
    """Upper bound of the left side by year, for the open band's own row.

    Each unit of new money is spent on works, and each refinanced unit was due before, so issues of
    a year are at most all spending there ever can be plus all old debt, times the plan's years
    for refinancing again and again.
    """
    spending = context.coefficients.spending
    by_option = np.bincount(
        spending.option,
        weights=spending.nominal,
        minlength=len(context.sets.options),
    )
    most = (float(by_option.sum()) + all_old_debt(context.instance)) * context.sets.num_years
    largest = np.zeros(len(left.constant))
    np.maximum.at(largest, left.entries.row, np.abs(left.entries.value))
    return left.constant + largest * most
