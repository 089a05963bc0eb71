"""Family `compensation`: a partner pays no more than it gains."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.joint_projects import before_of
from infraplan.models.progress import stands
from infraplan.optimizer.accounts.partners import partner_gains
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.partner_terms import paid_terms, start_terms


def add_compensation(context: Context) -> None:
    """A partner compensates others with no more than it has gained so far.

    Formula: ``sum_{v<=t} w[v] comp[i,j,v] <= sum_{o, s<=t} most[o,s] x[o,s]`` with
    ``most = max(0, max(0, g_j + b_j G[o,s]) - c_j)``, ``w[t] = df(t) / index(t)``, b_j the benefit
    share, G the value of a start but for construction, g_j what was gained and c_j paid in
    compensation before the plan; present value. Of what stands the right side is
    ``max(0, max(0, g_j) - c_j)``. One row per (project, payer, plan year).
    """
    money, sets = context.money, context.sets
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, group in enumerate(money.classes):
        if group.receiver:
            groups[group.projects[0], group.payer].append(number)
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    upper: list[float] = []
    worth, starts = context.coefficients.worth_of_nominal, np.arange(sets.num_years)
    for (index, payer), classes in groups.items():
        project = context.instance.projects[index]
        before = before_of(context.instance, project, payer)
        gain = partner_gains(context.coefficients, project)[payer] + before.gained_before
        most = np.maximum(0.0, np.maximum(0.0, gain) - before.compensation_before)
        standing = max(0.0, max(0.0, before.gained_before) - before.compensation_before)
        for t, year in enumerate(sets.years):
            row = len(keys)
            paid_so_far = np.where(np.arange(len(worth)) <= t, worth, 0.0)
            parts.append(paid_terms(context, row, classes, paid_so_far))
            parts.append(start_terms(context, row, index, -np.where(starts <= t, most, 0.0)))
            keys.append((project.id, payer, int(year)))
            upper.append(standing if stands(project) else 0.0)
    context.add_rows("compensation", Triplets.join(*parts), keys, upper=np.array(upper))
