"""Family `compensation`: a partner pays no more than it gains."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.optimizer.accounts.partners import partner_gains
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.partner_terms import paid_terms, start_terms


def add_compensation(context: Context) -> None:
    """A partner compensates others with no more than it has gained so far.

    Formula: ``sum_{v<=t} w[v] comp[i,j,v] <= sum_{o, s<=t} max(0, b_j G[o,s]) x[o,s]`` with
    ``w[t] = df(t) / index(t)``, b_j the benefit share and G the value of a start but for
    construction; present value. One row per (project, payer, plan year).
    """
    money, sets = context.money, context.sets
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, group in enumerate(money.classes):
        if group.receiver:
            groups[group.projects[0], group.payer].append(number)
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    worth, starts = context.coefficients.worth_of_nominal, np.arange(sets.num_years)
    for (project, payer), classes in groups.items():
        gains = partner_gains(context.coefficients, context.instance.projects[project])
        most = np.maximum(0.0, gains[payer])
        for t, year in enumerate(sets.years):
            row = len(keys)
            paid_so_far = np.where(np.arange(len(worth)) <= t, worth, 0.0)
            parts.append(paid_terms(context, row, classes, paid_so_far))
            parts.append(start_terms(context, row, project, -np.where(starts <= t, most, 0.0)))
            keys.append((context.instance.projects[project].id, payer, int(year)))
    context.add_rows("compensation", Triplets.join(*parts), keys, upper=0.0)
