"""Columns: `started` with its value in the objective, and the money side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.funds import least_cash, may_lapse, most_cash
from infraplan.optimizer.accounts.sources import issue_limits
from infraplan.optimizer.accounts.value import Coefficients
from infraplan.optimizer.formulation.context import NO_COLUMN, MoneyColumns
from infraplan.optimizer.formulation.sets import FinancingClass, FloatArray, IntArray, Sets
from infraplan.optimizer.mip import MipBuilder, StartRuns


def add_started(builder: MipBuilder, sets: Sets, coefficients: Coefficients) -> IntArray:
    """Add `started[o, t]` binaries for the years of each window; returns the map (options, T).

    Objective: `sum_t V[o,t] (started[o,t] - started[o,t-1])`, V the net present value of a start
    in t with what it saves of missed dates and of stopping works under way, collected per column as
    `V[o,t] - V[o,t+1]` (last column: V). What these cost where nothing starts is a constant.
    """
    years = sets.num_years
    started = np.full((len(sets.options), years), NO_COLUMN, dtype=np.int64)
    builder.objective_offset -= coefficients.without
    is_open = np.array([flat.is_open for flat in sets.options], dtype=np.bool_)
    first = np.array([flat.first for flat in sets.options], dtype=np.int64)[:, None]
    last = np.array([flat.last for flat in sets.options], dtype=np.int64)[:, None]
    year = np.arange(years)
    inside = is_open[:, None] & (first <= year) & (year <= last)
    number = int(inside.sum())
    started[inside] = np.arange(number)
    after = is_open[:, None] & (year > last)
    started[after] = np.broadcast_to(np.cumsum(inside.sum(axis=1))[:, None] - 1, after.shape)[after]
    value = coefficients.value + coefficients.saved
    later = np.zeros_like(value)
    later[:, :-1] = value[:, 1:]
    later[year == last] = 0.0
    calendar = [f"{sets.first_year + t}" for t in range(years)]
    labels = []
    for flat in sets.options:
        if flat.is_open:
            name = f"{flat.project.id}/{flat.option.option}@"
            labels += [name + year for year in calendar[flat.first : flat.last + 1]]
    columns = builder.add_columns(
        "started",
        number,
        upper=1.0,
        objective=(value - later)[inside] if number else 0.0,
        integer=True,
        axes=("option_year",),
        keys=(tuple(labels),),
    )
    if number:
        started[started != NO_COLUMN] += int(columns[0])
        builder.starts = _runs(sets, started)
    return started


def _runs(sets: Sets, started: IntArray) -> StartRuns:
    """The columns of each option that can start, as runs."""
    found = [(o, flat) for o, flat in enumerate(sets.options) if flat.is_open]
    option = np.array([o for o, _ in found], dtype=np.int64)
    year = np.array([flat.first for _, flat in found], dtype=np.int64)
    return StartRuns(
        first=started[option, year],
        size=np.array([flat.last - flat.first + 1 for _, flat in found], dtype=np.int64),
        option=option,
        project=sets.project_of[option],
        year=year,
        cumulative=np.ones(option.size, dtype=np.bool_),
    )


def add_standing(builder: MipBuilder, sets: Sets) -> int:
    """Add the column that is 1 for all that stands already; NO_COLUMN where nothing does."""
    if all(flat.standing is None for flat in sets.options):
        return NO_COLUMN
    return int(builder.add_columns("standing", 1, lower=1.0, upper=1.0)[0])


def add_money(builder: MipBuilder, instance: Instance, sets: Sets) -> MoneyColumns:
    """Add pay, borrow, cash and lapse columns; all nominal money, all >= 0."""
    years = sets.num_years
    labels = tuple(int(year) for year in sets.years)
    classes = sets.classes()
    limits = {row.id: issue_limits(row, sets.years) for row in instance.instruments}
    pairs = [(source, index) for index, group in enumerate(classes) for source in group.sources]
    upper = _most_paid(sets, classes, pairs, limits)
    pay = builder.add_columns(
        "pay",
        upper.shape,
        upper=upper,
        axes=("source_class", "year"),
        keys=(
            tuple(f"{source}>{index}" for source, index in pairs),
            tuple(int(year) for year in sets.money_years),
        ),
    )
    borrow = builder.add_columns(
        "borrow",
        (len(instance.instruments), years),
        upper=np.array([limits[row.id] for row in instance.instruments]).reshape(-1, years),
        axes=("instrument", "year"),
        keys=(tuple(row.id for row in instance.instruments), labels),
    )
    least = [least_cash(row) for row in instance.funds]
    most = [most_cash(row) for row in instance.funds]
    fund_ids = tuple(row.id for row in instance.funds)
    cash = builder.add_columns(
        "cash",
        (len(fund_ids), years),
        lower=np.array(least).reshape(-1, 1),
        upper=np.array(most).reshape(-1, 1),
        axes=("fund", "year"),
        keys=(fund_ids, labels),
    )
    lapsing = [row for row in instance.funds if may_lapse(row)]
    columns = builder.add_columns(
        "lapse",
        (len(lapsing), years),
        axes=("fund", "year"),
        keys=(tuple(row.id for row in lapsing), labels),
    )
    lapse = np.full((len(fund_ids), years), NO_COLUMN, dtype=np.int64)
    for position, row in enumerate(lapsing):
        lapse[fund_ids.index(row.id)] = columns[position]
    return MoneyColumns(
        classes,
        tuple(source for source, _ in pairs),
        np.array([index for _, index in pairs], dtype=np.int64),
        pay,
        borrow,
        cash,
        lapse,
    )


def _most_paid(
    sets: Sets,
    classes: tuple[FinancingClass, ...],
    pairs: list[tuple[str, int]],
    limits: Mapping[str, FloatArray],
) -> FloatArray:
    """Upper bounds of the payments of (source, class) `pairs`, shape (pairs, M).

    Works that go on after the plan are paid there by funds and from outside: nothing is issued,
    and nobody compensates.
    """
    years = sets.num_years
    upper = np.zeros((len(pairs), sets.num_money_years))
    for pair, (source, index) in enumerate(pairs):
        upper[pair, :years] = np.inf
        if source in limits:
            upper[pair, :years] = np.where(limits[source] > 0, np.inf, 0.0)
        elif not classes[index].receiver:
            upper[pair, years:] = np.inf
    return upper
