"""Family `sharing`: partners pay for all of a project whose shares the plan chooses."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.partner_terms import chosen_classes


def add_sharing(context: Context) -> None:
    """The partners of a project whose shares the plan chooses pay for all of it, year by year.

    Formula: ``sum_{p of i} pay[p,t] = index(t) sum_{o,s} spend[o,s,t] x[o,s]``, project i, year
    t in which works may be paid; pay nominal, spend real. One row per (project, such year);
    nothing where no agreement lets shares be chosen.
    """
    sets, spending = context.sets, context.coefficients.spending
    for project, classes in chosen_classes(context).items():
        pairs = np.flatnonzero(np.isin(context.money.pair_class, classes))
        columns = context.money.pay[pairs]
        mine = sets.project_of[spending.option] == project
        entries = Triplets.join(
            triplets(np.tile(np.arange(sets.num_money_years), len(pairs)), columns, 1.0),
            context.start_entries(
                spending.year[mine],
                spending.option[mine],
                spending.start[mine],
                -spending.nominal[mine],
            ),
        )
        context.add_rows(
            "sharing",
            entries,
            [(context.instance.projects[project].id, int(year)) for year in sets.money_years],
            lower=0.0,
            upper=0.0,
        )
