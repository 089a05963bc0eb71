"""Family `capital`: part of every project is paid with capital, not with debt."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.accounts.sources import debt_part
from infraplan.optimizer.formulation.context import Context, Triplets, triplets


def add_capital(context: Context) -> None:
    """Debt bears no more of a project's whole cost than its capital ratio leaves.

    Formula: ``sum_{p,k,t} (1 - as_capital[k]) pay[p,k,t]
    - sum_{o,s} (1 - ratio[s]) cost[o,s] x[o,s] <= 0`` over the payers p of a project, their
    instruments k and all years t; ratio[s] is that in force in start year s, cost[o,s]
    what all payers together spend on it, those outside the plan included, nominal money. One row
    per project with a ratio that may borrow, unless its yearly ratio (family `capital_yearly`)
    asks as much. Works begun before the plan have one by a rule that names them alone.
    """
    money, sets = context.money, context.sets
    debt = {row.id: debt_part(row) for row in context.instance.instruments}
    row_of: dict[int, int] = {}
    pairs: list[tuple[int, int, float]] = []
    for number, group in enumerate(money.classes):
        if group.receiver or not group.whole_capital:
            continue
        # A class with such a ratio holds one project.
        (project,) = group.projects
        for pair in money.pairs_of[number].tolist():
            weight = debt.get(money.pair_source[pair], 0.0)
            if weight:
                pairs.append((row_of.setdefault(project, len(row_of)), pair, weight))
    years = sets.num_money_years
    paid = triplets(
        np.repeat([row for row, _, _ in pairs], years),
        money.pay[[pair for _, pair, _ in pairs]],
        np.repeat([weight for _, _, weight in pairs], years),
    )
    context.add_rows(
        "capital",
        Triplets.join(_borne(context, list(row_of)), paid),
        [(context.instance.projects[project].id,) for project in row_of],
        upper=0.0,
    )


def _borne(context: Context, projects: list[int]) -> Triplets:
    """What debt may bear of `projects`, taken off, one row per project."""
    sets, spending = context.sets, context.coefficients.spending
    named = context.instance.projects
    left = np.ones((len(projects), len(sets.years)))
    row_of = np.full(len(named), -1, dtype=np.int64)
    for row, project in enumerate(projects):
        row_of[project] = row
        left[row] -= sets.capital_ratios(named[project])
    rows = row_of[sets.project_of[spending.option]]
    mine = np.flatnonzero((rows >= 0) & (spending.start < len(sets.years)))
    at = rows[mine]
    return context.start_entries(
        at,
        spending.option[mine],
        spending.start[mine],
        -left[at, spending.start[mine]] * spending.nominal[mine],
    )
