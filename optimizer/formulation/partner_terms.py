"""What partners of a joint project pay and gain, as entries of rows."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.sets import FloatArray


def start_terms(context: Context, row: int, project: int, weight: FloatArray) -> Triplets:
    """Entries of `sum weight[o, s] x[o, s]` over the starts of a project."""
    options = np.array(context.sets.options_of[project], dtype=np.int64)
    option, start = np.meshgrid(options, np.arange(context.sets.num_years), indexing="ij")
    return context.start_entries(
        np.full(option.size, row), option, start, weight[option, start].ravel()
    )


def chosen_classes(context: Context) -> dict[int, list[int]]:
    """Numbers of the classes with chosen shares, by project."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(context.money.classes):
        if group.chosen:
            found[group.projects[0]].append(number)
    return found


def paid_terms(context: Context, row: int, classes: list[int], weight: FloatArray) -> Triplets:
    """Entries of `sum_t weight[t] pay[p, t]` over the sources of `classes`."""
    pairs = np.flatnonzero(np.isin(context.money.pair_class, classes))
    columns = context.money.pay[pairs]
    return triplets(np.full(columns.size, row), columns, np.tile(weight, len(pairs)))


def real_spending(context: Context, project: int) -> FloatArray:
    """Real spending of a start over all years, shape (options, T); 0 for other projects."""
    spending = context.coefficients.spending
    total = np.zeros((len(context.sets.options), context.sets.num_years))
    mine = context.sets.project_of[spending.option] == project
    np.add.at(total, (spending.option[mine], spending.start[mine]), spending.amount[mine])
    return total
