"""Family `debt_rule`: ratio limits, bands, start bans; one generic row for every rule set."""

from __future__ import annotations

import numpy as np

from infraplan.models.debt_rule import DebtRule, QuantityTerm
from infraplan.optimizer.accounts.debt import all_old_debt
from infraplan.optimizer.accounts.rules import (
    FiscalTable,
    is_banned,
    left_side,
    opening_band,
    rules_in_force,
    tested_years,
)
from infraplan.optimizer.formulation.context import BandedRule, Context, Triplets, triplets
from infraplan.optimizer.formulation.debt_terms import Linear, debt_quantity
from infraplan.optimizer.formulation.sets import FloatArray, IntArray


def _left_side(
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
        left = _left_side(context, table, rule, jurisdiction, years)
        base = table.base(jurisdiction, rule, years)
        context.builder.add_rows(
            "debt_rule",
            len(years),
            left.entries.row,
            left.entries.column,
            left.entries.value,
            upper=rule.ratio * base - left.constant,
            axes=("rule", "jurisdiction", "year"),
            keys=[(rule.id, jurisdiction, int(year)) for year in years],
        )


def _largest_left_side(context: Context, left: Linear) -> FloatArray:
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


def add_bands(context: Context) -> None:
    """The ratio of a banded rule falls into one band each plan year; a band may ban starts.

    Formula: ``sum_b z[t,b] = 1``; ``left[t] - sum_b upper_b base[t] z[t,b] <= 0`` (the open band
    takes the row's own largest left side as its end); starts ban:
    ``sum_i x[i,t+1] + n sum_{b bans} z[t,b] <= n``, i the n projects led by the jurisdiction that
    may start then, exempt sectors and committed projects apart. A worse band is never milder, so
    choosing the lowest band that fits is never a loss. Rows `band`, `band_limit`, `start_ban` per
    (rule, jurisdiction, year).
    """
    table = FiscalTable(context.instance)
    years = context.sets.years
    for rule, jurisdiction in rules_in_force(context.instance):
        if not rule.bands:
            continue
        left = _left_side(context, table, rule, jurisdiction, years)
        base = table.base(jurisdiction, rule, years)
        uppers = [band.upper for band in rule.bands]
        ends = np.array(
            [
                np.inf if upper is None else upper * base[t]
                for t in range(len(years))
                for upper in uppers
            ]
        ).reshape(len(years), len(uppers))
        ends = np.where(np.isinf(ends), _largest_left_side(context, left)[:, None], ends)
        columns = context.builder.add_columns(
            f"band[{rule.id}|{jurisdiction}]",
            ends.shape,
            upper=1.0,
            integer=True,
            axes=("year", "band"),
            keys=(tuple(int(y) for y in years), tuple(band.id for band in rule.bands)),
        )
        at = np.repeat(np.arange(len(years)), len(uppers))
        keys = [(rule.id, jurisdiction, int(year)) for year in years]
        axes = ("rule", "jurisdiction", "year")
        context.builder.add_rows(
            "band", len(years), at, columns, 1.0, lower=1.0, upper=1.0, axes=axes, keys=keys
        )
        rows = Triplets.join(left.entries, triplets(at, columns, -ends.ravel()))
        context.builder.add_rows(
            "band_limit",
            len(years),
            rows.row,
            rows.column,
            rows.value,
            upper=-left.constant,
            axes=axes,
            keys=keys,
        )
        opening = opening_band(table, context.instance, rule, jurisdiction)
        banded = BandedRule(rule, jurisdiction, columns, opening)
        context.bands.append(banded)
        _add_start_ban(context, banded)


def _add_start_ban(context: Context, banded: BandedRule) -> None:
    bans = [b for b, band in enumerate(banded.rule.bands) if band.starts_banned]
    if not bans:
        return
    sets = context.sets
    free = np.array(
        [
            is_banned(context.instance, banded.rule, banded.jurisdiction, project)
            for project in context.instance.projects
        ],
        dtype=np.bool_,
    )
    options = np.flatnonzero(free[sets.project_of]) if len(sets.options) else np.zeros(0, int)
    if not options.size:
        return
    number = float(free.sum())
    parts: list[Triplets] = []
    upper = np.full(sets.num_years, number)
    for t in range(sets.num_years):
        parts.append(
            context.start_entries(np.full(options.size, t), options, np.full(options.size, t), 1.0)
        )
        if t:
            parts.append(triplets([t] * len(bans), banded.columns[t - 1, bans], number))
        elif banded.opening_band in bans:
            upper[0] = 0.0
    entries = Triplets.join(*parts)
    context.builder.add_rows(
        "start_ban",
        sets.num_years,
        entries.row,
        entries.column,
        entries.value,
        upper=upper,
        axes=("rule", "jurisdiction", "year"),
        keys=[(banded.rule.id, banded.jurisdiction, int(year)) for year in sets.years],
    )
